/* Puts the buttons in. All else is loaded when one of them is pressed. */
"use strict";

{
  const { base, programs } = document.currentScript.dataset;
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const load = () => import(new URL(`${base}tryit.mjs`, root));

  /* Tells whether the last lines of a code block reach to where the button would be. */
  const isLongAtEnd = (code) => {
    const letter = 0.6 * parseFloat(getComputedStyle(code).fontSize);
    const lines = code.textContent.trimEnd().split("\n").slice(-2);
    return Math.max(...lines.map((line) => line.length)) > code.clientWidth / letter - 12;
  };

  const add = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tryit-button";
    button.textContent = "Try it";
    button.addEventListener("click", async () => {
      try {
        const { tryIt } = await load();
        await tryIt(block, button, new URL(programs, root), root);
      } catch {
        button.textContent = "It could not be loaded. Try it again";
      }
    });
    const player = block.querySelector(".yp-player");
    if (player) return player.lastElementChild.before(button);
    const code = block.querySelector(".highlight > pre");
    button.classList.toggle("up", isLongAtEnd(code));
    return code.parentElement.append(button);
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
