// Keyboard control of the queue: j and k move down and up through requests and folds, Enter opens as on any link, c
// goes to the call list.

import { isTyping, keyStep } from "/static/keystep.js";

addEventListener("keydown", (event) => {
  if (["c", "с"].includes(event.key) && !isTyping(event)) return document.getElementById("to-calls")?.click();
  const step = keyStep(event);
  if (!step) return;
  const stops = [...document.querySelectorAll(".queue h2 a, .fold summary")].filter(isInView);
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, here + step));
  stops[next].focus();
});

/** Skip everything inside a closed fold. */
function isInView(stop) {
  const fold = stop.closest("details");
  return !fold || fold.open || stop.matches("summary");
}
