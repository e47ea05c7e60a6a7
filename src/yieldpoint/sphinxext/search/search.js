// Ranks the sections of sections.js by the words that somebody types.
"use strict";

const address = document.currentScript.src;

// Where a word stands says how much it tells of the section.
const WEIGHTS = { title: 6, asked: 4, page: 2, text: 1 };
const SHOWN = 30;

// Words, in any language. What is not ASCII, such as words without spaces between them, is
// cut by the browser; it takes many times as long.
const FOREIGN = /[^\0-\x7f]/;
const FOREIGN_OR_WORD = /\S*[^\0-\x7f]\S*|\w+(?:'\w+)*/g;
const cut = new Intl.Segmenter(document.documentElement.lang || "en", { granularity: "word" });
const cutByBrowser = (text) => [...cut.segment(text)].filter((piece) => piece.isWordLike).map((piece) => piece.segment);
function pieces(text) {
  // StopIteration is a word, and so are its parts; so it is with call_soon and sub-interpreter.
  const parts = text.match(/[\w.]*([a-z][A-Z]|[a-z_.]_[a-z])[\w.]*/g) ?? [];
  const joined = (text.match(/[a-z]+-[a-z]+/gi) ?? []).join(" ").replace(/-/g, "");
  const apart = `${parts.join(" ").replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_.]/g, " ")} ${joined}`;
  const all = `${text.replace(/except\*/g, "except exceptstar").replace(/\./g, " ")} ${apart}`.toLowerCase();
  return (all.match(FOREIGN_OR_WORD) ?? []).flatMap((piece) => FOREIGN.test(piece) ? cutByBrowser(piece) : piece);
}
const words = (text) => pieces(text).map(stem);

// "cancelled", "cancelling" and "cancels" are one word.
function shortened(word) {
  const short = word
    .replace(/(?<=...)(ies)$/, "y")
    .replace(/(?<=...)(ations?|ators?|ates?|ating|ated)$/, "")
    .replace(/(?<=...)(ing|ers?|ed|es|s|ly)$/, "")
    .replace(/(?<=..)e$/, "");
  return short.replace(/(.)\1$/, "$1");
}

// What people type, and what the pages say.
const SAME = new Map(
  Object.entries({
    asynchronous: "async", concurrent: "once", kill: "end", multiprocessing: "process", multithreading: "thread",
    overhead: "cost", parallel: "once", performance: "fast", pubsub: "broadcast",
    simultaneous: "once", slow: "fast", synchronized: "sync", synchronous: "sync", terminate: "end",
  }).map((pair) => pair.map(shortened)),
);
const stems = new Map();
function stem(word) {
  if (!stems.has(word)) stems.set(word, SAME.get(shortened(word)) ?? shortened(word));
  return stems.get(word);
}

// Too frequent in questions to tell anything; "not", "all" and "first" do.
const COMMON = new Set(
  ("a about actually am an and are as at be been best between but by can correctly could did differ difference " +
    "do does doing example exactly for from get got had has have how i if in into is it its just keyword main " +
    "me my of on or possible properly purpose python really should simple simplest so still than that the " +
    "their then there this to tutorial until up use used uses using versus vs was way we what when where which while " +
    "who why will with would you your").split(" "),
);
const telling = (text) => pieces(text).filter((word) => !COMMON.has(word)).map(stem);

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

function counted([address, title, page, rank, asked, text]) {
  const counts = new Map();
  let length = 0;
  for (const [field, said] of Object.entries({ title, asked: asked.join(" "), page, text })) {
    for (const word of words(said)) {
      counts.set(word, (counts.get(word) ?? 0) + WEIGHTS[field]);
      length += WEIGHTS[field];
    }
  }
  // What the section is about: its title, and the questions that it answers.
  const topics = [title, ...asked].map((said) => new Set(telling(said)));
  return { address, title, page, rank, text, counts, length, topics, heading: plain(title) };
}

const sections = [];
const holders = new Map(); // in how many sections a word is
let usual = 0; // the length of a section

// Loads all sections, when somebody is about to search, and counts their words: a few
// milliseconds at a time, so that the page answers the reader meanwhile.
async function countAll() {
  list.setAttribute("aria-busy", "true");
  const script = document.createElement("script");
  script.src = new URL("sections.js", address);
  await new Promise((resolve, reject) => {
    Object.assign(script, { onload: resolve, onerror: reject });
    document.head.append(script);
  });
  let began = performance.now();
  for (const listed of SECTIONS) {
    const section = counted(listed);
    sections.push(section);
    usual += section.length / SECTIONS.length;
    for (const word of section.counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
    if (performance.now() - began < 4) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  list.removeAttribute("aria-busy");
}

// How much a word tells: the fewer sections have it, the more.
const weight = (word) => Math.log(1 + sections.length / (1 + (holders.get(word) ?? 0)));

// How many letters to add, to leave out, to replace or to swap until the one word is the other.
function distance(one, other) {
  let before = [];
  let row = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length];
}

// No section has the word, nor one that begins with it: a slip, and the nearest word is meant.
function meant(word) {
  if (word.length < 5 || FOREIGN.test(word) || holders.has(stem(word))) return word;
  const known = [...stems.keys()].filter((each) => each[0] === word[0] && holders.has(stems.get(each)));
  if (known.some((each) => each.startsWith(word))) return word;
  let [nearest, least] = [word, word.length < 8 ? 2 : 3];
  for (const each of known) {
    const far = Math.abs(each.length - word.length) < least ? distance(word, each) : least;
    if (far < least) [nearest, least] = [each, far];
  }
  return nearest;
}

// How much two sets of words have in common: all is 1.
function likeness(topic, wanted) {
  const total = (all) => all.reduce((sum, word) => sum + weight(word), 0);
  const both = wanted.filter((word) => topic.has(word));
  return both.length ? total(both) / total([...new Set([...topic, ...wanted])]) : 0;
}

function find(query) {
  const typed = plain(query);
  const told = pieces(query).filter((word) => !COMMON.has(word)).map(meant).map(stem);
  const wanted = [...new Set(told.length ? told : words(query))];
  // The last word may be half typed.
  const last = wanted.at(-1);
  const ends = /\w$/.test(query) && last && !holders.has(last)
    ? [...holders.keys()].filter((word) => word.startsWith(last)) : [];
  const all = wanted.reduce((sum, word) => sum + weight(word), 0);
  const found = [];
  for (const section of sections) {
    let score = 0;
    let covered = 0;
    for (const word of wanted) {
      const counted = word === last && ends.length
        ? Math.max(...ends.map((end) => section.counts.get(end) ?? 0))
        : section.counts.get(word) ?? 0;
      if (!counted) continue;
      covered += weight(word);
      // As in BM25: the tenth time adds little, and a long section has every word.
      score += (weight(word) * counted * 2.2) / (counted + 1.2 * (0.5 + (0.5 * section.length) / usual));
    }
    if (!score) continue;
    // A section that has all the words is better than one that repeats a few.
    score *= (covered / all) ** 2;
    // So is one whose title, or a question that it answers, speaks of nothing else.
    score *= 1 + 3 * Math.max(...section.topics.map((topic) => likeness(topic, wanted)));
    if (!section.address.includes("#")) {
      score *= 1.25; // a page is the answer before its parts
      const [title] = section.topics;
      if (title.size === wanted.length && wanted.every((word) => title.has(word))) score *= 2;
    }
    // Several words: they have spaces between them, or are of a language without any.
    if (/ |\p{Script=Han}{2}/u.test(typed)) {
      if (section.heading === typed) score *= 4;
      else if (section.heading.includes(typed)) score *= 1 + (2 * typed.length) / section.heading.length;
      else if (/ |\p{Script=Han}{2}/u.test(section.heading) && typed.includes(section.heading)) score *= 2;
    }
    found.push({ section, score: score * section.rank });
  }
  found.sort((one, other) => other.score - one.score);
  // What has a tenth of the best one's score has one of the words somewhere.
  return found
    .filter(({ score }) => score > found[0].score / 10)
    .map(({ section }) => ({ section, wanted }));
}

// The part of a text that has most of the words, each of them marked.
function excerpt(text, wanted) {
  const apart = (piece) => /\p{Script=Han}/u.test(piece)
    ? [...cut.segment(piece)].map(({ segment }) => segment) : piece;
  const pieces = text.split(/(\s+)/).flatMap(apart);
  const hits = pieces.map((piece) => words(piece).some((word) => wanted.includes(word)));
  let best = 0;
  let most = -1;
  for (let start = 0; start < pieces.length; start += 10) {
    const hit = hits.slice(start, start + 60).filter(Boolean).length;
    if (hit > most) [best, most] = [start, hit];
  }
  const line = document.createElement("p");
  if (best) line.append("… ");
  pieces.slice(best, best + 60).forEach((piece, index) => {
    if (!hits[best + index]) return line.append(piece);
    const mark = document.createElement("mark");
    mark.textContent = piece;
    line.append(mark);
  });
  if (best + 60 < pieces.length) line.append(" …");
  return line;
}

const field = document.querySelector(".yp-search input");
const list = document.querySelector(".yp-search-found");
const count = document.querySelector(".yp-search-count");
let ready;
const prepare = () => (ready ??= countAll());

async function show() {
  await prepare();
  const found = field.value.trim() ? find(field.value) : [];
  const { none, one, many } = count.dataset;
  const number = found.length;
  count.textContent = !field.value.trim() ? "" : number === 0 ? none : number === 1 ? one : many.replace("{}", number);
  list.replaceChildren(...found.slice(0, SHOWN).map(({ section, wanted }) => {
    const item = document.createElement("li");
    const head = document.createElement("p");
    const link = document.createElement("a");
    link.href = document.documentElement.dataset.content_root + section.address;
    link.textContent = section.title;
    head.append(link);
    if (section.page !== section.title) {
      const page = document.createElement("span");
      page.className = "yp-search-page";
      page.textContent = ` · ${section.page}`;
      head.append(page);
    }
    item.append(head, excerpt(section.text, wanted));
    return item;
  }));
}

// On the page that stands for all that are not there, the address says what was meant.
const { beside } = field.form.dataset;
field.value = beside === undefined
  ? new URLSearchParams(location.search).get("q") ?? ""
  : decodeURI(location.pathname).replace(beside, "").replace(/\.html?$/, "").split(/[^\p{L}\p{N}]+/u).join(" ").trim();
field.addEventListener("input", () => {
  if (beside === undefined) history.replaceState(null, "", `?${new URLSearchParams({ q: field.value })}`);
  show();
});
field.addEventListener("focus", prepare);
field.form.addEventListener("submit", (event) => event.preventDefault());
if (field.value.trim()) show();
