// A recording, shown by the site's own figure and stepper.
import { load, make } from "./dom.mjs";
import { WORDS } from "./words.mjs";

/* Returns what was found, as the pages say it. */
function findingsOf({ findings }, steps, root) {
  const items = findings.map(({ message, line, step, page }) => {
    const where = [line && WORDS.line(line), step && WORDS.step(step)].filter(Boolean).join(", ");
    const parts = [message, " ("];
    parts.push(step ? make("a", { href: `#${steps}${step}` }, where) : where);
    if (page) {
      const [name, place] = page.split("#");
      const address = new URL(`${name}.html${place ? `#${place}` : ""}`, root);
      parts.push("; ", make("a", { href: address.href }, WORDS.why));
    }
    return make("li", {}, ...parts, ")");
  });
  return make("ul", { className: "yp-findings", "aria-label": WORDS.findings }, ...items);
}

/* Shows a recording in an element. */
export async function show(recording, place, root) {
  await load(new URL("_static/stepper.js", root));
  // What is markup in it was written by the recorder, which escapes what is the program's.
  place.innerHTML = recording.html;
  const stepper = place.querySelector(".yp-watch");
  const steps = stepper.querySelector("tr[id]")?.id.replace(/\d+$/, "");
  stepper.classList.add("recording");
  if (recording.findings.length) place.prepend(findingsOf(recording, steps, root));
  if (steps) globalThis.watch(stepper);
}
