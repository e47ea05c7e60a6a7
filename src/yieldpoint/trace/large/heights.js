/* Heights: what is left out takes no room. */

const ABOVE = 26; // what belongs to a step: its name, its arrow, its text
const BELOW = 18;
const GAP = 34;

// For each step, how many marks there are before it.
const marksBefore = new Int32Array(count + 1);
for (const at of marks.step) marksBefore[at + 1] += 1;
for (let at = 0; at < count; at += 1) marksBefore[at + 1] += marksBefore[at];

let pieces = []; // from which height to which, in the data and on the page

function compress() {
  pieces = [];
  let at = 0;
  let top = 0;
  const add = (to, most = Infinity) => {
    if (to <= at) return;
    const height = Math.min(to - at, most);
    pieces.push({ from: at, to, top, height });
    at = to;
    top += height;
  };
  if (selected.length < count) {
    let before = -1;
    for (const each of [...selected, count]) {
      // Time that passes stays as high as it is, if nothing is left out meanwhile.
      const isWhole = marksBefore[each] === marksBefore[before + 1];
      const y = each < count ? steps.y[each] : data.end + ABOVE;
      add(y - ABOVE, isWhole ? Infinity : GAP);
      if (each < count) add(y + BELOW);
      before = each;
    }
  }
  add(data.end);
  pieces.push({ from: data.end, to: data.end + 1e9, top, height: 1e9 });
}

/* Returns where on the page a height of the data is, at zoom 1; and the other way. */
function toPage(y) {
  const piece = pieces[Math.max(0, firstIndex(pieces.length, (at) => pieces[at].from > y) - 1)];
  return piece.top + ((y - piece.from) * piece.height) / (piece.to - piece.from);
}

function toData(y) {
  const piece = pieces[Math.max(0, firstIndex(pieces.length, (at) => pieces[at].top > y) - 1)];
  return piece.from + ((y - piece.top) * (piece.to - piece.from)) / (piece.height || 1);
}

const height = () => pieces.at(-1).top;
