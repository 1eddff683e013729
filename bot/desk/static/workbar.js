// The bar with what is to be done: it stays in view and leads to what it names. Which actions it holds the server says;
// what depends on the letter, and on the clock, is said here.

import { element } from "/static/element.js";

const bar = document.getElementById("workbar");
bar.addEventListener("click", follow);

/** The passphrase is asked on the page. Once it is known, one button in the bar opens. */
export function offerToOpen(unlock, known) {
  if (known) bar.prepend(unlock);
  unlock.hidden = false;
}

/** The number or what hides it, and the one button that shows and hides it. Where no number is to be called: neither. */
export function callInBar({ number, label, disabled, why, press }) {
  const button = document.getElementById("reveal");
  if (!button) return;
  document.getElementById("phone")?.remove();
  button.hidden = label === "";
  if (button.hidden) return;
  button.before(element("span", { id: "phone", className: "phone" }, number));
  button.textContent = label;
  button.disabled = disabled;
  button.setAttribute("aria-describedby", why);
  button.onclick = press;
}

/** Where to note how it went, and where the head of service decides; each only while there is something to note. */
export function ways({ noted, outside }) {
  lead("how", noted);
  lead("to-outside", outside);
}

function lead(id, to) {
  const link = document.getElementById(id);
  if (!link) return;
  link.hidden = !to;
  if (to) link.hash = to;
}

/** To the form, and into its first field. The address stays: reloading leads to the top. */
function follow(event) {
  const link = event.target.closest("a");
  const target = link?.hash && document.querySelector(link.hash);
  if (!target) return;
  event.preventDefault();
  if (target.matches("details")) target.open = true;
  target.scrollIntoView({ block: "center" });
  target.querySelector(":is(input, select, button):not([type=hidden])")?.focus({ preventScroll: true });
}
