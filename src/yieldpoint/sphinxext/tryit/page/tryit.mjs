// A program of the page, opened below what shows it.
import { Bench, dress, hasPython, onOwnMachine } from "./bench.mjs";
import { keep, kept } from "./kept.mjs";
import { WORDS } from "./words.mjs";

export { openPage } from "./try-page.mjs";

/* Returns what a block is a part of: a recording's buttons stay in sight while it is. */
const whole = (block) => block.closest(".yp-watch") ?? block;

/* Opens the program of a block of the page, or goes to it if it is open. */
export async function tryIt(block, button, programs, root) {
  if (block.bench) return block.bench.focus();
  const [answer] = await Promise.all([fetch(programs), dress(root)]);
  const { [block.dataset.program]: program } = (await answer.json()).programs;
  if (block.bench) return block.bench.focus(); // pressed twice
  if (!hasPython) {
    const note = onOwnMachine(program, () => program, WORDS.noPython);
    whole(block).after(note);
    button.remove();
    return undefined;
  }
  const key = `${location.pathname}#${block.dataset.program}`;
  const { text } = kept("sessionStorage", key) ?? program;
  const bench = new Bench({ ...program, text, original: program.text }, root, {
    change: () => keep("sessionStorage", key, bench.program),
    more: {
      close() {
        bench.stop();
        bench.element.remove();
        block.bench = null;
        button.setAttribute("aria-expanded", false);
        button.focus();
      },
    },
  });
  block.bench = bench;
  whole(block).after(bench.element);
  button.setAttribute("aria-expanded", true);
  await bench.colour();
  bench.focus();
  return undefined;
}
