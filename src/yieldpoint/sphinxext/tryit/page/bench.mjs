// An editor, its buttons, and what its program prints and does.
import { load, make, save } from "./dom.mjs";
import { plainEditor } from "./plain.mjs";
import { forget, Run } from "./python.mjs";
import { WORDS } from "./words.mjs";

export const hasPython = typeof WebAssembly === "object";

const STYLES = ["figure.css", "stepper.css", "recordings.css"];

/* Lets the page have the looks of what is to be shown: the controls are the stepper's. */
export async function dress(root) {
  await Promise.all(STYLES.map((name) => load(new URL(`_static/${name}`, root))));
  await load(new URL("tryit.css", import.meta.url));
}

/* Returns what to do where a browser cannot run a program, which `current` returns. */
export function onOwnMachine({ name }, current, ...reasons) {
  const link = make("a", { href: "#", download: name }, make("code", {}, name));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    save(current());
  });
  const parts = { "{file}": link, "{command}": make("code", {}, `python3 ${name}`) };
  const words = WORDS.ownMachine.split(/(\{\w+\})/).map((word) => parts[word] ?? word);
  return make("p", { className: "yp-note" }, `${reasons.join(" ")} `, ...words);
}

/* Tells whether a program has printed what a page shows. */
function isAsShown(output, shown) {
  const plain = (text) => text.trimEnd().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const parts = shown.trimEnd().split("...").map(plain);
  return new RegExp(`^${parts.join("[^]*?")}$`).test(output.trimEnd());
}

export class Bench {
  #program;
  #root;
  #editor;
  #run = null;
  #buttons = {};
  #printed = "";
  #errors = "";

  /* Shows a program: its name, its text, the text that Reset brings back, and what is
     known of it. `more` are buttons beside the usual ones, by their words. */
  constructor(program, root, { change = () => {}, more = {} } = {}) {
    this.#program = program;
    this.#root = root;
    this.change = change;
    this.status = make("p", { className: "yp-status", role: "status" });
    this.log = make("pre", {
      className: "yp-log", role: "log", tabIndex: 0, hidden: true, "aria-label": WORDS.output,
    });
    this.remarks = make("div", { className: "yp-remarks" });
    this.recording = make("div");
    this.#editor = plainEditor(this.#options());
    this.box = make("div", { className: "highlight yp-editor" }, this.#editor.element);
    const keys = make("p", { className: "yp-keys", id: `yp-keys-${++Bench.count}` }, WORDS.keys);
    this.#describe(keys);
    this.element = make("section", { className: "yp-bench", "aria-label": WORDS.tryIt(program.name) },
      this.#beforehand(), this.box, this.#bar(more), keys, this.status, this.log, this.remarks,
      this.recording);
    this.#showButtons();
  }

  static count = 0;

  get program() {
    return { ...this.#program, text: this.#editor.text() };
  }

  /* Puts another program in the place of this one; undoing brings it back. */
  set program(program) {
    this.stop();
    this.#program = program;
    this.element.setAttribute("aria-label", WORDS.tryIt(program.name));
    this.#editor.setText(program.text);
    this.clear();
  }

  focus() {
    this.#editor.focus();
  }

  /* Lets the colours come. Without them, the text field stays. */
  async colour() {
    this.coloured ??= import("./editor.mjs").catch(() => null);
    const rich = (await this.coloured)?.richEditor;
    if (!rich || this.#editor.isRich) return;
    const plain = this.#editor;
    const focused = plain.field === document.activeElement;
    const editor = rich({ ...this.#options(), text: plain.text() });
    this.#editor = { ...editor, isRich: true };
    this.#describe(this.element.querySelector(".yp-keys"));
    plain.element.replaceWith(editor.element);
    if (focused) editor.focus(plain.selection());
  }

  #options() {
    return {
      text: this.#program.text,
      run: () => this.start("run"),
      leave: () => this.#buttons.run.focus(),
      change: () => this.change(),
    };
  }

  #describe(keys) {
    this.#editor.field.setAttribute("aria-describedby", keys.id);
  }

  /* Returns what the reader should know before a run. */
  #beforehand() {
    const { needs = [], versions } = this.#program;
    const reasons = needs.length ? [WORDS.needs(needs)] : [];
    if (versions) reasons.push(WORDS.versions(versions));
    return reasons.length
      ? onOwnMachine(this.#program, () => this.program, ...reasons)
      : make("span");
  }

  #bar(more) {
    const actions = {
      run: () => this.start("run"),
      watch: () => this.start("watch"),
      stop: () => this.stop(),
      reset: () => this.reset(),
      copyLink: () => this.copyLink(),
      ...more,
    };
    for (const [word, action] of Object.entries(actions)) {
      const button = make("button", { type: "button" }, WORDS[word]);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
      this.#buttons[word] = button;
    }
    this.#buttons.run.className = "yp-main";
    return make("div", { className: "yp-bar", role: "group", "aria-label": WORDS.controls },
      ...Object.values(this.#buttons));
  }

  #showButtons() {
    const runs = this.#run !== null;
    for (const [word, isDisabled] of Object.entries({ run: runs, watch: runs, stop: !runs })) {
      this.#buttons[word].setAttribute("aria-disabled", isDisabled);
    }
  }

  clear() {
    this.#printed = this.#errors = "";
    this.status.textContent = "";
    this.log.hidden = true;
    this.log.replaceChildren();
    this.remarks.replaceChildren();
    // A figure that is still being drawn has another place, and never comes.
    const recording = make("div");
    this.recording.replaceWith(recording);
    this.recording = recording;
  }

  async start(mode) {
    if (this.#run) return;
    this.clear();
    this.log.hidden = false;
    const { name } = this.#program;
    const text = this.#editor.text();
    this.#run = new Run({ name, text, mode }, (message) => this.#hear(message));
    this.#showButtons();
    const end = await this.#run.ended;
    this.#run = null;
    this.#showButtons();
    this.#conclude(end, text);
  }

  stop() {
    if (!this.#run) return;
    this.status.textContent = WORDS.stopping;
    this.#run.stop();
  }

  reset() {
    this.stop();
    forget(this.#program.name);
    this.#editor.setText(this.#program.original);
    this.clear();
  }

  async copyLink() {
    const { copy } = await import("./link.mjs");
    await copy(this.#editor.text(), this.#root, this.status);
  }

  #hear(message) {
    if (message.type === "output") this.#print(message);
    else if (message.type === "recording") this.#show(message, this.recording);
    else this.status.textContent = WORDS[message.type];
  }

  async #show(recording, place) {
    const { show } = await import("./figure.mjs");
    await show(recording, place, this.#root);
  }

  #print({ stream, text }) {
    this.#printed += text;
    if (stream === "err") this.#errors += text;
    const isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 4;
    this.log.append(stream === "err" ? make("span", { className: "error" }, text) : text);
    if (isAtEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  async #conclude({ status, exit, note, error, seconds }, text) {
    const said = {
      ok: () => (exit ? WORDS.status(exit) : WORDS.ended(Number((seconds ?? 0).toPrecision(2)))),
      error: () => WORDS.failed(error.type),
      stopped: () => WORDS.stopped,
      ended: () => WORDS.endedHard,
      cut: () => "",
      broken: () => WORDS.noRuntime(note),
    };
    const notes = status === "broken" ? [] : [note];
    this.status.textContent = [said[status](), ...notes].filter(Boolean).join(" ");
    const { output, original } = this.#program;
    if (typeof output === "string" && text === original && ["ok", "error"].includes(status)) {
      const same = isAsShown(this.#printed, output);
      this.#remark(same ? WORDS.sameOutput : WORDS.otherOutput);
    }
    const messages = error ? `${this.#errors}\n${error.type}: ${error.message}` : this.#errors;
    if (!messages) return;
    const { explanations } = await import("./explained.mjs");
    for (const { title, address } of await explanations(messages, this.#root)) {
      this.#remark(WORDS.explained, make("a", { href: address.href }, title));
    }
  }

  #remark(...children) {
    this.remarks.append(make("p", {}, ...children));
  }
}
