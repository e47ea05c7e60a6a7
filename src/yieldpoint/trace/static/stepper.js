/* Steps through recordings. The tables of their steps are the data. */
"use strict";

/* Scrolls a box, and not the page, until an element in it can be seen. */
function reveal(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const head = 24; // of the table, which stays
  if (inner.top < outer.top + head || inner.bottom > outer.bottom) {
    box.scrollTop += inner.top - outer.top - outer.height / 3;
  }
  revealAcross(box, element);
}

/* Does so sideways only. */
function revealAcross(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.width > outer.width) return; // the reader may have scrolled it
  box.scrollLeft += Math.max(0, inner.right - outer.right);
  box.scrollLeft -= Math.max(0, outer.left - inner.left);
}

/* Returns an element with a text in it. */
function make(name, text, attributes = {}) {
  const element = Object.assign(document.createElement(name), attributes);
  element.textContent = text;
  return element;
}

/* One recording: shows any of its steps. */
function recording(root) {
  const $ = (selector) => root.querySelector(selector);
  const $$ = (selector) => [...root.querySelectorAll(selector)];
  const rows = $$(".yp-steps tbody tr");
  const lanes = $$(".yp-lanes > li");
  const { words, more } = $(".yp-lanes").dataset;
  const drawing = $(".yp-drawing");
  const figure = $("svg");
  const size = figure.viewBox.baseVal;
  const end = Number(figure.dataset.end);
  const heights = drawing.dataset.heights.split(" ").map(Number);
  const names = $$("svg .name");
  const drawn = $$("svg [data-s]");
  const source = $(".yp-source");
  const output = $(".yp-output");
  const times = rows.map((row) => parseFloat(row.cells[1].textContent) || 0);
  const ids = new Map(rows.map((row, step) => [row.id, step]));
  // A link to a step leads to the figure, and not to the table.
  for (const row of rows) row.removeAttribute("id");

  /* Returns each lane's variables after a step, the output so far, and the queues. */
  function replay(step) {
    const variables = lanes.map(() => new Map());
    const calls = lanes.map(() => new Map());
    const queues = ["", ""];
    let printed = "";
    for (const row of rows.slice(0, step + 1)) {
      const { lane, call, r, t } = row.dataset;
      printed += row.querySelector("samp")?.textContent ?? "";
      [r, t].forEach((value, number) => (queues[number] = value ?? queues[number]));
      if (call === undefined) continue;
      const known = calls[lane].get(call) ?? new Map();
      calls[lane].set(call, known);
      variables[lane] = known;
      for (const code of row.querySelectorAll("[data-name]")) {
        if (code.dataset.gone) known.delete(code.dataset.name);
        else known.set(code.dataset.name, code);
      }
    }
    return { variables, printed, queues };
  }

  /* Shows what a lane does and knows; what says nothing is folded. */
  function showLane(number, state, variables, row) {
    const [word, shown, folded] = lanes[number].querySelectorAll("em, div:first-of-type, details");
    word.textContent = words.split("|")[state];
    word.dataset.s = state;
    const copies = [...variables.values()].map((code) => {
      const copy = code.cloneNode(true);
      copy.classList.toggle("changed", row.contains(code));
      return copy;
    });
    const opaque = copies.filter((code) => "opaque" in code.dataset);
    shown.replaceChildren(...copies.filter((code) => !opaque.includes(code)));
    folded.hidden = !opaque.length;
    folded.firstChild.textContent = `${opaque.length} ${more}`;
    folded.lastChild.replaceChildren(...opaque);
  }

  /* Lays a value over the expression that becomes it, and returns it. */
  function showValue({ at, v }) {
    if (!at) return undefined;
    const [place, column, width] = at.split(" ");
    const value = make("b", v, { className: "yp-value", ariaHidden: "true" });
    value.style.cssText = `left: calc(${column}ch + .6rem); min-width: ${width}ch`;
    source.querySelector(`[data-n="${place}"]`).append(value);
    return value;
  }

  /* Marks what a step draws; dims what comes after it. */
  function showFigure(step, lane) {
    for (const element of drawn) {
      const other = Number(element.dataset.s);
      element.classList.toggle("on", other === step);
      element.classList.toggle("later", other > step);
    }
    const y = heights[step];
    const x = names[lane].getAttribute("x") - 9;
    $(".here").setAttribute("d", `M${x} ${y - 5}l8 5l-8 5z`);
    const from = Math.min(y + 5, end);
    $(".veil").setAttribute("d", `M0 ${from}H${size.width}V${end + 1}H0z`);
    revealAcross(drawing, names[lane]);
    // Not the time at the left, which would take the lane out of sight again.
    for (const mark of $$('.here, text.on:not([text-anchor="end"])')) reveal(drawing, mark);
  }

  function show(step) {
    const row = rows[step];
    const { lane } = row.dataset;
    const { variables, printed, queues } = replay(step);
    lanes.forEach((_, number) => showLane(number, row.dataset.s[number], variables[number], row));
    $$(".yp-strip span").forEach((span, number) => {
      const items = queues[number].split("|").filter(Boolean);
      span.replaceChildren(...items.flatMap((item, n) => [n ? " " : "", make("code", item)]));
    });
    output.textContent = printed;
    output.scrollTop = output.scrollHeight;

    $(".yp-value")?.remove();
    for (const marked of $$("[aria-current]")) marked.removeAttribute("aria-current");
    const line = source.querySelector(`[data-n="${row.dataset.line}"]`);
    for (const element of [row, lanes[lane], line]) {
      element?.setAttribute("aria-current", "step");
    }
    const value = showValue(row.dataset);
    if (line) reveal(source, line);
    if (value) reveal(source, value);
    reveal(row.closest("div"), row);
    showFigure(step, lane);
  }

  /* Returns what is said of a step. */
  function say(step) {
    const [, time, name, what] = rows[step].cells;
    const place = [`${step + 1} / ${rows.length}`, time.textContent, name.textContent];
    return [`${place.filter(Boolean).join(" · ")}: `, ...what.cloneNode(true).childNodes];
  }

  /* Returns the step at a pointer's height; a little above it counts as at it. */
  function stepAt(pointer) {
    const box = figure.getBoundingClientRect();
    const y = ((pointer.clientY - box.top) * size.height) / box.height;
    const below = heights.findIndex((height) => height > y + 4);
    return below < 0 ? rows.length - 1 : Math.max(below - 1, 0);
  }

  $(".front").insertAdjacentHTML("beforebegin", '<path class="veil"/>');
  figure.insertAdjacentHTML("beforeend", '<path class="here"/>');
  $(".yp-steps").open = false;
  return { rows, times, ids, drawing, figure, show, say, stepAt };
}

/* Returns for each moment the step of each recording: at the same time, and where no
   time passes, after as many steps. */
function moments(runs) {
  const keys = runs.map(({ times }) =>
    times.map((time, step) => [time, step - times.indexOf(time)]));
  const compare = (a, b) => a[0] - b[0] || a[1] - b[1];
  const steps = runs.map(() => 0);
  const all = keys.flat().sort(compare);
  return all.filter((key, n) => !n || compare(key, all[n - 1])).map((key) => {
    keys.forEach((own, run) => {
      while (steps[run] + 1 < own.length && compare(own[steps[run] + 1], key) <= 0) steps[run]++;
    });
    return [...steps];
  });
}

/* The buttons of one recording, or of several side by side. A page that gets a recording
   later calls it too. */
function watch(root) {
  const runs = [...root.querySelectorAll(".yp-run")].map(recording);
  const steps = moments(runs);
  const last = steps.length - 1;
  const range = root.querySelector("input");
  const now = root.querySelector(".yp-now");
  const speed = root.querySelector("select");
  const buttons = Object.fromEntries(
    [...root.querySelectorAll(".yp-player [data-go]")].map((button) => [button.dataset.go, button]));
  const labels = [buttons.play.textContent, buttons.play.dataset.pause];
  let at = 0;
  let timer = 0;

  /* Shows a moment. The slider speaks for itself, and who plays looks on. */
  function show(wanted, live = "polite") {
    at = Math.min(Math.max(wanted, 0), last);
    runs.forEach((run, number) => run.show(steps[at][number]));
    now.setAttribute("aria-live", live);
    runs.forEach((run, number) =>
      now.children[number].replaceChildren(...run.say(steps[at][number])));
    range.value = at + 1;
    range.setAttribute("aria-valuetext", now.textContent);
    for (const [go, button] of Object.entries(buttons)) {
      const stop = go === "play" ? -1 : go === "back" ? 0 : last;
      button.setAttribute("aria-disabled", at === stop);
    }
  }

  /* Returns the next moment, or the one before, at which control goes over. */
  function toSwitch(direction) {
    let to = at + direction;
    const isSwitch = () => runs.some(({ rows }, run) => {
      const step = steps[to][run];
      return step !== steps[to - 1][run] && "w" in rows[step].dataset;
    });
    while (to > 0 && to < last && !isSwitch()) to += direction;
    return to;
  }

  function pause() {
    clearTimeout(timer);
    timer = 0;
    buttons.play.textContent = labels[0];
  }

  /* Goes on by switches. Where time passes, it does so here as well. */
  function play() {
    const to = toSwitch(1);
    if (at === last) return pause();
    const time = (moment) => Math.max(...steps[moment].map((step, run) => runs[run].times[step]));
    const passes = Math.min(time(to) - time(at), 3);
    timer = setTimeout(() => {
      show(to, "off");
      play();
    }, (700 + 1000 * passes) / speed.value);
  }

  const moves = {
    switch: () => show(toSwitch(1)),
    line: () => show(at + 1),
    back: () => show(toSwitch(-1)),
    first: () => show(0),
    last: () => show(last),
    lineBack: () => show(at - 1),
    play() {
      if (timer) return show(at, "polite", pause());
      if (at === last) show(0, "off");
      buttons.play.textContent = labels[1];
      play();
    },
  };
  const keys = {
    ArrowRight: "switch",
    ArrowLeft: "back",
    Home: "first",
    End: "last",
  };

  /* Does what the reader asks for; the address then leads to the step. */
  function go(move) {
    if (move !== "play") pause();
    const before = at;
    moves[move]();
    if (at !== before) noteAddress(before);
  }

  function noteAddress(before) {
    const run = Math.max(0, runs.findIndex((_, n) => steps[at][n] !== steps[before][n]));
    const id = [...runs[run].ids.keys()][steps[at][run]];
    history.replaceState(history.state, "", `#${id}`);
  }

  function press(event) {
    let move = keys[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && event.target.localName === "div") move = "play";
    if (!move) return;
    event.preventDefault();
    if (event.shiftKey) move = { switch: "line", back: "lineBack" }[move] ?? move;
    go(move);
  }

  for (const [move, button] of Object.entries(buttons)) {
    button.addEventListener("click", () => go(move));
    button.addEventListener("keydown", press);
  }
  range.max = last + 1;
  range.addEventListener("input", () => pause(show(range.value - 1, "off")));

  runs.forEach(({ drawing, figure, stepAt, ids }, run) => {
    const showStep = (step, live) => pause(
      show(steps.findIndex((each) => each[run] === step), live));
    drawing.addEventListener("keydown", press);
    // A finger taps, or scrolls the page; a mouse or a pen also drags.
    figure.addEventListener("click", (event) => showStep(stepAt(event)));
    figure.addEventListener("pointerdown", ({ button, pointerType, pointerId }) => {
      if (!button && pointerType !== "touch") figure.setPointerCapture(pointerId);
    });
    figure.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch" && figure.hasPointerCapture(event.pointerId)) {
        showStep(stepAt(event), "off");
      }
    });
    const follow = () => {
      const step = ids.get(decodeURIComponent(location.hash.slice(1)));
      if (step === undefined) return;
      showStep(step);
      root.scrollIntoView({ behavior: "instant" });
    };
    addEventListener("hashchange", follow);
    addEventListener("load", follow); // when all has its place
    follow();
  });

  root.classList.add("ready");
  if (location.hash && at) return; // a link has led to a step
  show(0, "off");
  if (!root.classList.contains("yp-plays")) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(last, "off");
  else moves.play();
}

document.querySelectorAll(".yp-watch").forEach(watch);
