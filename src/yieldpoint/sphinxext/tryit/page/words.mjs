// What the reader is told.

const oneOf = new Intl.ListFormat("en", { type: "disjunction" });
const allOf = new Intl.ListFormat("en");

const NEEDS = {
  packages: "packages that are not in Python",
  processes: "processes",
  signals: "signals",
  sockets: "sockets",
  threads: "threads",
};

export const WORDS = {
  close: "Close",
  controls: "Controls",
  copied: "The link is copied. It carries the program.",
  copyLink: "Copy link",
  ended: (seconds) => `Done in ${seconds} s.`,
  endedHard: "The program did not react, so Python was ended. The next run starts it again.",
  failed: (type) => `Ended by ${type}.`,
  explained: "This message is explained: ",
  findings: "Findings",
  keys: "Ctrl-Enter runs, Ctrl-] indents, Esc or Tab leaves the editor.",
  line: (line) => `line ${line}`,
  link: "Link",
  linkBroken: "The program in this link cannot be read.",
  linkByHand: "Copy this link. It carries the program.",
  needs: (needs) =>
    `It needs ${allOf.format(needs.map((need) => NEEDS[need]))}, which a browser has not got.`,
  noPython: "Python cannot run in this browser: it has no WebAssembly.",
  noRuntime: (why) => `Python could not be loaded: ${why}`,
  open: "Open a file",
  otherOutput: "The page has another output.",
  ownMachine: ["On your own machine: save ", " and type "],
  output: "Output",
  program: "Program",
  reset: "Reset",
  run: "Run",
  running: "Runs …",
  sameOutput: "This is the output on the page.",
  save: "Save",
  starting: "Starts Python …",
  status: (status) => `Ended with status ${status}.`,
  step: (step) => `step ${step}`,
  stop: "Stop",
  stopped: "Stopped.",
  stopping: "Stops …",
  tooLarge: "The file is too large for an editor.",
  tryIt: (name) => `Try ${name}`,
  versions: (versions) => `The page shows what it prints on Python ${oneOf.format(versions)}.`,
  waiting: "Waits until the other program has ended …",
  watch: "Watch",
  why: "why",
};
