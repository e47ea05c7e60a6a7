/* What the reader has selected. */

let visible = new Uint8Array(count).fill(1); // for each step, whether it is shown
let selected = Int32Array.from({ length: count }, (_, step) => step);
let found = new Int32Array(0);
let isFound = new Set();
const opened = new Set();
let step = 0;
let zoom = 1;

/* Returns what tells whether a name is meant: all of it, or else a part of it. */
function matcher(pattern, names) {
  if (!pattern) return () => true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const whole = new RegExp(`^${source}$`, "i");
  if (names.some((name) => whole.test(name))) return (name) => whole.test(name);
  const part = new RegExp(source, "i");
  return (name) => part.test(name);
}

const functions = [
  ...new Set([...lanes.map((lane) => lane.function), ...new Set(steps.function.map((n) => words[n]))]),
].filter(Boolean);

function select() {
  const meansLane = matcher(
    $("lane").value.trim(),
    lanes.map((lane) => lane.name),
  );
  const wantedLanes = lanes.map((lane) => meansLane(lane.name));
  const wantedFunctions = new Set(functions.filter(matcher($("function").value.trim(), functions)));
  const kinds = data.kinds[$("kind").value];
  const wantedKinds = words.map((word) => !kinds || kinds.includes(word));
  const since = $("since").value === "" ? -Infinity : +$("since").value;
  const until = $("until").value === "" ? Infinity : +$("until").value;
  const any = !$("function").value.trim();
  visible = new Uint8Array(count);
  const list = [];
  for (let each = 0; each < count; each += 1) {
    if (
      wantedLanes[steps.lane[each]] &&
      wantedKinds[steps.kind[each]] &&
      steps.time[each] >= since &&
      steps.time[each] <= until &&
      (any || wantedFunctions.has(functionOf(each)))
    ) {
      visible[each] = 1;
      list.push(each);
    }
  }
  selected = Int32Array.from(list);
  const counted = { part: number(list.length), count: number(count) };
  $("selected").textContent = list.length === count ? "" : translated("{part} of {count} steps", counted);
  arrange();
}
