/* Bars, and painting them on a canvas where they are too thin to be drawn. */

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
