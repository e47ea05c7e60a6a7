// The page with an editor of its own, for anybody's program.
import { Bench, dress, hasPython } from "./bench.mjs";
import { make, save } from "./dom.mjs";
import { keep, kept } from "./kept.mjs";
import { WORDS } from "./words.mjs";

const LARGEST = 1_000_000; // bytes of a file that is opened
const KEY = "program";

/* Returns the programs to start from: the link to each, by what an address calls it. */
function startingPoints() {
  const links = [...document.querySelectorAll(".puzzles a.download")];
  return new Map(links.map((link) => [link.href.split("/").at(-1).replace(/\.py$/, ""), link]));
}

const texts = new Map();

/* Returns the program that a link leads to. */
async function linked(link) {
  if (!texts.has(link.href)) texts.set(link.href, fetch(link.href).then((file) => file.text()));
  const text = await texts.get(link.href);
  return { name: link.href.split("/").at(-1), text, original: text };
}

/* Returns the program that the address asks for, or null. */
async function asked(points) {
  const hash = location.hash.slice(1);
  if (points.has(hash)) return linked(points.get(hash));
  if (!/^[pz]=/.test(hash)) return null;
  const { unpacked } = await import("./link.mjs");
  const text = await unpacked(hash);
  return { name: "program.py", text, original: text };
}

/* Lets the reader choose a file. */
function chosen() {
  const input = make("input", { type: "file", accept: ".py,.txt,text/*" });
  return new Promise((done) => {
    input.addEventListener("change", () => done(input.files[0]));
    input.click();
  });
}

export async function openPage(place, root) {
  if (!hasPython) {
    place.textContent = WORDS.noPython;
    return;
  }
  const points = startingPoints();
  const began = location.hash;
  let broken = "";
  const wanted = await asked(points).catch(() => {
    broken = WORDS.linkBroken;
    return null;
  });
  const program = wanted ?? kept("localStorage", KEY) ?? (await linked([...points.values()][0]));
  const more = { open, save: () => save(bench.program) };
  const bench = new Bench(program, root, { change, more });
  let follows = 0;

  function change() {
    const { text, original } = bench.program;
    keep("localStorage", KEY, bench.program);
    // The address leads to what was opened, and no longer to what is here.
    if (location.hash && text !== original) history.replaceState(null, "", location.pathname);
  }

  /* Opens what the address asks for, unless it asks for something else by then. */
  async function follow() {
    const number = ++follows;
    const next = await asked(points).catch(() => undefined);
    if (next === null || number !== follows) return;
    if (next) bench.program = next;
    else bench.status.textContent = WORDS.linkBroken;
  }

  async function open() {
    const file = await chosen();
    if (file.size > LARGEST) {
      bench.status.textContent = WORDS.tooLarge;
      return;
    }
    const text = (await file.text()).replaceAll("\r\n", "\n");
    bench.program = { name: file.name, text, original: text };
    bench.focus();
  }

  addEventListener("hashchange", follow);
  for (const [name, link] of points) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a file, as ever
      event.preventDefault();
      history.pushState(null, "", `#${name}`);
      await follow();
      bench.element.scrollIntoView({ block: "start" });
      await bench.colour();
      bench.focus();
    });
  }
  await dress(root);
  place.replaceChildren(bench.element);
  bench.status.textContent = broken;
  if (location.hash !== began) await follow(); // it has changed while nobody listened
  for (const event of ["pointerenter", "focusin"]) {
    bench.box.addEventListener(event, () => bench.colour(), { once: true });
  }
}
