// Seals the letter of an invented case with a key made here, and opens it with that key. Asks nothing of the desk and
// stores nothing: key and letter are in this page's memory only, and are forgotten when it is left.

import { element } from "/static/element.js";
import { opened } from "/static/keyring.js";
import { parsed } from "/static/payload.js";
import { sealedPayload } from "/static/sealing.js";
import { generateX25519Identity, identityToRecipient } from "/static/vendor/age.js";

const SIZE = 4096; // not that of a request's letter: the desk would refuse this one in its place
const place = document.getElementById("letter");
const story = place.querySelector(".story");

let identity = await generateX25519Identity();
let sealed = await sealedPayload(await identityToRecipient(identity), { practice: story.textContent }, SIZE);

const button = element("button", { type: "button", textContent: place.dataset.open });
const told = element("div", { id: "sealed" },
  element("p", { textContent: place.dataset.sealed }),
  element("details", {}, element("summary", { textContent: place.dataset.looks }), element("p", { className: "code", textContent: sealed })));
story.textContent = "";
story.hidden = true;
place.append(told, button);
button.addEventListener("click", open);
addEventListener("pagehide", forget);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

async function open() {
  const key = identity;
  story.textContent = parsed(await opened(sealed, (one) => one.addIdentity(key))).practice;
  story.hidden = false;
  button.remove();
  told.remove();
  place.focus();
}

function forget() {
  identity = sealed = null;
  told.remove();
  story.textContent = "";
}
