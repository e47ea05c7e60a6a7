/* Steps through a recording. The table of its steps is the data. */
"use strict";

/* Scrolls a box, and not the page, until an element in it can be seen. */
function reveal(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const head = 24; // of the table, which stays; 128 are for a label in the figure
  if (inner.top < outer.top + head || inner.bottom > outer.bottom) {
    box.scrollTop += inner.top - outer.top - outer.height / 3;
  }
  if (inner.width > outer.width) return; // the reader may have scrolled it
  if (inner.left < outer.left || inner.right + 128 > outer.right) {
    box.scrollLeft += inner.left - outer.left - outer.width / 3;
  }
}

function watch(root) {
  const $ = (selector) => root.querySelector(selector);
  const $$ = (selector) => [...root.querySelectorAll(selector)];
  const rows = $$(".yp-steps tbody tr");
  const laneRows = $$(".yp-lanes tbody tr");
  const drawing = $(".yp-drawing");
  const figure = $("svg");
  const size = figure.viewBox.baseVal;
  const heights = drawing.dataset.heights.split(" ").map(Number);
  const buttons = $$("button");
  const range = $("input");
  const now = $(".yp-now");
  const source = $(".yp-source");
  const output = $(".yp-output");
  const last = rows.length - 1;
  let step = -1;

  /* Returns each lane's state and variables after a step, and the output so far. */
  function replay(end) {
    const lanes = laneRows.map(() => ({ functions: new Map(), variables: new Map() }));
    let printed = "";
    for (const row of rows.slice(0, end + 1)) {
      const { lane: number, function: name } = row.dataset;
      const lane = lanes[number];
      lane.state = row.cells[5].textContent;
      printed += row.querySelector("samp")?.textContent ?? "";
      if (!name) continue;
      lane.variables = lane.functions.get(name) ?? new Map();
      lane.functions.set(name, lane.variables);
      for (const code of row.querySelectorAll("[data-name]")) {
        if (code.dataset.gone) lane.variables.delete(code.dataset.name);
        else lane.variables.set(code.dataset.name, code);
      }
    }
    return { lanes, printed };
  }

  /* Shows a step. The slider speaks for itself. */
  function show(wanted, live = "polite") {
    step = Math.min(Math.max(wanted, 0), last);
    const row = rows[step];
    const [, time, name, what] = row.cells;
    const place = [`${step + 1} / ${rows.length}`, time.textContent, name.textContent];
    now.setAttribute("aria-live", live);
    now.replaceChildren(
      `${place.filter(Boolean).join(" · ")}: `,
      ...what.cloneNode(true).childNodes,
    );
    range.min = 1;
    range.value = step + 1;
    range.setAttribute("aria-valuetext", now.textContent);
    buttons.forEach((button, number) => {
      button.setAttribute("aria-disabled", step === (number < 2 ? 0 : last));
    });

    const { lanes, printed } = replay(step);
    lanes.forEach(({ state = "", variables }, number) => {
      const [, stateCell, variablesCell] = laneRows[number].cells;
      stateCell.textContent = state;
      variablesCell.replaceChildren();
      for (const code of variables.values()) {
        const copy = code.cloneNode(true);
        copy.classList.toggle("changed", row.contains(code));
        variablesCell.append(copy);
      }
    });
    output.textContent = printed;

    const lane = row.dataset.lane;
    const line = source.querySelector(`[data-n="${row.dataset.line}"]`);
    for (const marked of $$("[aria-current]")) marked.removeAttribute("aria-current");
    for (const element of [row, laneRows[lane], line]) {
      element?.setAttribute("aria-current", "step");
    }
    const left = $$("svg .name")[lane].getAttribute("x");
    $(".band").setAttribute("d", `M0 ${heights[step]}H${size.width}`);
    $(".here").setAttribute("d", `M${left - 4} ${heights[step]}h20`);

    $(".yp-panels").hidden = false;
    output.scrollTop = output.scrollHeight;
    if (line) reveal(source, line);
    reveal(row.closest("div"), row);
    reveal(drawing, $(".here"));
  }

  const moves = {
    Home: () => show(0),
    ArrowLeft: () => show(step - 1),
    ArrowRight: () => show(step + 1),
    End: () => show(last),
  };

  function press(event) {
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move();
  }

  for (const button of buttons) {
    button.addEventListener("click", moves[button.dataset.key]);
    button.addEventListener("keydown", press);
  }
  drawing.addEventListener("keydown", press);
  range.addEventListener("input", () => show(range.value - 1, "off"));

  /* Returns the step at a pointer's height; a little above it counts as at it. */
  function stepAt(pointer) {
    const box = figure.getBoundingClientRect();
    const y = ((pointer.clientY - box.top) * size.height) / box.height;
    const below = heights.findIndex((height) => height > y + 4);
    return below < 0 ? last : below - 1;
  }

  // A finger taps, or scrolls the page; a mouse or a pen also drags.
  figure.addEventListener("click", (event) => show(stepAt(event)));
  figure.addEventListener("pointerdown", ({ button, pointerType, pointerId }) => {
    if (!button && pointerType !== "touch") figure.setPointerCapture(pointerId);
  });
  figure.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" && figure.hasPointerCapture(event.pointerId)) {
      show(stepAt(event), "off");
    }
  });

  figure.insertAdjacentHTML("afterbegin", '<path class="band"/>');
  figure.insertAdjacentHTML("beforeend", '<path class="here"/>');
  $(".yp-steps").open = false;
  root.classList.add("ready");
}

document.querySelectorAll(".yp-watch").forEach(watch);
