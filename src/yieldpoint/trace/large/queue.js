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
  const more = rest ? html(translated("and {count} more", { count: number(rest) })) : [];
  return shown.concat(more).join(" ");
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
  const set = ([lane, due]) =>
    translated("{who} at {time}", { who: lanes[lane]?.name ?? "", time: seconds(due) }).trim();
  clock.innerHTML = listed(timers, set);
}
