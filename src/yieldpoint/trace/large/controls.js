/* What the reader does. */

function go(name, live) {
  pause();
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

for (const button of $("player").querySelectorAll("[data-move]")) {
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
$("range").addEventListener("input", () => {
  pause();
  show(selected[$("range").value - 1] ?? step, "off");
});

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
  const named = /^#(?:run-)?step-(\d+)$/.exec(location.hash);
  if (named) show(named[1] - 1);
}
