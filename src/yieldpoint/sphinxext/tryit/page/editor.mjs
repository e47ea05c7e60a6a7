// CodeMirror in the colours of the page's own code: its tokens wear Pygments' classes.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { WORDS } from "./words.mjs";

const pygments = tagHighlighter([
  { tag: tags.keyword, class: "k" },
  { tag: tags.moduleKeyword, class: "kn" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.docString, class: "sd" },
  { tag: tags.number, class: "mi" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.operator, class: "o" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.meta, class: "nd" },
  { tag: tags.self, class: "bp" },
]);

export function richEditor({ text, run, leave, change }) {
  const own = (action) => () => {
    action();
    return true;
  };
  const view = new EditorView({
    doc: text,
    extensions: [
      Prec.highest(keymap.of([
        { key: "Mod-Enter", run: own(run) },
        { key: "Ctrl-Enter", run: own(run) },
        { key: "Escape", run: own(leave) },
      ])),
      keymap.of([...historyKeymap, ...defaultKeymap]),
      history(),
      lineNumbers(),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of("    "),
      pythonLanguage,
      syntaxHighlighting(pygments),
      EditorView.contentAttributes.of({ "aria-label": WORDS.program, autocapitalize: "off" }),
      EditorView.updateListener.of((update) => update.docChanged && change()),
    ],
  });
  return {
    element: view.dom,
    field: view.contentDOM,
    text: () => view.state.doc.toString(),
    setText: (changed) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: changed } }),
    focus: (selection = view.state.selection) => {
      view.focus();
      view.dispatch({ selection });
    },
  };
}
