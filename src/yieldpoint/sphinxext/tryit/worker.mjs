// Runs Python programs, away from the page: it may block, and the page goes on.
import { loadPyodide } from "./pyodide.mjs";

// Nothing that a program does may ask another host, or fill the machine's memory.
const FORBIDDEN = ["EventSource", "WebSocket", "WebTransport", "XMLHttpRequest", "fetch"];
const own = Object.fromEntries(FORBIDDEN.map((name) => [name, self[name]]));
const LARGEST = 2 ** 30; // bytes

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 2 ** 16 > LARGEST) throw new RangeError("too large");
  return grow.call(this, pages);
};

const OFTEN = 50; // milliseconds between two messages with output
const LOOK = 100; // milliseconds between two looks for Stop

// A cell to sleep on. WebAssembly has one even where SharedArrayBuffer is hidden.
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const cell = new Int32Array(memory.buffer);

let id; // of the run
let printed = [];
let sent = 0;

function flush() {
  for (const [stream, text] of printed) postMessage({ type: "output", id, stream, text });
  printed = [];
  sent = performance.now();
}

function write(stream, text) {
  const last = printed.at(-1);
  if (last?.[0] === stream) last[1] += text;
  else printed.push([stream, text]);
  if (performance.now() - sent > OFTEN) flush();
}

function wait(seconds) {
  flush();
  Atomics.wait(cell, 0, 0, seconds * 1000);
}

// To stop a run, the page revokes the address that came with it. That needs no shared
// memory, which a browser gives only to pages with certain headers.
let stop = null;
let looked = 0;

function answers() {
  const request = new own.XMLHttpRequest();
  try {
    request.open("GET", stop, false);
    request.send();
    return request.status === 200;
  } catch {
    return false;
  }
}

function isStopped() {
  const now = performance.now();
  if (now - looked < LOOK) return false;
  looked = now;
  if (printed.length) flush();
  if (!stop || answers()) return false;
  stop = null; // once
  return true;
}

// What is said in another language than English.
let texts = {};
const translated = (text) => texts[text] ?? text;

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return answer;
}

async function begin(address) {
  const files = Promise.all([
    fetched("yieldpoint.zip").then((answer) => answer.arrayBuffer()),
    fetched("../examples.json").then((answer) => answer.json()),
    address ? fetched(address).then((answer) => answer.json()) : {},
  ]);
  const python = await loadPyodide({ stdin: () => null });
  const [sources, examples, said] = await files;
  texts = said;
  python.FS.writeFile("/lib/yieldpoint.zip", new Uint8Array(sources));
  // Files, and no archive: the recorder reads what it records.
  for (const [name, text] of Object.entries(examples)) {
    const path = `/lib/examples/${name}`;
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, text);
  }
  python.runPython(`
    import sys
    sys.path += ["/lib/yieldpoint.zip", "/lib/examples"]
    import yieldpoint
    yieldpoint.__path__.append("/lib/examples/yieldpoint")
  `);
  // Python looks here every few instructions.
  python.setInterruptBuffer({ get 0() { return isStopped() ? 2 : 0; }, set 0(_) {} });
  for (const name of FORBIDDEN) self[name] = undefined;
  const worker = python.pyimport("yieldpoint._tryit.worker");
  const version = worker.start({ write, wait, is_stopped: isStopped }, JSON.stringify(texts));
  postMessage({ type: "ready", version });
  // It takes as long as all the rest, and who runs a program has no need of it.
  const watching = () => python.pyimport("yieldpoint._tryit.watching");
  return {
    run: worker.run,
    forget: worker.forget,
    watch: (text, name) => watching().watch(text, name),
    prepare: () => void watching(),
  };
}

let ready = null;
let textsAt = null;

function start() {
  ready ??= begin(textsAt);
  ready.catch(({ message }) => postMessage({ type: "broken", message }));
}

// A program has ended Python itself: the next one gets a new Python.
function broken({ message }) {
  ready = null;
  for (const name of FORBIDDEN) self[name] = own[name];
  const note = translated(
    "That has ended Python itself: the names that were defined are lost.",
  );
  const isDeep = /stack|recursion/.test(message);
  const error = isDeep
    ? { type: "RecursionError", message: translated("calls nest more deeply than a browser can") }
    : { type: "SystemError", message };
  write("err", `${error.type}: ${error.message}\n`);
  return { status: "error", exit: null, note, error: { ...error, line: null } };
}

function ended(python, { mode, text, name }) {
  try {
    return JSON.parse(python[mode](text, name));
  } catch (error) {
    if (error.type !== "KeyboardInterrupt") return broken(error);
    return { status: "stopped", exit: null, note: null, error: null };
  }
}

async function run(asked) {
  start();
  const python = await ready;
  const began = performance.now();
  ({ id, stop } = asked);
  if (!answers()) stop = null; // a policy of the site forbids to look
  const { recording, ...ending } = ended(python, asked);
  stop = null;
  flush();
  if (recording) postMessage({ type: "recording", id, ...recording });
  postMessage({ type: "done", id, ...ending, seconds: (performance.now() - began) / 1000 });
  if (ready) setTimeout(python.prepare); // nobody waits for it now
}

self.onmessage = ({ data }) => {
  if (data.type === "start") {
    textsAt = data.texts;
    start();
  }
  if (data.type === "run") run(data);
  if (data.type === "forget") ready?.then((python) => python.forget(data.name));
};
