/* A step. */

/* Says what a lane does after a step, in the words of the legend. */
function doing(lane, at, holder) {
  const list = stepsOf[lane];
  let last = lastUpTo(list, at);
  if (last < 0) return "";
  const state = words[steps.state[list[last]]];
  if (state.endsWith("CLOSED") || isEnd.has(kindOf(list[last]))) return "has ended";
  if (state.endsWith("RUNNING")) {
    return lane === holder || lanes[lane].kind === "thread" ? "runs" : "has called";
  }
  if (state.endsWith("CREATED")) return "not started";
  for (; last >= 0 && !["started", "resumed"].includes(kindOf(list[last])); last -= 1) {
    if (kindOf(list[last]) === "woken") return "is ready";
  }
  return "waits";
}

/* Returns the variables of the call that a lane is in. */
function variablesOf(lane, at) {
  const list = stepsOf[lane];
  const last = lastUpTo(list, at);
  const isWithin = (each) =>
    steps.function[each] === steps.function[list[last]] && steps.call[each] === steps.call[list[last]];
  const variables = new Map();
  for (let n = 0; n <= last; n += 1) {
    const each = list[n];
    if (steps.changes[each] < 0 || !isWithin(each)) continue;
    for (const [name, value] of changesOf(each)) {
      if (value === null) variables.delete(name);
      else variables.set(name, value);
    }
  }
  return variables;
}

function states() {
  const holder = holds.has(kindOf(step)) ? steps.lane[step] : steps.other[step];
  const told = new Set([steps.lane[step]]);
  if (steps.other[step] >= 0) told.add(steps.other[step]);
  for (let each = step; each > Math.max(step - 2000, -1) && told.size < 6; each -= 1) {
    if (doing(steps.lane[each], step, holder) !== "has ended") told.add(steps.lane[each]);
  }
  const does = lanes.map((_, lane) => doing(lane, step, holder));
  strip(step, does);
  const changed = new Set(changesOf(step).map(([name]) => name));
  const rows = [...told].map((lane) => {
    const isCurrent = lane === steps.lane[step];
    const codes = [...variablesOf(lane, step)].map(([name, value]) => {
      const mark = isCurrent && changed.has(name) ? ' class="changed"' : "";
      return `<code${mark}>${html(assigned([name, value]))}</code>`;
    });
    const current = isCurrent ? ' aria-current="step"' : "";
    return `<tr${current}><th scope="row">${html(lanes[lane].name)}</th><td>${html(translated(does[lane]))}</td><td>${codes.join("")}</td></tr>`;
  });
  $("states").querySelector("tbody").innerHTML = rows.join("");
  const others = new Map();
  does.forEach((does, lane) => {
    const word = told.has(lane) ? "" : does;
    if (word) others.set(word, (others.get(word) ?? 0) + 1);
  });
  const counted = [...others].map(([word, many]) => `${translated(word)}: ${number(many)}`);
  $("states").lastElementChild.textContent = counted.length
    ? translated("The other lanes: {states}", { states: counted.join(", ") })
    : "";
}

const lineOf = new Map();

function source() {
  const parts = [];
  data.sources.forEach(([name, lines], file) => {
    if (data.sources.length > 1) parts.push(`<b>${html(name)}</b>`);
    let before = 0;
    for (const [line, text] of Object.entries(lines)) {
      if (before && line - before > 1) parts.push("<i>⋮</i>");
      before = +line;
      parts.push(`<span data-n="${file}:${line}">${html(text) || " "}</span>`);
    }
  });
  $("source").innerHTML = parts.join("");
  for (const each of $("source").querySelectorAll("[data-n]")) lineOf.set(each.dataset.n, each);
}

/* Scrolls a box, and not the page, until a part of it can be seen. */
function reveal(box, top, high, offset = 0) {
  if (top < box.scrollTop + offset || top + high > box.scrollTop + box.clientHeight) {
    box.scrollTop = top - box.clientHeight / 3;
  }
}

let marked;

/* Shows a step. The slider speaks for itself. */
function show(wanted, live = "polite") {
  step = Math.min(Math.max(wanted, 0), count - 1);
  const at = lastUpTo(selected, step);
  const place = [`${number(step + 1)} / ${number(count)}`];
  if (data.duration) place.push(seconds(steps.time[step]));
  place.push(laneOf(step).name);
  const what = html(whatOf(step));
  $("now").setAttribute("aria-live", live);
  $("now").innerHTML =
    `<a href="#step-${step + 1}">${place[0]}</a> · ${html(place.slice(1).join(" · "))}: ` +
    (kindOf(step) === "line" ? `<code>${what}</code>` : what);
  $("range").value = at + 1;
  $("range").setAttribute("aria-valuetext", $("now").textContent);
  for (const button of $("player").querySelectorAll("[data-move]")) {
    const to = moves[button.dataset.move]();
    button.setAttribute("aria-disabled", to === step || to === undefined);
  }
  marked?.removeAttribute("aria-current");
  marked = lineOf.get(`${steps.file[step]}:${steps.line[step]}`);
  if (marked) {
    marked.setAttribute("aria-current", "step");
    reveal($("source"), marked.offsetTop - $("source").offsetTop, marked.offsetHeight);
  }
  states();
  const until = lastUpTo(printed, step) + 1;
  $("output").textContent = printed
    .slice(Math.max(0, until - 200), until)
    .map((each) => words[steps.printed[each]])
    .join("");
  $("output").scrollTop = $("output").scrollHeight;
  reveal(view, toPage(steps.y[step]) * zoom - 30, 60);
  reveal($("table"), at * ROW, 2 * ROW + 24);
  const column = columnAt(steps.lane[step]);
  if (column && (column.x < view.scrollLeft || column.x + 99 > view.scrollLeft + view.clientWidth)) {
    view.scrollLeft = column.x - view.clientWidth / 3;
  }
  tellFound();
  table();
  draw();
}

const moves = {
  first: () => selected[0],
  before: () => selected[Math.max(lastUpTo(selected, step - 1), 0)],
  line: () => selected[lastUpTo(selected, step) + 1] ?? step,
  switch: () => {
    let at = lastUpTo(selected, step) + 1;
    while (at < selected.length && !isSwitch[steps.kind[selected[at]]]) at += 1;
    return selected[at] ?? step;
  },
  last: () => selected.at(-1),
};
