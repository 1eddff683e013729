// On every page: nobody signed in, or nobody here for half an hour, means that no key stays unlocked.

import { lock } from "/static/forget.js";

const IDLE = 30 * 60 * 1000;
const LOOK = 15 * 1000;
const TELL = 5 * 1000;

const signOut = document.getElementById("sign-out");
const tabs = new BroadcastChannel("desk"); // work in one tab is work in all of them
let touched = Date.now();
let told = 0;

if (signOut) {
  tabs.onmessage = () => { touched = Date.now(); };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch);
  setInterval(() => { if (Date.now() - touched > IDLE) signOut.requestSubmit(); }, LOOK);
  signOut.addEventListener("submit", leave);
} else {
  lock();
}

function touch() {
  touched = Date.now();
  if (touched - told < TELL) return;
  told = touched;
  tabs.postMessage(null);
}

/** First the key, then the session. */
async function leave(event) {
  event.preventDefault();
  signOut.removeEventListener("submit", leave);
  await lock();
  signOut.submit();
}
