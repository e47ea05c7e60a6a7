// Tries a program in Firefox, as a reader does: node firefox.mjs FIREFOX PROFILE ADDRESS.
//
// It speaks WebDriver BiDi with the browser. What it writes is what a reader would see.
import { spawn } from "node:child_process";

const [program, profile, address] = process.argv.slice(2);
const LONGEST = 60_000; // milliseconds until something has to have come
const CONTROL = "\uE009";

const browser = spawn(program, [
  "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0",
]);
process.on("exit", () => browser.kill());
setTimeout(() => process.exit(1), 4 * LONGEST).unref();

/* Returns the address at which the browser listens: it says so when it has started. */
function listening() {
  return new Promise((found) => {
    let said = "";
    browser.stderr.on("data", (text) => {
      said += text;
      const [, there] = said.match(/BiDi listening on (ws:\S+)/) ?? [];
      if (there) found(there);
    });
  });
}

const socket = new WebSocket(`${await listening()}/session`);
await new Promise((open) => (socket.onopen = open));
const answers = new Map();
const asked = [];
socket.onmessage = ({ data }) => {
  const { id, type, result, message, method, params } = JSON.parse(data);
  if (method === "network.beforeRequestSent") asked.push(params.request.url);
  const { done, fail } = answers.get(id) ?? {};
  if (type === "success") done(result);
  if (type === "error") fail?.(new Error(message));
};

let count = 0;
function send(method, params) {
  socket.send(JSON.stringify({ id: ++count, method, params }));
  return new Promise((done, fail) => answers.set(count, { done, fail }));
}

await send("session.new", { capabilities: {} });
await send("session.subscribe", { events: ["network.beforeRequestSent"] });
const { contexts: [{ context }] } = await send("browsingContext.getTree", {});

/* Returns the value of an expression in the page. */
async function look(expression) {
  const { result, exceptionDetails } = await send("script.evaluate", {
    expression, target: { context }, awaitPromise: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.text);
  return result.value;
}

async function until(expression) {
  const end = Date.now() + LONGEST;
  while (!(await look(expression))) {
    if (Date.now() > end) throw new Error(`never true: ${expression}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

const act = (...actions) => send("input.performActions", { context, actions });

const BUTTON = (name) =>
  `[...document.querySelectorAll("button")].find((each) => each.textContent === "${name}")`;

async function press(name) {
  await look(`${BUTTON(name)}.scrollIntoView({ block: "center", behavior: "instant" })`);
  const [x, y] = JSON.parse(await look(`(() => {
    const box = ${BUTTON(name)}.getBoundingClientRect();
    return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]);
  })()`));
  await act({
    type: "pointer", id: "mouse", actions: [
      { type: "pointerMove", x: Math.round(x), y: Math.round(y) },
      { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
    ],
  });
}

const down = (value) => ({ type: "keyDown", value });
const up = (value) => ({ type: "keyUp", value });
const stroke = (value) => [down(value), up(value)];

async function type(...actions) {
  await act({ type: "key", id: "keys", actions });
}

/* Writes a program in the place of the one that is there. */
async function write(text) {
  await look(`document.querySelector(".cm-content").focus()`);
  await type(down(CONTROL), ...stroke("a"), up(CONTROL));
  await type(...[...text].flatMap((letter) => stroke(letter === "\n" ? "\uE007" : letter)));
}

const LOG = `document.querySelector(".yp-log").textContent`;
const STATUS = `document.querySelector(".yp-status").textContent`;
const printed = (text) => until(`${LOG} === ${JSON.stringify(text)}`);

/* Presses Stop, and returns how long the program went on, in seconds. */
async function stopped() {
  await look(`window.stopped = new Promise((done) => {
    let began;
    ${BUTTON("Stop")}.addEventListener("click", () => (began = performance.now()), { once: true, capture: true });
    const status = document.querySelector(".yp-status");
    new MutationObserver(() => {
      if (status.textContent !== "Stops …") done(performance.now() - began);
    }).observe(status, { childList: true });
  }); null`);
  await press("Stop");
  return (await look("window.stopped")) / 1000;
}

await send("browsingContext.navigate", { context, url: address, wait: "complete" });
await press("Try it");
await until(`document.activeElement.matches(".cm-content")`);
const seen = { stops: [] };
for (const [loop, button] of [
  ["while True: pass", "Run"],
  ["import time\ntime.sleep(600)", "Run"],
  ["while True: pass", "Watch"],
]) {
  await write(`name = 41\nprint(name)\n${loop}`);
  await press(button);
  await printed("41\n");
  const seconds = await stopped();
  seen.stops.push({ loop, button, seconds, status: await look(STATUS) });
}
await write("print(name + 1)");
await type(down(CONTROL), ...stroke("\uE007"), up(CONTROL));
await until(`${STATUS}.startsWith("Done") || ${STATUS}.startsWith("Ended")`);
seen.printed = await look(LOG);
await press("Watch");
await until(`document.querySelector(".yp-bench .yp-watch.ready")`);
seen.asked = asked;
console.log(JSON.stringify(seen));
socket.close();
process.exit(0);
