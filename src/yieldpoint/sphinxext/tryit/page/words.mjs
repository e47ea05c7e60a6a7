// What the reader is told, in the language of the site: texts.js has it where that is
// not English, as yieldpoint.sphinxext.languages says.

const { lang } = document.documentElement;
const oneOf = new Intl.ListFormat(lang, { type: "disjunction" });
const allOf = new Intl.ListFormat(lang);

const translated = (text) => globalThis.TEXTS?.[text] ?? text;

/* Returns a text with something in the place of its one name in braces. */
const filled = (text, value) => text.replace(/\{\w+\}/, () => value);

const NEEDS = {
  packages: translated("packages that are not in Python"),
  processes: translated("processes"),
  signals: translated("signals"),
  sockets: translated("sockets"),
  threads: translated("threads"),
};

export const WORDS = {
  close: translated("Close"),
  controls: translated("Controls"),
  copied: translated("The link is copied. It carries the program."),
  copyLink: translated("Copy link"),
  ended: (seconds) => filled(translated("Done in {seconds} s."), seconds),
  endedHard: translated(
    "The program did not react, so Python was ended. The next run starts it again.",
  ),
  failed: (type) => filled(translated("Ended by {error}."), type),
  explained: translated("This message is explained: "),
  findings: translated("Findings"),
  keys: translated("Ctrl-Enter runs, Ctrl-] indents, Esc or Tab leaves the editor."),
  line: (line) => filled(translated("line {number}"), line),
  link: translated("Link"),
  linkBroken: translated("The program in this link cannot be read."),
  linkByHand: translated("Copy this link. It carries the program."),
  needs: (needs) => filled(
    translated("It needs {things}, which a browser has not got."),
    allOf.format(needs.map((need) => NEEDS[need])),
  ),
  noPython: translated("Python cannot run in this browser: it has no WebAssembly."),
  noRuntime: (why) => filled(translated("Python could not be loaded: {error}"), why),
  open: translated("Open a file"),
  otherOutput: translated("The page has another output."),
  ownMachine: translated("On your own machine: save {file} and type {command}."),
  output: translated("Output"),
  program: translated("Program"),
  reset: translated("Reset"),
  run: translated("Run"),
  running: translated("Runs …"),
  sameOutput: translated("This is the output on the page."),
  save: translated("Save"),
  starting: translated("Starts Python …"),
  status: (status) => filled(translated("Ended with status {status}."), status),
  step: (step) => filled(translated("step {number}"), step),
  stop: translated("Stop"),
  stopped: translated("Stopped."),
  stopping: translated("Stops …"),
  tooLarge: translated("The file is too large for an editor."),
  tryIt: (name) => filled(translated("Try {name}"), name),
  versions: (versions) => filled(
    translated("The page shows what it prints on Python {versions}."),
    oneOf.format(versions),
  ),
  waiting: translated("Waits until the other program has ended …"),
  watch: translated("Watch"),
  why: translated("why"),
};
