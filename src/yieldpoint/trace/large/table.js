/* All steps, as a table: the rows in view. */

function table() {
  const box = $("table");
  const body = box.querySelector("tbody");
  const many = Math.ceil(box.clientHeight / ROW) + 8;
  const first = Math.max(0, Math.min(Math.floor(box.scrollTop / ROW) - 4, selected.length - many));
  const rows = [];
  const gap = (size) => `<tr aria-hidden="true" style="height: ${size * ROW}px"></tr>`;
  for (let at = first; at < Math.min(first + many, selected.length); at += 1) {
    const each = selected[at];
    const what = html(whatOf(each));
    const changed = html(changesOf(each).map(assigned).join(", "));
    rows.push(
      `<tr data-step="${each}" aria-rowindex="${at + 2}"${each === step ? ' aria-current="step"' : ""}` +
        `${isFound.has(each) ? ' class="found"' : ""}><td>${each + 1}</td>` +
        `<td>${data.duration ? seconds(steps.time[each]) : ""}</td><td>${html(laneOf(each).name)}</td>` +
        `<td title="${what}">${kindOf(each) === "line" ? `<code>${what}</code>` : what}</td>` +
        `<td title="${changed}">${changed && `<code>${changed}</code>`}</td></tr>`,
    );
  }
  box.firstElementChild.setAttribute("aria-rowcount", selected.length + 1);
  body.innerHTML = gap(first) + rows.join("") + gap(Math.max(selected.length - first - many, 0));
}
