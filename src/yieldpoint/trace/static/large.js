/* Draws what is in view of a large recording, and leads through its steps. */
"use strict";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const { words, lanes, folds, steps, marks } = data;
const count = steps.lane.length;

// Sizes, in pixels: those of the small figures.
const CHARACTER = 6.65;
const BAR = 12;
const FOLD = 96;
const NARROWEST = 56;
const ROW = 24;
const HIGHEST = 15e6; // higher elements are more than browsers can scroll

const FEW = 4; // so many lanes are never folded
const STYLES = ["created", "waits", "calls", "ready", "runs"]; // the last is in front
const LEGEND = {
  runs: "runs",
  calls: "has called",
  waits: "waits",
  ready: "is ready",
  created: "not started",
};

const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const html = (text) => text.replace(/[&<>"]/g, (character) => escaped[character]);
const number = (value) => value.toLocaleString("en");
const seconds = (time) => `${+time.toPrecision(6)} s`;

/* Returns the first index at which a condition holds that holds from there on. */
function firstIndex(length, holds) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/* ---- What each step is ---- */

const kindOf = (step) => words[steps.kind[step]];
const whatOf = (step) => words[steps.what[step]];
const laneOf = (step) => lanes[steps.lane[step]];
const functionOf = (step) => words[steps.function[step]] || laneOf(step).function;
const isSwitch = words.map((word) => data.kinds.switches.includes(word));
const holds = new Set(["started", "resumed", "line", "printed"]);
const isEnd = new Set(["returned", "raised", "cancelled", "closed"]);

/* Returns the changes of a step: names, each with a value, or null if it is gone. */
function changesOf(step) {
  const listed = steps.changed[steps.changes[step]] ?? [];
  const changes = [];
  for (let at = 0; at < listed.length; at += 2) {
    changes.push([words[listed[at]], words[listed[at + 1]] ?? null]);
  }
  return changes;
}

const assigned = ([name, value]) => (value === null ? `${name} is gone` : `${name} = ${value}`);

// The steps of each lane.
const stepsOf = lanes.map(() => []);
for (let step = 0; step < count; step += 1) stepsOf[steps.lane[step]].push(step);
const printed = [];
for (let step = 0; step < count; step += 1) if (steps.printed[step] >= 0) printed.push(step);

/* Returns where in a list of steps the last one is that is not behind a step. */
const lastUpTo = (list, step) => firstIndex(list.length, (at) => list[at] > step) - 1;

/* ---- What the reader has selected ---- */

let visible = new Uint8Array(count).fill(1); // for each step, whether it is shown
let selected = Int32Array.from({ length: count }, (_, step) => step);
let found = new Int32Array(0);
let isFound = new Set();
const opened = new Set();
let step = 0;
let zoom = 1;

/* Returns what tells whether a name is meant: all of it, or else a part of it. */
function matcher(pattern, names) {
  if (!pattern) return () => true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const whole = new RegExp(`^${source}$`, "i");
  if (names.some((name) => whole.test(name))) return (name) => whole.test(name);
  const part = new RegExp(source, "i");
  return (name) => part.test(name);
}

const functions = [
  ...new Set([...lanes.map((lane) => lane.function), ...new Set(steps.function.map((n) => words[n]))]),
].filter(Boolean);

function select() {
  const meansLane = matcher(
    $("lane").value.trim(),
    lanes.map((lane) => lane.name),
  );
  const wantedLanes = lanes.map((lane) => meansLane(lane.name));
  const wantedFunctions = new Set(functions.filter(matcher($("function").value.trim(), functions)));
  const kinds = data.kinds[$("kind").value];
  const wantedKinds = words.map((word) => !kinds || kinds.includes(word));
  const since = $("since").value === "" ? -Infinity : +$("since").value;
  const until = $("until").value === "" ? Infinity : +$("until").value;
  const any = !$("function").value.trim();
  visible = new Uint8Array(count);
  const list = [];
  for (let each = 0; each < count; each += 1) {
    if (
      wantedLanes[steps.lane[each]] &&
      wantedKinds[steps.kind[each]] &&
      steps.time[each] >= since &&
      steps.time[each] <= until &&
      (any || wantedFunctions.has(functionOf(each)))
    ) {
      visible[each] = 1;
      list.push(each);
    }
  }
  selected = Int32Array.from(list);
  $("selected").textContent = list.length === count ? "" : `${number(list.length)} of ${number(count)} steps`;
  arrange();
}

/* ---- Heights: what is left out takes no room ---- */

const ABOVE = 26; // what belongs to a step: its name, its arrow, its text
const BELOW = 18;
const GAP = 34;

// For each step, how many marks there are before it.
const marksBefore = new Int32Array(count + 1);
for (const at of marks.step) marksBefore[at + 1] += 1;
for (let at = 0; at < count; at += 1) marksBefore[at + 1] += marksBefore[at];

let pieces = []; // from which height to which, in the data and on the page

function compress() {
  pieces = [];
  let at = 0;
  let top = 0;
  const add = (to, most = Infinity) => {
    if (to <= at) return;
    const height = Math.min(to - at, most);
    pieces.push({ from: at, to, top, height });
    at = to;
    top += height;
  };
  if (selected.length < count) {
    let before = -1;
    for (const each of [...selected, count]) {
      // Time that passes stays as high as it is, if nothing is left out meanwhile.
      const isWhole = marksBefore[each] === marksBefore[before + 1];
      const y = each < count ? steps.y[each] : data.end + ABOVE;
      add(y - ABOVE, isWhole ? Infinity : GAP);
      if (each < count) add(y + BELOW);
      before = each;
    }
  }
  add(data.end);
  pieces.push({ from: data.end, to: data.end + 1e9, top, height: 1e9 });
}

/* Returns where on the page a height of the data is, at zoom 1; and the other way. */
function toPage(y) {
  const piece = pieces[Math.max(0, firstIndex(pieces.length, (at) => pieces[at].from > y) - 1)];
  return piece.top + ((y - piece.from) * piece.height) / (piece.to - piece.from);
}

function toData(y) {
  const piece = pieces[Math.max(0, firstIndex(pieces.length, (at) => pieces[at].top > y) - 1)];
  return piece.from + ((y - piece.top) * (piece.to - piece.from)) / (piece.height || 1);
}

const height = () => pieces.at(-1).top;

/* ---- Columns: who shares one, and how wide it is ---- */

let shown = []; // for each lane, what shows it: itself or a fold; -1 for nothing
let columns = [];
let columnOf = new Map();
let left = 10; // of the first column
let isSqueezed = false;
let begins = []; // what begins below another one in its column, from the top down

const isFold = (item) => item >= lanes.length;
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
    fold.members.map((each, at) => [each, fold.depths.length ? `depth ${fold.depths[at]}` : lanes[each].name]),
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

/* ---- The figure: what is in view ---- */

const view = $("view");
const figure = view.querySelector("svg");

/* Calls back with each bar of a lane or fold that is at a range of heights. */
function eachBar(item, style, from, to, draw) {
  const track = data.bars[item][style];
  if (!track) return;
  const { top, bottom, left: lefts, right } = track;
  for (let at = firstIndex(top.length, (n) => bottom[n] > from); at < top.length; at += 1) {
    if (top[at] >= to) break;
    draw(top[at], bottom[at], lefts[at] / 1000, right[at] / 1000);
  }
}

/* Paints the bars. In a lane, those that are thinner than a pixel add up. */
function paint(pen, high, from, to, toPen, place) {
  for (const style of STYLES) {
    const probe = getComputedStyle($("legend").querySelector(`.${style}`));
    const opacity = style === "created" ? 0.15 : +probe.fillOpacity;
    pen.fillStyle = probe.fill === "none" ? probe.stroke : probe.fill;
    pen.globalAlpha = opacity;
    for (const column of columns) {
      const covered = new Float32Array(high + 1);
      for (const item of column.items) {
        eachBar(item, style, from, to, (top, bottom, a, b) => {
          const y = Math.max(toPen(top), 0);
          const end = Math.min(toPen(bottom), high);
          if (isFold(item)) {
            const [x, width] = place(column, item);
            pen.fillRect(x + a * width, y, Math.max((b - a) * width, 0.5), end - y);
            return;
          }
          for (let row = Math.floor(y); row < end; row += 1) {
            covered[row] += Math.min(end, row + 1) - Math.max(y, row);
          }
        });
      }
      const [x, width] = place(column, column.items.find((item) => !isFold(item)));
      paintRows(pen, x, width, covered, opacity);
    }
  }
  pen.globalAlpha = 1;
}

/* Paints rows of pixels, the paler the less of each is covered; none is invisible. */
function paintRows(pen, x, width, covered, opacity) {
  const shade = (row) => covered[row] && Math.max(Math.ceil(Math.min(covered[row], 1) * 16) / 16, 0.25);
  for (let row = 0; row < covered.length; ) {
    const first = row;
    const alpha = shade(row);
    while (row < covered.length && shade(row) === alpha) row += 1;
    if (!alpha) continue;
    pen.globalAlpha = alpha * opacity;
    pen.fillRect(x, first, width, row - first);
  }
  pen.globalAlpha = opacity;
}

/* Returns what draws on a canvas, which is empty and as large as it is shown. */
function penOf(canvas, width, height) {
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const pen = canvas.getContext("2d");
  pen.scale(devicePixelRatio, devicePixelRatio);
  return pen;
}

function drawBars(parts, from, to, onScreen) {
  const high = view.clientHeight;
  for (const column of columns) {
    const after = firstIndex(column.items.length, (n) => steps.y[column.firsts[n]] > to);
    for (let n = after - 1; n >= 0; n -= 1) {
      const item = column.items[n];
      const classes = isFold(item) ? " part" : "";
      for (const style of STYLES) {
        eachBar(item, style, from, to, (top, bottom, a, b) => {
          const y = Math.max(onScreen(top), -9);
          const height = Math.min(onScreen(bottom), high + 9) - y;
          if (height < 0.5) return; // in a gap
          const x = column.x + a * thick(item);
          const width = Math.max((b - a) * thick(item), 1);
          parts.push(
            `<rect class="${style}${classes}" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
          );
        });
      }
      // What has ended before an earlier one began is above it.
      if (lanes[item] && lanes[item].last < count && steps.y[lanes[item].last] < from - 60) break;
    }
  }
}

function draw() {
  const high = view.clientHeight;
  const scroll = view.scrollTop;
  const from = toData((scroll - 60) / zoom);
  const to = toData((scroll + high + 60) / zoom);
  const onScreen = (y) => toPage(y) * zoom - scroll;
  const wide = +figure.getAttribute("width");
  const parts = [];
  const here = onScreen(steps.y[step] ?? 0);
  const band = zoom < 0.25 ? 3 : 14;
  if (count) parts.push(`<rect class="band" x="0" y="${here - band / 2}" width="${wide}" height="${band}"/>`);

  let lastTick = -99;
  for (let at = firstIndex(data.ticks.length, (n) => data.ticks[n][0] > from); at < data.ticks.length; at += 1) {
    const [y, text] = data.ticks[at];
    if (y > to) break;
    const top = onScreen(y);
    if (top < lastTick + 14) continue;
    lastTick = top;
    parts.push(
      `<path class="rule" d="M0 ${top}H${wide}"/>` +
        `<text class="faint" x="${left - 10}" y="${top + 12}" text-anchor="end">${words[text]}</text>`,
    );
  }

  const canvas = figure.previousElementSibling;
  canvas.hidden = zoom >= 0.25;
  if (canvas.hidden) drawBars(parts, from, to, onScreen);
  else {
    const pen = penOf(canvas, wide, high);
    paint(pen, high, from, to, onScreen, (column, item) => [column.x, item === undefined ? 0 : thick(item)]);
  }
  if (zoom >= 0.25) drawMarks(parts, from, to, onScreen);
  if (zoom >= 0.6) {
    for (let at = firstIndex(begins.length, (n) => begins[n].y > from); at < begins.length; at += 1) {
      const { item, y } = begins[at];
      if (y > to) break;
      if (nameOf(item).length * CHARACTER > columnOf.get(item).width) continue;
      parts.push(`<text class="name" x="${columnOf.get(item).x}" y="${onScreen(y)}">${html(nameOf(item))}</text>`);
    }
  }
  const column = columnAt(steps.lane[step]);
  if (column) parts.push(`<path class="here" d="M${column.x - 4} ${here}h${thick(shown[steps.lane[step]]) + 8}"/>`);
  figure.innerHTML = parts.join("");
  heads(from + 60 / zoom);
  const lens = $("overview").lastElementChild.style;
  const scaled = $("overview").clientHeight / Math.max(height() * zoom, high);
  lens.top = `${scroll * scaled}px`;
  lens.height = `${high * scaled}px`;
}

function drawMarks(parts, from, to, onScreen) {
  const hasTexts = zoom >= 0.6;
  for (let mark = firstIndex(marks.y.length, (n) => marks.y[n] > from - 40); mark < marks.y.length; mark += 1) {
    const y = marks.y[mark];
    if (y > to + 40) break;
    const start = columnAt(marks.lane[mark]);
    if (!start || !visible[marks.step[mark]]) continue;
    const end = columnAt(marks.to[mark]);
    const classes = words[marks.style[mark]] + (marks.step[mark] === step ? " current" : "");
    const found = isFound.has(marks.step[mark]) ? " found" : "";
    const at = onScreen(y);
    const text = hasTexts ? html(saying(mark)) : "";
    if (!end || start === end) {
      const line = marks.to[mark] < 0 ? at : at - 4;
      if (text) {
        parts.push(`<text class="${classes}${found}" x="${start.x + thick(shown[marks.lane[mark]]) + 5}" y="${line}">${text}</text>`);
      }
      continue;
    }
    const [near, far] = start.at < end.at ? [start, end] : [end, start];
    const nearest = near === start ? marks.lane[mark] : marks.to[mark];
    const [x1, x2] = [near.x + thick(shown[nearest]), far.x];
    const [tail, tip, back] = near === start ? [x1, x2, -6] : [x2, x1, 6];
    parts.push(
      `<path class="arrow ${classes}" d="M${tail} ${at}H${tip}"/>` +
        `<path class="tip ${classes}" d="M${tip} ${at}L${tip + back} ${at - 4}V${at + 4}Z"/>`,
    );
    if (text) parts.push(`<text class="${classes}${found}" x="${x1 + 6}" y="${at - 4}">${text}</text>`);
  }
}

/* Names who is in each column at the top of the view. */
function heads(y) {
  const at = firstIndex(count, (each) => steps.y[each] >= y);
  const named = pointed ?? columnAt(steps.lane[step]);
  const parts = columns.map((column) => {
    const before = lastUpTo(column.firsts, at);
    const item = column.items[Math.max(before, 0)];
    const name = nameOf(item);
    const isShort = name.length * CHARACTER > column.width && column.width < NARROWEST - 8;
    if (isShort && column !== named) return "";
    const lane = lanes[item];
    const says = lane && lane.function && !lane.name.includes(lane.function);
    const second = isFold(item) ? "<small>▸ open</small>" : `<small>${says ? html(lane.function) : ""}</small>`;
    const width = isShort ? "" : `; max-width: ${column.width - 4}px`;
    const fold = isFold(item) ? ` class="fold" data-fold="${item - lanes.length}"` : "";
    const x = Math.min(column.x - view.scrollLeft, view.clientWidth - (isShort ? name.length * CHARACTER : 0));
    return `<span${fold} title="${html(name)}" style="left: ${x}px${width}">${html(name)}${second}</span>`;
  });
  $("heads").innerHTML = parts.join("");
}

let pointed; // the column at the pointer

view.addEventListener("pointermove", ({ clientX }) => {
  const x = clientX - figure.getBoundingClientRect().left;
  const before = pointed;
  pointed = columns.findLast((column) => column.x - 2 <= x);
  if (pointed !== before) drawSoon();
});
view.addEventListener("pointerleave", () => {
  pointed = undefined;
  drawSoon();
});

let isDrawing = false;

function drawSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

/* ---- The overview: the whole run, small ---- */

function overview() {
  const box = $("overview");
  const canvas = box.firstElementChild;
  const [wide, high] = [box.clientWidth, box.clientHeight];
  const pen = penOf(canvas, wide, high);
  const scale = high / Math.max(height(), view.clientHeight);
  const part = (column) => (column.folds ? 6 : 2);
  const total = columns.reduce((sum, column) => sum + part(column) + 1, 0);
  const unit = wide / total;
  let x = 0;
  for (const column of columns) {
    column.small = x;
    x += (part(column) + 1) * unit;
  }
  const toPen = (y) => toPage(y) * scale;
  paint(pen, high, 0, Infinity, toPen, (column, item) => [column.small, (isFold(item) ? 6 : 2) * unit]);
  pen.fillStyle = getComputedStyle(box.lastElementChild).borderTopColor;
  for (const each of found) pen.fillRect(wide - 8, toPage(steps.y[each]) * scale - 1, 8, 2);
}

/* Arranges all anew: after another selection, or when a fold is opened or closed. */
function arrange() {
  compress();
  plan();
  look();
  resize();
  const at = Math.max(lastUpTo(selected, step), 0);
  $("range").max = Math.max(selected.length, 1);
  if (selected.length) show(selected[at], "off");
  table();
}

function resize() {
  measure();
  $("long").style.height = `${Math.min(Math.max(height() * zoom, view.clientHeight), HIGHEST)}px`;
  figure.setAttribute("height", view.clientHeight);
  overview();
  drawSoon();
}

/* Changes the zoom; what is at a place of the view stays there. */
function zoomTo(wanted, at = view.clientHeight / 2) {
  const least = Math.min(1, view.clientHeight / height());
  const before = (view.scrollTop + at) / zoom;
  zoom = Math.min(Math.max(wanted, least), 4, HIGHEST / height());
  resize();
  view.scrollTop = before * zoom - at;
}

/* ---- Search ---- */

function look() {
  const wanted = $("search").value.trim().toLowerCase();
  const list = [];
  if (wanted) {
    const has = words.map((word) => word.toLowerCase().includes(wanted));
    const inChanges = steps.changed.map((change) => change.some((word) => has[word]));
    const inLane = lanes.map((lane) => lane.name.toLowerCase().includes(wanted));
    for (const each of selected) {
      if (
        has[steps.what[each]] ||
        has[steps.function[each]] ||
        inLane[steps.lane[each]] ||
        inChanges[steps.changes[each]]
      ) {
        list.push(each);
      }
    }
  }
  found = Int32Array.from(list);
  isFound = new Set(list);
  tellFound();
}

function tellFound() {
  const at = found.indexOf(step) + 1;
  const place = at ? `${number(at)} / ` : "";
  $("found").textContent = $("search").value.trim() ? place + number(found.length) : "";
}

function goToFound(direction) {
  const before = lastUpTo(found, direction > 0 ? step : step - 1);
  const to = found.at((before + (direction > 0 ? 1 : 0)) % (found.length || 1));
  if (to !== undefined) show(to);
}

/* ---- A step ---- */

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

/* Returns the variables of the function that a lane is in. */
function variablesOf(lane, at) {
  const list = stepsOf[lane];
  const last = lastUpTo(list, at);
  const within = steps.function[list[last]];
  const variables = new Map();
  for (let n = 0; n <= last; n += 1) {
    const each = list[n];
    if (steps.function[each] !== within || steps.changes[each] < 0) continue;
    for (const [name, value] of changesOf(each)) {
      if (value === null) variables.delete(name);
      else variables.set(name, value);
    }
  }
  return variables;
}

function states() {
  const holder = holds.has(kindOf(step)) ? steps.lane[step] : steps.other[step];
  const listed = new Set([steps.lane[step]]);
  if (steps.other[step] >= 0) listed.add(steps.other[step]);
  for (let each = step; each > Math.max(step - 2000, -1) && listed.size < 6; each -= 1) {
    if (doing(steps.lane[each], step, holder) !== "has ended") listed.add(steps.lane[each]);
  }
  const changed = new Set(changesOf(step).map(([name]) => name));
  const rows = [...listed].map((lane) => {
    const isCurrent = lane === steps.lane[step];
    const codes = [...variablesOf(lane, step)].map(([name, value]) => {
      const mark = isCurrent && changed.has(name) ? ' class="changed"' : "";
      return `<code${mark}>${html(assigned([name, value]))}</code>`;
    });
    const current = isCurrent ? ' aria-current="step"' : "";
    return `<tr${current}><th scope="row">${html(lanes[lane].name)}</th><td>${doing(lane, step, holder)}</td><td>${codes.join("")}</td></tr>`;
  });
  $("states").querySelector("tbody").innerHTML = rows.join("");
  const others = new Map();
  lanes.forEach((_, lane) => {
    const word = listed.has(lane) ? "" : doing(lane, step, holder);
    if (word) others.set(word, (others.get(word) ?? 0) + 1);
  });
  const counted = [...others].map(([word, many]) => `${word}: ${number(many)}`);
  $("states").lastElementChild.textContent = counted.length ? `Of the other lanes, ${counted.join(", ")}.` : "";
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
  for (const button of $("player").querySelectorAll("button")) {
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

/* ---- All steps, as a table: the rows in view ---- */

function table() {
  const box = $("table");
  const body = box.querySelector("tbody");
  const many = Math.ceil(box.clientHeight / ROW) + 8;
  const first = Math.max(0, Math.min(Math.floor(box.scrollTop / ROW) - 4, selected.length - many));
  const rows = [];
  const gap = (size) => `<tr aria-hidden="true" style="height: ${size * ROW}px"></tr>`;
  for (let at = first; at < Math.min(first + many, selected.length); at += 1) {
    const each = selected[at];
    const what = html(whatOf(each));
    const changed = html(changesOf(each).map(assigned).join(", "));
    rows.push(
      `<tr data-step="${each}" aria-rowindex="${at + 2}"${each === step ? ' aria-current="step"' : ""}` +
        `${isFound.has(each) ? ' class="found"' : ""}><td>${each + 1}</td>` +
        `<td>${data.duration ? seconds(steps.time[each]) : ""}</td><td>${html(laneOf(each).name)}</td>` +
        `<td title="${what}">${kindOf(each) === "line" ? `<code>${what}</code>` : what}</td>` +
        `<td title="${changed}">${changed && `<code>${changed}</code>`}</td></tr>`,
    );
  }
  box.firstElementChild.setAttribute("aria-rowcount", selected.length + 1);
  body.innerHTML = gap(first) + rows.join("") + gap(Math.max(selected.length - first - many, 0));
}

/* ---- What the reader does ---- */

function go(name, live) {
  const to = moves[name]();
  if (to !== undefined) show(to, live);
}

const keys = { Home: "first", ArrowLeft: "before", ArrowRight: "line", End: "last" };

function press(event) {
  const name = keys[event.key];
  if (!name || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  go(name);
}

for (const button of $("player").querySelectorAll("button")) {
  button.addEventListener("click", () => go(button.dataset.move));
  button.addEventListener("keydown", press);
}
view.addEventListener("keydown", press);
view.addEventListener("scroll", drawSoon, { passive: true });
$("table").addEventListener("scroll", () => requestAnimationFrame(table), { passive: true });
$("table").addEventListener("click", ({ target }) => {
  const row = target.closest("[data-step]");
  if (row) show(+row.dataset.step);
});
$("range").addEventListener("input", () => show(selected[$("range").value - 1] ?? step, "off"));

figure.addEventListener("click", ({ clientY }) => {
  const y = (clientY - figure.getBoundingClientRect().top + view.scrollTop) / zoom;
  const below = firstIndex(selected.length, (at) => toPage(steps.y[selected[at]]) > y + 4);
  if (selected.length) show(selected[Math.max(below - 1, 0)]);
});

view.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomTo(zoom * (event.deltaY < 0 ? 1.25 : 0.8), event.clientY - view.getBoundingClientRect().top);
  },
  { passive: false },
);
$("in").addEventListener("click", () => zoomTo(zoom * 1.5));
$("out").addEventListener("click", () => zoomTo(zoom / 1.5));
$("whole").addEventListener("click", () => zoomTo(0));
$("wide").addEventListener("click", () => {
  $("wide").setAttribute("aria-pressed", !isWide());
  resize();
});

const lens = $("overview");

function pointAt({ clientY }) {
  const part = (clientY - lens.getBoundingClientRect().top) / lens.clientHeight;
  view.scrollTop = part * Math.max(height() * zoom, view.clientHeight) - view.clientHeight / 2;
}

lens.addEventListener("pointerdown", (event) => {
  lens.setPointerCapture(event.pointerId);
  pointAt(event);
});
lens.addEventListener("pointermove", (event) => {
  if (lens.hasPointerCapture(event.pointerId)) pointAt(event);
});

let typing;

function soon(change) {
  clearTimeout(typing);
  typing = setTimeout(change, 150);
}

$("search").addEventListener("input", () =>
  soon(() => {
    look();
    if (found.length && !isFound.has(step)) goToFound(1);
    overview();
    table();
    drawSoon();
  }),
);
$("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") goToFound(event.shiftKey ? -1 : 1);
});
$("found-after").addEventListener("click", () => goToFound(1));
$("found-before").addEventListener("click", () => goToFound(-1));
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", ({ target }) => target.id !== "search" && soon(select));
$("filters").addEventListener("reset", () => setTimeout(select));

/* Opens or closes a fold. */
function toggle(fold) {
  if (!opened.delete(fold)) opened.add(fold);
  tools();
  arrange();
}

function tools() {
  $("folds").innerHTML = folds
    .map(
      ({ name }, fold) =>
        `<button type="button" data-fold="${fold}" aria-pressed="${opened.has(fold)}">${opened.has(fold) ? "▾" : "▸"} ${html(name)}</button>`,
    )
    .join("");
}

for (const box of [$("folds"), $("heads")]) {
  box.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-fold]");
    if (chosen) toggle(+chosen.dataset.fold);
  });
}

/* Shows the step that the address names. */
function follow() {
  const named = /^#step-(\d+)$/.exec(location.hash);
  if (named) show(named[1] - 1);
}

/* ---- Begin ---- */

$("legend").innerHTML = Object.entries(LEGEND)
  .map(
    ([style, word]) =>
      `<span><svg class="yp-figure" viewBox="0 0 12 12" aria-hidden="true"><rect class="${style}" x="1" y="1" width="10" height="10"/></svg> ${word}</span>`,
  )
  .join("");
for (const kind of Object.keys(data.kinds)) $("kind").add(new Option(kind));
const options = (names) => names.slice(0, 1000).map((name) => `<option value="${html(name)}"></option>`);
$("lanes").innerHTML = options(lanes.map((lane) => lane.name)).join("");
$("functions").innerHTML = options(functions).join("");
for (const id of ["since", "until"]) $(id).parentElement.hidden = !data.duration;

// Where there is little room, filters are behind a heading.
$("search").closest("details").open = innerWidth >= 960;
source();
tools();
select();
follow();
addEventListener("hashchange", follow);
addEventListener("resize", () => {
  resize();
  table();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", overview);
document.documentElement.dataset.ready = "yes";
