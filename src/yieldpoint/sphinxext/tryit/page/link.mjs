// A program as the end of an address, and back. Nothing of it is sent anywhere.
import { deflateSync } from "fflate";
import words from "./dictionary.txt";
import { make } from "./dom.mjs";
import { WORDS } from "./words.mjs";

const LIMIT = 1_000_000; // bytes that a link may unfold to

// What programs have in common: a link says where it stands there. It must stay as it
// is, or links that are somewhere already lead to something else.
const dictionary = new TextEncoder().encode(words);

/* Returns bytes in letters that an address may have. */
function lettersOf(bytes) {
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function bytesOf(letters) {
  const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/* Unfolds parts that follow each other, and returns what comes out. */
async function inflated(...parts) {
  const stream = new DecompressionStream("deflate-raw");
  const reader = new Blob(parts).stream().pipeThrough(stream).getReader();
  const unfolded = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    unfolded.push(part.value);
    size += part.value.length;
    if (size > LIMIT) throw new RangeError("too large");
  }
  return new Uint8Array(await new Blob(unfolded).arrayBuffer());
}

/* Returns the end of an address that carries a program. */
function packed(text) {
  const bytes = new TextEncoder().encode(text);
  return `z=${lettersOf(deflateSync(bytes, { level: 9, mem: 12, dictionary }))}`;
}

/* Returns the program again; fails if it is none. */
export async function unpacked(hash) {
  const bytes = bytesOf(hash.slice(2));
  // A browser knows no dictionary. But it takes one as a block that is not compressed:
  // its kind, its length, the same with all bits turned, and then itself.
  const { length } = dictionary;
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint16(1, length, true);
  new DataView(head.buffer).setUint16(3, ~length, true);
  // Links of the first kind, p=, have none.
  const isFirst = hash.startsWith("p=");
  const unfolded = isFirst ? await inflated(bytes) : await inflated(head, dictionary, bytes);
  const text = unfolded.subarray(isFirst ? 0 : length);
  return new TextDecoder("utf-8", { fatal: true }).decode(text);
}

/* Copies the link of a program and says so, or shows it where copying is not allowed. */
export async function copy(text, root, status) {
  const address = new URL("try.html", root);
  address.hash = packed(text);
  try {
    await navigator.clipboard.writeText(address.href);
    status.textContent = WORDS.copied;
  } catch {
    const field = make("input", { value: address.href, readOnly: true, "aria-label": WORDS.link });
    status.replaceChildren(WORDS.linkByHand, " ", field);
    field.select();
  }
}
