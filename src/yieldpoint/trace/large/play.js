/* Goes on by itself, from switch to switch. Where time passes, it does so here as well. */

const LABELS = [translated("Play"), translated("Pause")];
let timer = 0;

function pause() {
  clearTimeout(timer);
  timer = 0;
  $("play").textContent = LABELS[0];
}

function play() {
  const to = moves.switch();
  if (to === step) return pause();
  const passes = Math.min(steps.time[to] - steps.time[step], 3);
  timer = setTimeout(
    () => {
      show(to, "off");
      play();
    },
    (700 + 1000 * passes) / $("speed").value,
  );
}

$("play").addEventListener("click", () => {
  if (timer) {
    pause();
    return show(step);
  }
  if (moves.switch() === step && selected.length) show(moves.first(), "off");
  $("play").textContent = LABELS[1];
  play();
});
