/* Steps through a recording. The table of its steps is the data. */
"use strict";

function watch(root) {
  const $ = (selector) => root.querySelector(selector);
  const rows = [...root.querySelectorAll(".yp-steps tbody tr")];
  const heights = $(".yp-drawing").dataset.heights.split(" ").map(Number);
  const drawing = $("svg");
  const player = $(".yp-player");
  const range = $("input");
  const lanes = [...root.querySelectorAll(".yp-lanes tbody tr")];
  const last = rows.length - 1;
  const marker = document.createElementNS("http://www.w3.org/2000/svg", "path");
  let step = 0;

  function variablesUpTo(end) {
    const known = new Map(); // by lane: the function, and its variables by name
    for (let index = 0; index <= end; index++) {
      const { lane, function: name } = rows[index].dataset;
      if (!name) continue;
      const functions = known.get(lane) ?? { all: new Map() };
      if (!functions.all.has(name)) functions.all.set(name, new Map());
      functions.shown = functions.all.get(name);
      known.set(lane, functions);
      for (const variable of rows[index].querySelectorAll("code[data-name]")) {
        if (variable.dataset.gone) functions.shown.delete(variable.dataset.name);
        else functions.shown.set(variable.dataset.name, [variable.textContent, index]);
      }
    }
    return known;
  }

  function showLanes() {
    const known = variablesUpTo(step);
    lanes.forEach((row, number) => {
      const past = rows.findLast(
        (each, index) => index <= step && each.dataset.lane == number,
      );
      row.classList.toggle("now", rows[step].dataset.lane == number);
      row.cells[1].textContent = past ? past.cells[5].textContent : "";
      row.cells[2].replaceChildren();
      for (const [text, index] of known.get(String(number))?.shown.values() ?? []) {
        const code = document.createElement("code");
        code.textContent = text;
        code.classList.toggle("changed", index === step);
        row.cells[2].append(code);
      }
    });
  }

  function showLine() {
    const source = $(".yp-source");
    source.querySelector(".now")?.classList.remove("now");
    const line = source.querySelector(`[data-n="${rows[step].dataset.line}"]`);
    if (!line) return;
    line.classList.add("now");
    const top = line.offsetTop - source.offsetTop;
    if (top < source.scrollTop || top > source.scrollTop + source.clientHeight - 40) {
      source.scrollTop = top - source.clientHeight / 3;
    }
  }

  function show(wanted) {
    step = Math.min(Math.max(wanted, 0), last);
    $(".yp-panels").hidden = false;
    range.value = step;
    const [number, time, lane, what] = rows[step].cells;
    range.setAttribute("aria-valuetext", `${number.textContent} / ${rows.length}`);
    $(".yp-now").textContent =
      `${number.textContent} / ${rows.length}${time.textContent && ` · ${time.textContent}`}` +
      ` · ${lane.textContent}: ${what.textContent}`;
    for (const button of player.querySelectorAll("button")) {
      const there = button.dataset.go === "back" || button.dataset.go === "first" ? 0 : last;
      button.setAttribute("aria-disabled", step === there);
    }
    marker.setAttribute("class", "now");
    marker.setAttribute("d", `M0 ${heights[step]}H${drawing.viewBox.baseVal.width}`);
    drawing.append(marker);
    $(".yp-output").textContent = rows
      .slice(0, step + 1)
      .map((row) => row.querySelector("samp")?.textContent ?? "")
      .join("");
    showLine();
    showLanes();
  }

  const moves = {
    first: () => 0,
    back: () => step - 1,
    next: () => ($(".yp-panels").hidden ? 0 : step + 1),
    last: () => last,
  };
  const keys = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" };

  player.addEventListener("click", (event) => {
    const go = event.target.dataset.go;
    if (go) show(moves[go]());
  });
  range.addEventListener("input", () => show(Number(range.value)));
  root.addEventListener("keydown", (event) => {
    const go = keys[event.key];
    if (!go || event.target === range || event.ctrlKey || event.altKey || event.metaKey)
      return;
    event.preventDefault();
    show(moves[go]());
  });

  function drag(event) {
    if (event.buttons !== 1) return;
    const box = drawing.getBoundingClientRect();
    const y = ((event.clientY - box.top) * drawing.viewBox.baseVal.height) / box.height;
    const after = heights.findIndex((height) => height > y);
    show(after < 0 ? last : after - 1);
  }
  drawing.addEventListener("pointerdown", drag);
  drawing.addEventListener("pointermove", drag);

  const steps = $(".yp-steps");
  steps.open = false;
  steps.classList.add("ready");
  addEventListener("beforeprint", () => (steps.open = true));
  addEventListener("afterprint", () => (steps.open = false));
  range.max = last;
  player.hidden = false;
}

document.querySelectorAll(".yp-watch").forEach(watch);
