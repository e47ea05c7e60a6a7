/* What waits in the event loop. */

const SHOWN = 3; // of the queue, and of the timers

/* Returns the step by which a lane has come into the queue, if it is there. */
function putAt(lane, at) {
  const list = stepsOf[lane];
  let put = at;
  for (let last = lastUpTo(list, at); last >= 0; last -= 1) {
    const kind = kindOf(list[last]);
    if (["started", "resumed"].includes(kind)) break;
    if (["created", "woken"].includes(kind)) put = list[last];
  }
  return put;
}

function listed(items, text) {
  const shown = items.slice(0, SHOWN).map((item) => `<code>${html(text(item))}</code>`);
  const rest = items.length - shown.length;
  return shown.join(" ") + (rest ? ` and ${number(rest)} more` : "");
}

/* Shows the queue and the timers after a step, for what each lane does then. */
function strip(at, does) {
  const ready = lanes
    .map((_, lane) => lane)
    .filter((lane) => lanes[lane].kind === "task" && ["is ready", "not started"].includes(does[lane]))
    .map((lane) => [putAt(lane, at), lane])
    .sort(([a], [b]) => a - b);
  const timers = data.timers.filter(([, , set, gone]) => set <= at && (gone === null || gone > at));
  const [queue, clock] = $("strip").querySelectorAll("span");
  queue.innerHTML = listed(ready, ([, lane]) => lanes[lane].name);
  clock.innerHTML = listed(timers, ([lane, due]) => `${lanes[lane]?.name ?? ""} at ${seconds(due)}`.trim());
}
