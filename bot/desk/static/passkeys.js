// Passkeys: the desk sends a challenge, the worker's phone, laptop or security key signs it. The private half never
// gets here, and the desk keeps only the public one. A passkey is offered first; without this script, the app's code works
// for everything.

import { sent } from "/static/confirming.js";

const add = document.getElementById("add-passkey");
const join = document.getElementById("join-passkey");
const use = document.getElementById("use-passkey");
const confirm = document.getElementById("confirm-passkey");
const failed = document.getElementById("passkey-failed");
const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

if (able && add) offerToMake(add, "/me/passkeys/new");

if (able && join) {
  const { password, again } = join.elements;
  join.addEventListener("input", () => // before anything is made: the device would keep what the desk then refuses
    again.setCustomValidity(password.value === again.value ? "" : again.dataset.differ));
  offerToMake(join, `${location.pathname}/passkey`);
}

if (able && use) {
  use.hidden = false;
  use.form.querySelector("button:not([type])").className = "other";
  use.addEventListener("click", () => {
    const { login, password } = use.form.elements;
    if (!login.reportValidity() || !password.reportValidity()) return;
    send(use.form, "/sign-in/passkey", get);
  });
}

if (able && confirm) {
  confirm.hidden = false;
  confirm.addEventListener("click", () => send(confirm.form, "/confirm/passkey", get));
}

function offerToMake(form, path) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, path, (options) =>
      navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));
  });
}

function get(options) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

/** Fetch a challenge, have it signed, and submit the form with it, skipping the form's own checks, which are for
 * codes. */
async function send(form, path, sign) {
  failed.hidden = true;
  try {
    const answer = await sent(path, { method: "POST", headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error("refused");
    form.elements.passkey.value = JSON.stringify(await sign(await answer.json()));
  } catch { // she cancelled, no device has a passkey, or the desk is unreachable
    failed.hidden = false;
    return;
  }
  form.submit();
}
