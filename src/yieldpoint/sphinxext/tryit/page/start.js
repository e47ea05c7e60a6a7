/* Puts the buttons in. All else is loaded when one of them is pressed. */
"use strict";

{
  const { base, programs } = document.currentScript.dataset;
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  // What a page in another language says; see yieldpoint.sphinxext.languages.
  const translated = (text) => window.TEXTS?.[text] ?? text;
  const load = () => import(new URL(`${base}tryit.mjs`, root));

  /* Puts the button at the right of the last line that leaves room for it. */
  const putBeside = (code, button) => {
    const { fontSize, lineHeight } = getComputedStyle(code);
    const room = code.clientWidth / (0.6 * parseFloat(fontSize)) - 12;
    const lines = code.textContent.trimEnd().split("\n");
    const line = lines.findLastIndex(({ length }, number) => length < room - (number ? 0 : 8));
    button.classList.toggle("up", !line); // beside the button that copies
    button.classList.toggle("below", line < 0);
    if (line > 0) button.style.bottom = `${(lines.length - 1 - line) * parseFloat(lineHeight)}px`;
    code.parentElement.append(button);
  };

  const add = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tryit-button";
    button.textContent = translated("Try it");
    button.addEventListener("click", async () => {
      try {
        const { tryIt } = await load();
        await tryIt(block, button, new URL(programs, root), root);
      } catch {
        button.textContent = translated("It could not be loaded. Try it again");
      }
    });
    const caption = block.querySelector(".recording-caption");
    if (caption) return caption.append(button);
    return putBeside(block.querySelector(".highlight > pre"), button);
  };

  /* Lets the address say which program is wanted, while the editor is still loading. */
  const asksEarly = (event) => {
    const link = event.target.closest(".puzzles a.download");
    if (!link || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a file, as ever
    event.preventDefault();
    location.hash = link.href.split("/").at(-1).replace(/\.py$/, "");
  };

  // A page that is opened as a file may load nothing more.
  if (location.protocol.startsWith("http")) {
    document.querySelectorAll("[data-program]").forEach(add);
    const place = document.querySelector(".tryit-place");
    if (place) {
      document.addEventListener("click", asksEarly);
      load()
        .then(({ openPage }) => openPage(place, root))
        .finally(() => document.removeEventListener("click", asksEarly));
    }
  }
}
