// Enters a referral: what was typed is sealed here and leaves this browser sealed. If something is missing, or the desk
// does not answer, everything typed stays in the form.

import { element } from "/static/element.js";
import { kept, post, presentKey, publicHalf, unlock } from "/static/keyring.js";
import { letterOf, mayContact } from "/static/referral_letter.js";
import { sealedPayload } from "/static/sealing.js";
import { IDLE, idle } from "/static/session.js";
import { press } from "/static/standing.js";

const { words, table, blank, version, hour } = JSON.parse(document.getElementById("referral-data").textContent);
const SIZE = 8192; // that of a request's letter
const form = document.getElementById("referral");
const passphrase = document.getElementById("passphrase");
let own = await kept();
let begun = false;

passphrase.parentElement.hidden = own !== null;
form.hidden = false;
form.addEventListener("change", show);
form.addEventListener("input", () => { begun = true; });
addEventListener("beforeunload", (event) => { if (begun && form.isConnected && idle() < IDLE) event.preventDefault(); });
form.addEventListener("submit", (event) => { event.preventDefault(); enter(); });
show();

/** Show only what applies: a way to the person, times for a call, and the wording that was read aloud. */
function show() {
  const given = answers();
  const byTheService = ["call", "sms"].includes(given.contact_mode);
  part("contact", mayContact(given));
  part("times", mayContact(given) && byTheService);
  part("agreement", given.basis === "agreed");
  for (const said of document.querySelectorAll("#agreement [lang]")) said.hidden = said.lang !== spoken(given);
}

function part(id, applies) {
  const place = document.getElementById(id);
  place.hidden = !applies;
  place.disabled = !applies; // what is not asked is not sent either
}

function spoken({ language }) {
  return table.languages.includes(language) ? language : "lv";
}

function answers() {
  const data = new FormData(form);
  const given = Object.fromEntries([...new Set(data.keys())].map((name) => [name, data.get(name).trim()]));
  for (const [name, { several }] of Object.entries(table.fields)) if (several) given[name] = data.getAll(name);
  const days = data.getAll("day");
  given.windows = given.from && given.to ? days.map((day) => ({ day, begins: given.from, ends: given.to })) : [];
  return given;
}

async function enter() {
  const given = answers();
  const made = letterOf(given, table);
  if (made.wrong) return refuse(made.wrong);
  tell(words.sealing);
  own ??= await unlock(passphrase.value).catch(() => undefined);
  if (!own) return unlocked(own);
  passphrase.value = "";
  passphrase.parentElement.hidden = true;
  const held = await post("/key/held");
  const identity = held && (await presentKey(own, held));
  if (!identity) return tell(words.offline);
  const recipient = await publicHalf(identity);
  const sealed = await sealedPayload(recipient, payload(given, made), SIZE).catch(() => null);
  if (sealed === null) return tell(words.too_long);
  form.inert = true;
  const answer = await press("/referrals", envelope(given, made, recipient, sealed));
  form.inert = false;
  if (answer.ok) return done(answer.said);
  tell(answer.said.explanation ?? words.offline);
}

function unlocked(key) {
  const offline = key === undefined;
  own = null;
  tell(offline ? words.offline : words.wrong_passphrase);
  passphrase.focus();
}

function payload(given, { answers: said, referral }) {
  return {
    request: blank.reference, service: blank.service, form: table.version, language: spoken(given), sealed_hour: hour,
    answers: said, referral, consents: given.basis === "agreed" ? ["send_request"] : [],
  };
}

function envelope(given, { priority, callUntil, headOnly }, recipient, sealed) {
  const body = new FormData();
  const language = spoken(given);
  const fields = {
    reference: blank.reference, once: blank.once, recipient, sealed, priority, language, basis: given.basis,
    call_until: callUntil, head_only: headOnly ? "yes" : "no", agreed: given.basis === "agreed" ? version[language] : "",
  };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}

/** List what is missing, each with a link to its question, and move the focus there. */
function refuse(wrong) {
  const list = document.getElementById("wrong");
  list.querySelector("ul").replaceChildren(...wrong.map(([name, what]) => {
    const link = element("a", { href: `#${name}`, textContent: `${words.fields[name]}: ${words.wrong[what]}` });
    link.addEventListener("click", () => document.querySelector(`[name="${name}"], #${name}`)?.focus());
    return element("li", {}, link);
  }));
  list.hidden = false;
  list.focus();
}

/** The code is shown once, to be read aloud; nothing of the form stays in the page. */
function done({ code, then }) {
  form.remove();
  document.getElementById("wrong").hidden = true;
  const entered = document.getElementById("entered");
  entered.querySelector("a").href = then;
  const place = document.getElementById("code");
  place.textContent = code;
  place.parentElement.hidden = !code;
  entered.hidden = false;
  tell("");
  entered.focus();
}

function tell(sentence) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}
