/* The overview: the whole run, small. */

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
  for (const [, each] of data.findings) pen.fillRect(0, toPage(steps.y[each]) * scale - 1, 8, 3);
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
