// A page left alone for half an hour goes, with what was typed. It says so a minute before: on the page only, silently,
// and with an unchanged title. Reading, dictating and listening count as being there, like pressing.
"use strict";
const idle = (() => {
  const IDLE = 30 * 60 * 1000;
  const LOOKS = 5000;
  const SOON = IDLE - 60 * 1000 - LOOKS; // a whole minute is left even after the latest look
  const RESTS = 2000;
  const PRESSES = ["click", "keydown", "input"];
  const SIGNS = [
    ...PRESSES, "change", "pointerdown", "pointermove", "touchstart", "touchmove", "wheel", "scroll", "focusin",
    "selectionchange",
  ];
  let seenAt = Date.now();

  const soon = () => document.querySelector("#soon");

  // Shows the time really left: a device that slept may wake within the last minute.
  function warn(left) {
    const told = soon(), on = left > 0;
    if (!told) return;
    const seconds = Math.floor(left / 1000);
    const shown = told.querySelector("#left"); // a page from before an update has none
    if (shown) shown.textContent = on ? `${Math.floor(seconds / 60)}:${`0${seconds % 60}`.slice(-2)}` : "";
    if (told.hidden !== on) return;
    told.hidden = !on;
    document.querySelector("#said").textContent = on ? told.querySelector("p").textContent : "";
  }

  // Check the time first: the device may have slept, and whoever wakes it need not be she.
  function look() {
    const alone = Date.now() - seenAt;
    if (alone >= IDLE) document.dispatchEvent(new Event("alone", { cancelable: true }));
    else if (alone >= SOON) warn(IDLE - alone);
    else if (alone >= RESTS) warn(0);
    return alone < IDLE;
  }

  // Hide the warning only on a press: a pointer on its way to the button must find it, and nothing else in its place.
  function alive(event) {
    if (!look()) return;
    seenAt = Date.now();
    if (PRESSES.includes(event.type)) warn(0);
  }

  for (const sign of SIGNS) document.addEventListener(sign, alive, { capture: true, passive: true });
  document.addEventListener("shown", alive);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  setInterval(look, LOOKS);
  return { look };
})();
