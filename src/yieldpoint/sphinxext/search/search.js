// Ranks the sections of sections.js by the words that somebody types.
"use strict";

// Where a word stands says how much it tells of the section.
const WEIGHTS = { title: 6, asked: 4, page: 2, text: 1 };
const SHOWN = 30;

// Words, in any language: those that are written without spaces are cut by the browser.
const cut = new Intl.Segmenter(document.documentElement.lang || "en", { granularity: "word" });
function words(text) {
  const apart = text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_.]/g, " ");
  return [...cut.segment(apart.toLowerCase())]
    .filter((piece) => piece.isWordLike)
    .map((piece) => stem(piece.segment));
}

// "cancelled", "cancelling" and "cancels" are one word.
function stem(word) {
  const short = word
    .replace(/(?<=...)(ies)$/, "y")
    .replace(/(?<=...)(ations?|ators?|ates?|ating|ated)$/, "")
    .replace(/(?<=...)(ing|ers?|ed|es|s|ly)$/, "")
    .replace(/(?<=..)e$/, "");
  return short.replace(/(.)\1$/, "$1");
}

// Too frequent in questions to tell anything; "not", "all" and "first" do.
const COMMON = new Set(
  ("a about am an and are as at be been best between but by can could did difference do does doing " +
    "example for from get got had has have how i if in into is it its just me my of on or python " +
    "should simple simplest so than that the their then there this to until up use using versus vs " +
    "was way we what when where which while who why will with would you your").split(" ").map(stem),
);

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

const sections = SECTIONS.map(([address, title, page, rank, asked, text]) => {
  const counts = new Map();
  let length = 0;
  for (const [field, said] of Object.entries({ title, asked, page, text })) {
    for (const word of words(said)) {
      counts.set(word, (counts.get(word) ?? 0) + WEIGHTS[field]);
      length += WEIGHTS[field];
    }
  }
  const about = new Set(words(title).filter((word) => !COMMON.has(word)));
  return { address, title, page, rank, text, counts, length, about, heading: plain(title), questions: plain(asked) };
});
const usual = sections.reduce((sum, section) => sum + section.length, 0) / sections.length;
const holders = new Map();
for (const { counts } of sections) {
  for (const word of counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
}

// How much a word tells: the fewer sections have it, the more.
const weight = (word) => Math.log(1 + sections.length / (1 + (holders.get(word) ?? 0)));

function find(query) {
  const typed = plain(query);
  let wanted = [...new Set(words(query))];
  const telling = wanted.filter((word) => !COMMON.has(word));
  if (telling.length) wanted = telling;
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
    // So is one whose title speaks of nothing else, and the page that has its name.
    const about = [...section.about].reduce((sum, word) => sum + weight(word), 0);
    const meant = wanted.filter((word) => section.about.has(word)).reduce((sum, word) => sum + weight(word), 0);
    if (about) score *= 1 + meant / about;
    if (!section.address.includes("#")) score *= 1.25;
    if (typed && section.heading === typed) score *= 4;
    else if (typed.includes(" ") && section.heading.includes(typed)) score *= 3;
    else if (section.heading.includes(" ") && typed.includes(section.heading)) score *= 2;
    else if (typed.includes(" ") && section.questions.includes(typed)) score *= 2;
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
  const pieces = text.split(/(\s+)/);
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

function show() {
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
field.form.addEventListener("submit", (event) => event.preventDefault());
show();
