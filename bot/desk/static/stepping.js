// Moves between requests by keyboard: j and k follow the order of the queue. Off while the number is shown. What is
// typed and not sent keeps the page: the key leads to it instead.

import { keyStep } from "/static/keystep.js";
import { unsaved } from "/static/session.js";
import { pageAt } from "/static/standing.js";

addEventListener("keydown", async (event) => {
  const step = keyStep(event);
  if (!step || document.body.classList.contains("in-call")) return;
  const written = unsaved();
  if (written) {
    event.preventDefault(); // the letter would be typed into it
    return keep(written);
  }
  const next = await neighbour(step);
  if (next && !unsaved() && !document.querySelector("body.in-call, dialog[open]")) location.assign(`${next}#here`); // there, Enter opens
});

function keep(field) {
  const told = document.getElementById("told");
  told.textContent = told.dataset.unsent;
  told.hidden = false;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
}

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
