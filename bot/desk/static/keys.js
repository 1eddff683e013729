// The first worker of a service makes its key here. The server gets the public half, and the other one locked.

import { Encrypter, generateX25519Identity, identityToRecipient } from "/static/vendor/age.js";

const SHORTEST = 12;
const WORK_FACTOR = 17;

const form = document.getElementById("make-key");
if (form) {
  const words = JSON.parse(document.getElementById("words").textContent);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    makeKey(form, words);
  });
}

async function makeKey(form, words) {
  const [passphrase, again] = [form.querySelector("#passphrase").value, form.querySelector("#again").value];
  if (passphrase.length < SHORTEST) return tell(words.short);
  if (passphrase !== again) return tell(words.differ);
  const button = form.querySelector("button");
  button.disabled = true;
  tell(words.working);
  try {
    await upload(await generateX25519Identity(), passphrase);
    form.reset();
    location.replace("/key");
  } catch {
    button.disabled = false;
    tell(words.failed);
  }
}

async function upload(identity, passphrase) {
  const locker = new Encrypter();
  locker.setScryptWorkFactor(WORK_FACTOR);
  locker.setPassphrase(passphrase);
  const wrapped = await locker.encrypt(identity);
  const body = new FormData();
  body.set("recipient", await identityToRecipient(identity));
  body.set("wrapped", btoa(String.fromCharCode(...wrapped)));
  const answer = await fetch("/key", { method: "POST", body, redirect: "error" });
  if (!answer.ok) throw new Error("not saved");
}

function tell(words) {
  document.getElementById("told").textContent = words;
}
