// The bar with what is to be done: it stays in view and leads to what it names. Which actions it holds the server says;
// what depends on the letter, and on the clock, is said here.

import { element } from "/static/element.js";

const bar = document.getElementById("workbar");
bar.addEventListener("click", follow);

/** The page asks for the passphrase. Once it is known, one button in the bar opens the letter. */
export function offerToOpen(unlock, known) {
  if (known) bar.prepend(unlock);
  unlock.hidden = false;
}

/** Show the number or its placeholder, and the button that toggles it; neither if there is no number to call. The
 * number's place stays, so that a screen reader says what comes into it. */
export function callInBar({ number, label, disabled, why, press }) {
  const button = document.getElementById("reveal");
  if (!button) return;
  let place = document.getElementById("phone");
  button.hidden = label === "";
  if (button.hidden) return place?.remove();
  if (!place) {
    place = element("span", { id: "phone", className: "phone" });
    place.setAttribute("aria-live", "polite");
    button.before(place);
  }
  if (place.textContent !== (number.textContent ?? number)) place.replaceChildren(number);
  button.textContent = label;
  button.disabled = disabled;
  button.setAttribute("aria-describedby", why);
  button.onclick = press;
}

/** Links to note the outcome and to the head of service's decision, each only while it applies. */
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

/** Jump to the form and focus its first field. The URL stays, so that a reload starts at the top. */
function follow(event) {
  const link = event.target.closest("a");
  const target = link?.hash && document.querySelector(link.hash);
  if (!target) return;
  event.preventDefault();
  if (target.matches("details")) target.open = true;
  target.scrollIntoView({ block: "center" });
  target.querySelector(":is(input, select, button):not([type=hidden])")?.focus({ preventScroll: true });
}
