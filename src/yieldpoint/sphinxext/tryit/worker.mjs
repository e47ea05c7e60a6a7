// Runs Python programs, away from the page: it may block, and the page goes on.
import { loadPyodide } from "./pyodide.mjs";

// Browsers turn the sockets of Python into requests to that very host.
self.WebSocket = undefined;

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
  const request = new XMLHttpRequest();
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

async function bytes(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function begin() {
  const own = bytes("yieldpoint.zip");
  const python = await loadPyodide({ stdin: () => null });
  python.FS.writeFile("/lib/yieldpoint.zip", await own);
  python.runPython("import sys; sys.path.append('/lib/yieldpoint.zip')");
  // Python looks here every few instructions.
  python.setInterruptBuffer({ get 0() { return isStopped() ? 2 : 0; }, set 0(_) {} });
  const worker = python.pyimport("yieldpoint.tryit.worker");
  const version = worker.start({ write, wait, is_stopped: isStopped });
  postMessage({ type: "ready", version });
  return worker;
}

let ready;

function start() {
  ready ??= begin();
  ready.catch(({ message }) => postMessage({ type: "broken", message }));
}

async function run(asked) {
  const worker = await ready;
  const began = performance.now();
  ({ id, stop } = asked);
  if (!answers()) stop = null; // a policy of the site forbids to look
  const ending = JSON.parse(worker[asked.mode](asked.text, asked.name));
  stop = null;
  flush();
  const { recording } = ending;
  delete ending.recording;
  if (recording) postMessage({ type: "recording", id, ...recording });
  postMessage({ type: "done", id, ...ending, seconds: (performance.now() - began) / 1000 });
}

self.onmessage = ({ data }) => {
  if (data.type === "start") start();
  if (data.type === "run") run(data);
  if (data.type === "forget") ready.then((worker) => worker.forget(data.name));
};
