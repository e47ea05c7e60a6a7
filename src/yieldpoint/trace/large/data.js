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
const number = (value) => value.toLocaleString(document.documentElement.lang);
const seconds = (time) => `${+time.toPrecision(6)} s`;

/* Says a text in the language of the page, with what stands for the names in braces. */
const translated = (text, values) =>
  (data.texts[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);

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
