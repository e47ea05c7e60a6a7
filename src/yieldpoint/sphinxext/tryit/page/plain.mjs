// The browser's own text field, with the editor's interface.
import { make } from "./dom.mjs";
import { WORDS } from "./words.mjs";

export function plainEditor({ text, run, leave, change }) {
  const field = make("textarea", {
    value: text,
    "aria-label": WORDS.program,
    spellcheck: false,
    autocapitalize: "off",
    autocomplete: "off",
  });
  field.addEventListener("input", change);
  field.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey } = event;
    if (key === "Enter" && (ctrlKey || metaKey)) run();
    else if (key === "Escape") leave();
    else return;
    event.preventDefault();
  });
  return {
    element: field,
    field,
    text: () => field.value,
    setText: (changed) => {
      field.value = changed;
      change();
    },
    focus: () => field.focus(),
    selection: () => ({ anchor: field.selectionStart, head: field.selectionEnd }),
  };
}
