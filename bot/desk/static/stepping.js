// Moves between requests by keyboard: j and k follow the order of the queue. Off while the number is shown.

import { keyStep } from "/static/keystep.js";
import { pageAt } from "/static/standing.js";

addEventListener("keydown", async (event) => {
  const step = keyStep(event);
  if (!step || document.body.classList.contains("in-call")) return;
  const next = await neighbour(step);
  if (next && !document.querySelector("body.in-call, dialog[open]")) location.assign(`${next}#here`); // there, Enter opens
});

/** The request before or after this one, if any. The queue may be longer than a page. */
async function neighbour(step) {
  let known = [];
  for (let path = "/requests"; path;) {
    const page = await pageAt(path);
    known = known.concat([...(page?.querySelectorAll(".queue h2 a") ?? [])].map((link) => link.pathname));
    const here = known.indexOf(location.pathname);
    if (here >= 0 && known[here + step]) return known[here + step];
    if (here >= 0 && step < 0) return null;
    path = page?.querySelector("a[rel=next]")?.getAttribute("href");
  }
  return null;
}
