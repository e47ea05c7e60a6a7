/* Search. */

function look() {
  const wanted = $("search").value.trim().toLowerCase();
  const list = [];
  if (wanted) {
    const has = words.map((word) => word.toLowerCase().includes(wanted));
    const inChanges = steps.changed.map((change) => change.some((word) => has[word]));
    const inLane = lanes.map((lane) => lane.name.toLowerCase().includes(wanted));
    for (const each of selected) {
      if (
        has[steps.what[each]] ||
        has[steps.function[each]] ||
        inLane[steps.lane[each]] ||
        inChanges[steps.changes[each]]
      ) {
        list.push(each);
      }
    }
  }
  found = Int32Array.from(list);
  isFound = new Set(list);
  tellFound();
}

function tellFound() {
  const at = found.indexOf(step) + 1;
  const place = at ? `${number(at)} / ` : "";
  $("found").textContent = $("search").value.trim() ? place + number(found.length) : "";
}

function goToFound(direction) {
  const before = lastUpTo(found, direction > 0 ? step : step - 1);
  const to = found.at((before + (direction > 0 ? 1 : 0)) % (found.length || 1));
  if (to !== undefined) show(to);
}
