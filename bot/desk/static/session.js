// On every page: nobody signed in, or nobody here for half an hour, means that no key stays unlocked. A minute before,
// the page says so. The desk hears of presses, too: who types for half an hour is here, whatever else she asks for.

import { element } from "/static/element.js";
import { lock } from "/static/forget.js";

export const IDLE = 30 * 60 * 1000;
const SOON = 60 * 1000; // before the end
const LOOK = 5 * 1000;
const TELL = 5 * 1000;
const ASK = 60 * 1000;
const WRITTEN = `main textarea, main [name=reason],
  main form[method=post] input:is(:not([type]), [type=text]):not([inputmode], [name=code])`;

const signOut = document.getElementById("sign-out");
const tabs = channel(); // work in one tab is work in all of them
let touched = Date.now();
let told = 0;
let pressed = 0; // on this page
let asked = Date.now(); // the desk, for this page first

if (signOut) {
  if (tabs) tabs.onmessage = () => { touched = Date.now(); warn(false); };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch);
  setInterval(look, LOOK);
  signOut.addEventListener("submit", leave);
} else {
  lock();
}

/** Null where a browser refuses it because it is to keep nothing: then each tab counts alone. */
function channel() {
  try {
    return new BroadcastChannel("desk");
  } catch {
    return null;
  }
}

/** For how long nobody has pressed anything, in any tab. */
export function idle() {
  return Date.now() - touched;
}

function look() {
  if (pressed >= asked && Date.now() - asked >= ASK) ask(); // never before the press: the desk must not end it sooner
  if (idle() <= IDLE) return warn(idle() >= IDLE - SOON);
  signOut.action = "/sign-out?idle";
  signOut.requestSubmit();
}

function touch() {
  if (idle() > IDLE) return look(); // a laptop that slept: the press that wakes it comes too late
  touched = pressed = Date.now();
  if (warn(false)) ask();
  if (touched - told < TELL) return;
  told = touched;
  tabs?.postMessage(null);
}

/** Says on the page that the end is near, or that it is not. Whether that was said before. */
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

/** Notes, reasons, texts; no passphrase and no code. */
function unsaved() {
  return [...document.querySelectorAll(WRITTEN)].some(({ value, defaultValue }) => value.trim() && value !== defaultValue);
}

/** What is asked keeps the session. Where it was ended elsewhere, this page ends, too. */
async function ask() {
  asked = Date.now();
  const answer = await fetch("/here", { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) signOut.requestSubmit();
}

/** First the key, then the session. */
async function leave(event) {
  event.preventDefault();
  signOut.removeEventListener("submit", leave);
  await lock();
  signOut.submit();
}
