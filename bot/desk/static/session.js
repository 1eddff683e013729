// On every page: after sign-out or half an hour of idling no key stays unlocked. The page warns a minute before. It
// also reports presses to the desk: a worker who types for half an hour is present even if she requests nothing.

import { element } from "/static/element.js";
import { lock } from "/static/forget.js";

export const IDLE = 30 * 60 * 1000;
const SOON = 60 * 1000; // before the end
const LOOK = 5 * 1000;
const TELL = 5 * 1000;
const ASK = 60 * 1000;
const WRITTEN = `main textarea:not([readonly]), main [name=reason],
  main form[method=post] input:is(:not([type]), [type=text]):not([inputmode], [name=code])`;

const signOut = document.getElementById("sign-out");
const tabs = channel(); // work in one tab counts for all
let touched = Date.now();
let told = 0;
let pressed = 0; // last press on this page
let asked = Date.now(); // last report to the desk; loading the page counts as one

if (signOut) {
  if (tabs) tabs.onmessage = () => { touched = Date.now(); warn(false); };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch);
  setInterval(look, LOOK);
  signOut.addEventListener("submit", leave);
} else {
  lock();
}

/** Null if the browser refuses because it may store nothing: each tab then counts alone. */
function channel() {
  try {
    return new BroadcastChannel("desk");
  } catch {
    return null;
  }
}

/** Milliseconds since the last press in any tab. */
export function idle() {
  return Date.now() - touched;
}

function look() {
  if (pressed >= asked && Date.now() - asked >= ASK) ask(); // after a press: the desk must not end it first
  if (idle() <= IDLE) return warn(idle() >= IDLE - SOON);
  signOut.action = "/sign-out?idle";
  signOut.requestSubmit();
}

function touch() {
  if (idle() > IDLE) return look(); // the laptop slept: the press that wakes it comes too late
  touched = pressed = Date.now();
  if (warn(false)) ask();
  if (touched - told < TELL) return;
  told = touched;
  tabs?.postMessage(null);
}

/** Show or hide the warning that the end is near. Returns whether it was shown before. */
function warn(soon) {
  const said = document.getElementById("idle-soon");
  if (soon && !said) {
    const { soon: near, lost } = signOut.dataset;
    const words = unsaved() ? `${near} ${lost}` : near;
    const notice = element("p", { id: "idle-soon", className: "notice", textContent: words });
    notice.setAttribute("role", "alert");
    document.body.append(notice);
  } else if (!soon) said?.remove();
  return said !== null;
}

/** The first field with a note, reason or text that is typed and not sent; passphrases and codes do not count. */
export function unsaved() {
  return [...document.querySelectorAll(WRITTEN)].find(({ value, defaultValue }) => value.trim() && value !== defaultValue);
}

/** Keep the session alive. If it was ended elsewhere, this page ends too. */
async function ask() {
  asked = Date.now();
  const answer = await fetch("/here", { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) signOut.requestSubmit();
}

/** Forget the key first, then end the session. */
async function leave(event) {
  event.preventDefault();
  signOut.removeEventListener("submit", leave);
  await lock();
  signOut.submit();
}
