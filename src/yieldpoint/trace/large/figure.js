/* The figure: what is in view. */

const view = $("view");
const figure = view.querySelector("svg");

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
      const place = (line) => `x="${columnOf.get(item).x}" y="${onScreen(y) - line}"`;
      const second = secondOf(item);
      parts.push(`<text class="name" ${place(second && 15)}>${html(nameOf(item))}</text>`);
      if (second) parts.push(`<text class="faint" ${place(0)}>${html(second)}</text>`);
    }
  }
  for (const [lane, each] of data.findings) {
    const column = columnAt(lane);
    const y = onScreen(steps.y[each]) + 4;
    if (column && y > -9 && y < high + 9) {
      parts.push(`<text class="mark" x="${column.x + BAR / 2}" y="${y}" text-anchor="middle">!</text>`);
    }
  }
  // What comes later is dim, once the reader has begun to step.
  const later = Math.max(here + band / 2, 0);
  if (step && later < high) {
    parts.push(`<rect class="veil" x="0" y="${later}" width="${wide}" height="${high - later}"/>`);
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
    const second = `<small>${isFold(item) ? `▸ ${html(translated("open"))}` : html(secondOf(item))}</small>`;
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
