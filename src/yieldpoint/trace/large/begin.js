/* Begin. */

$("legend").innerHTML = Object.entries(LEGEND)
  .map(
    ([style, word]) =>
      `<span><svg class="yp-figure" viewBox="0 0 12 12" aria-hidden="true"><rect class="${style}" x="1" y="1" width="10" height="10"/></svg> ${html(translated(word))}</span>`,
  )
  .join("");
for (const kind of Object.keys(data.kinds)) $("kind").add(new Option(translated(kind), kind));
const options = (names) => names.slice(0, 1000).map((name) => `<option value="${html(name)}"></option>`);
$("lanes").innerHTML = options(lanes.map((lane) => lane.name)).join("");
$("functions").innerHTML = options(functions).join("");
for (const id of ["since", "until"]) $(id).parentElement.hidden = !data.duration;

$("unscripted").remove();
$("strip").hidden = !data.timers.length && !lanes.some(({ kind }) => kind === "task");

// Where there is little room, filters are behind a heading.
$("search").closest("details").open = innerWidth >= 960;
source();
tools();
select();
follow();
addEventListener("hashchange", follow);
addEventListener("resize", () => {
  resize();
  table();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", overview);
document.documentElement.dataset.ready = "yes";
