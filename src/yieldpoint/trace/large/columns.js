/* Columns: who shares one, and how wide it is. */

let shown = []; // for each lane, what shows it: itself or a fold; -1 for nothing
let columns = [];
let columnOf = new Map();
let left = 10; // of the first column
let isSqueezed = false;
let begins = []; // what begins below another one in its column, from the top down

const isFold = (item) => item >= lanes.length;
/* Returns the function of a lane, if that says more than its name. */
function secondOf(item) {
  const lane = lanes[item];
  return lane?.function && !lane.name.includes(lane.function) ? lane.function : "";
}

const nameOf = (item) => (isFold(item) ? folds[item - lanes.length].name : lanes[item].name);

function plan() {
  const isUsed = new Uint8Array(lanes.length);
  for (const each of selected) {
    isUsed[steps.lane[each]] = 1;
    if (steps.other[each] >= 0) isUsed[steps.other[each]] = 1;
  }
  shown = lanes.map((_, lane) => (isUsed[lane] ? lane : -1));
  folds.forEach(({ members }, fold) => {
    const used = members.filter((lane) => isUsed[lane]);
    if (opened.has(fold) || used.length <= FEW) return;
    for (const lane of used) shown[lane] = lanes.length + fold;
  });
  const lives = new Map();
  shown.forEach((item, lane) => {
    if (item < 0) return;
    const { first, last } = lanes[lane];
    const life = lives.get(item) ?? { first, last };
    lives.set(item, { first: Math.min(life.first, first), last: Math.max(life.last, last) });
  });
  const like = (item) => (isFold(item) ? item : `${lanes[item].kind} ${lanes[item].function}`);
  columns = [];
  for (const [item, life] of [...lives].sort(([, a], [, b]) => a.first - b.first)) {
    const free = columns.filter((column) => column.until < life.first);
    let column = free.find(({ items }) => like(items.at(-1)) === like(item)) ?? free[0];
    if (!column) columns.push((column = { items: [], firsts: [], folds: 0 }));
    column.items.push(item);
    column.firsts.push(life.first);
    column.until = life.last;
    if (isFold(item)) column.folds += 1;
  }
  columnOf = new Map(columns.flatMap((column) => column.items.map((item) => [item, column])));
  begins = columns
    .flatMap(({ items, firsts }) => items.map((item, at) => ({ item, y: steps.y[firsts[at]] - 16, at })))
    .filter(({ at }) => at)
    .sort((a, b) => a.y - b.y);
  for (const column of columns) {
    const names = column.items.flatMap((item) => [nameOf(item), lanes[item]?.function ?? ""]);
    column.natural = Math.max(NARROWEST, ...[names.reduce((a, b) => (b.length > a.length ? b : a)).length * CHARACTER + 14]);
  }
  columns.forEach((column, at) => (column.at = at));
  for (let mark = 0; mark < marks.y.length; mark += 1) {
    const start = columnAt(marks.lane[mark]);
    if (!start || !visible[marks.step[mark]]) continue;
    const end = columnAt(marks.to[mark]) ?? start;
    const [column, lane] = end.at < start.at ? [end, marks.to[mark]] : [start, marks.lane[mark]];
    const bar = isFold(shown[lane]) ? FOLD : BAR;
    const width = saying(mark).length * CHARACTER + bar + 16;
    if (width > column.natural) column.natural = width;
  }
}

const columnAt = (lane) => columnOf.get(shown[lane]);

/* Returns what is written at a mark; in a fold it says who it is. */
function saying(mark) {
  const text = words[marks.text[mark]];
  const lane = marks.lane[mark];
  const item = shown[lane];
  if (!text || item < lanes.length) return text;
  const fold = folds[item - lanes.length];
  fold.whoOf ??= new Map(
    fold.members.map((each, at) => [each, fold.depths.length ? translated("depth {depth}", { depth: fold.depths[at] }) : lanes[each].name]),
  );
  return `${fold.whoOf.get(lane)}: ${text}`;
}

/* Makes the columns as wide as their texts need, or as there is room for. */
function measure() {
  const longest = Math.max(...data.ticks.map(([, text]) => words[text].length), 0);
  left = longest ? Math.round(longest * CHARACTER) + 18 : 10;
  const room = view.clientWidth - left - 4;
  const natural = columns.reduce((sum, column) => sum + column.natural, 0);
  isSqueezed = natural > room;
  $("wide").hidden = !isSqueezed;
  let most = Infinity; // wide
  if (isSqueezed && !isWide()) {
    // The widest give way first.
    let rest = room;
    const widths = columns.map((column) => column.natural).sort((a, b) => a - b);
    widths.some((width, at) => {
      most = rest / (widths.length - at);
      rest -= width;
      return width > most;
    });
    // Whoever opens a fold wants to see its bars, and may scroll sideways.
    if (opened.size) most = Math.max(most, BAR + 2);
  }
  // Folds take what room is left.
  const wideFolds = columns.filter((column) => column.folds).length;
  const more = wideFolds ? Math.max(Math.min((room - natural) / wideFolds, 200), 0) : 0;
  let x = left;
  for (const column of columns) {
    column.x = x;
    column.width = Math.min(column.natural, most) + (column.folds && more);
    column.fold = Math.min(FOLD + more, Math.max(column.width * 0.55, 1));
    column.bar = Math.min(BAR, Math.max(column.width - 2, 1));
    x += column.width;
  }
  view.classList.toggle("wide", x > view.clientWidth);
  figure.setAttribute("width", Math.max(x, view.clientWidth));
  $("long").style.width = `${figure.getAttribute("width")}px`;
}

/* Returns how wide the bar of a lane or a fold is. */
const thick = (item) => columnOf.get(item)[isFold(item) ? "fold" : "bar"];

const isWide = () => $("wide").getAttribute("aria-pressed") === "true";
