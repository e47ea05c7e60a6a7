// Speaks to the page as the worker does, and runs no Python: it prints what is printed in
// lines of their own, raises what is raised, and turns until it is stopped, or never ends.
const RECORDING = {};
const say = (id, type, more) => postMessage({ id, type, ...more });
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function untilRevoked(address) {
  for (;;) {
    await pause(20);
    try {
      await fetch(address);
    } catch {
      return;
    }
  }
}

self.onmessage = async ({ data: { type, id, text, name, mode, stop } }) => {
  if (type === "start") say(id, "ready", { version: "3.14.2" });
  if (type !== "run") return;
  const done = (more) =>
    say(id, "done", { status: "ok", exit: null, note: null, error: null, seconds: 0.5, ...more });
  for (const [, , printed] of text.matchAll(/^( *)print\("(.*)"\)$/gm)) {
    say(id, "output", { stream: "out", text: `${printed}\n` });
  }
  if (text.includes("while True: never")) for (;;);
  if (text.includes("while True: pass")) {
    await untilRevoked(stop);
    return done({ status: "stopped" });
  }
  if (mode === "watch") say(id, "recording", RECORDING);
  const [, raised, message] = text.match(/^raise (\w+)\("(.*)"\)$/m) ?? [];
  if (!raised) return done();
  const trace = `Traceback (most recent call last):\n  File "${name}"\n${raised}: ${message}\n`;
  say(id, "output", { stream: "err", text: trace });
  return done({ status: "error", error: { type: raised, message, line: 1 } });
};
