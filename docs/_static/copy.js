// A button on each code block that copies what can be pasted into Python:
// of a session, the input without its prompts.

"use strict";

// What a page in another language says; see yieldpoint.sphinxext.languages.
const translated = (text) => window.TEXTS?.[text] ?? text;

function inputOf(session) {
  const input = [];
  let inBlock = false;
  for (const line of session.split("\n")) {
    if (line.startsWith(">>>")) {
      if (inBlock) input.push(""); // an empty line ends a block in the interpreter
      inBlock = false;
      input.push(line.slice(4));
    } else if (line.startsWith("...") && input.length) {
      inBlock = true;
      input.push(line.slice(4));
    }
  }
  if (inBlock) input.push("");
  return input.join("\n") + "\n";
}

function addButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = translated("Copy");
  button.addEventListener("click", async () => {
    const text = block.querySelector("pre").textContent;
    await navigator.clipboard.writeText(
      text.startsWith(">>>") ? inputOf(text) : text,
    );
    button.textContent = translated("Copied");
    button.classList.add("done");
    setTimeout(() => {
      button.textContent = translated("Copy");
      button.classList.remove("done");
    }, 1500);
  });
  block.append(button);
}

if (navigator.clipboard) {
  for (const block of document.querySelectorAll("article [class*=highlight-] > .highlight")) {
    addButton(block);
  }
}

// What is wider than the screen can be scrolled by keys as well.
function letKeysScroll() {
  for (const code of document.querySelectorAll("article .highlight > pre:not(.yp-source)")) {
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
    else code.removeAttribute("tabindex");
  }
}

letKeysScroll();
addEventListener("resize", letKeysScroll);
