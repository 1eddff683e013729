// The queue by keyboard: j and k go down and up from one request to the next, and to what is folded; Enter opens, as on
// every link; c leads to the call list.

addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1, c: 0 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  if (!step) return document.getElementById("to-calls")?.click();
  const stops = [...document.querySelectorAll(".queue h2 a, .fold summary")].filter(isInView);
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, here + step));
  stops[next].focus();
});

/** What lies in a closed fold is passed over. */
function isInView(stop) {
  const fold = stop.closest("details");
  return !fold || fold.open || stop.matches("summary");
}
