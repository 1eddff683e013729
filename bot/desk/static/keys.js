// The key page. Keys are made, opened and sealed here; the server only gets public halves, and locked or sealed keys.

import { element } from "/static/element.js";
import { endorsement, verdict } from "/static/endorsing.js";
import { keeps, kept, opened, post, presentKey, publicHalf, text, unlock } from "/static/keyring.js";
import { proof, saved } from "/static/proving.js";
import { resealAll } from "/static/resealing.js";
import { sealedTo } from "/static/sealing.js";
import { fill } from "/static/sentences.js";
import { Encrypter, generateX25519Identity } from "/static/vendor/age.js";

const SHORTEST = 12;
const WORK_FACTOR = 17;

const words = JSON.parse(document.getElementById("words").textContent);
const here = (id) => document.getElementById(id);
let own = null; // the worker's own key, unlocked
let toRegister = null; // a key printed on the recovery sheet, and the function that registers it
let leftOut = new Set(); // holders who do not get the new key because nobody compared their check numbers

on("make-own", "submit", makeOwn);
on("unlock", "submit", unlockHere);
on("restore", "submit", restore);
on("make", "click", () => showSheet(registerFirst));
on("change", "click", beginChange);
on("doubts", "submit", decide);
on("go-on", "click", () => resealAll(own, words, tell));
on("print", "click", () => print());
on("register", "submit", register);
for (const form of document.querySelectorAll("form.grant")) form.addEventListener("submit", (event) => grant(event, form));
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (here("make-own")) here("make-own").hidden = false;
if (here("unlock")) show(await kept());

function on(id, event, act) {
  here(id)?.addEventListener(event, (happened) => { happened.preventDefault(); attempt(act, happened.target); });
}

/** Run one action at a time, and say so if it fails. */
async function attempt(act, target) {
  const buttons = [...document.querySelectorAll("main button")].filter((one) => !one.disabled);
  for (const one of buttons) one.disabled = true;
  try {
    await act(target);
  } catch {
    tell(words.failed);
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

// --- The worker's own key -----------------------------------------------------------------------------------------------

async function makeOwn(form) {
  const [passphrase, again] = ["passphrase", "again"].map((name) => form.elements[name].value.normalize("NFC"));
  if (passphrase.length < SHORTEST) return tell(words.short);
  if (passphrase !== again) return tell(words.differ);
  tell(words.working);
  const identity = await generateX25519Identity();
  const locker = new Encrypter();
  locker.setScryptWorkFactor(WORK_FACTOR);
  locker.setPassphrase(passphrase);
  const locked = text(await locker.encrypt(identity));
  const wants = form.elements.wants.checked ? "yes" : "no";
  const recipient = await publicHalf(identity);
  await saved("/key/own", { recipient, locked, wants, answer: await proof("own", identity) });
  if ((await unlock(passphrase)) === null) throw new Error("what was locked does not open");
  form.reset();
  afresh();
}

async function unlockHere(form) {
  tell(words.working);
  const key = await unlock(here("passphrase").value);
  if (key === null) return tell(words.wrong);
  form.reset();
  tell("");
  await show(key);
}

async function show(key) {
  own = key;
  here("unlock").hidden = own !== null;
  here("unlocked").hidden = own === null;
  for (const one of document.querySelectorAll(".needs-key, #restore")) one.hidden = own === null;
  for (const one of document.querySelectorAll(".until-unlocked")) one.hidden = own !== null;
  if (own === null) return;
  here("stays").hidden = !keeps();
  here("number").textContent = await checkNumber(await publicHalf(own));
  if (here("given")) await attempt(accept);
}

/** Accept what a colleague gave only after opening it here and finding the service's key in it. */
async function accept() {
  const { given, recipient } = await saved("/key/held");
  if (given === null) return afresh();
  const identity = await opened(given, (one) => one.addIdentity(own));
  if (identity === null || (await publicHalf(identity)) !== recipient) {
    await post("/key/differs", { what: "given", recipient });
    return tell(words.given_differs);
  }
  await saved("/key/accept", { recipient, answer: await proof("accept", identity) });
  afresh();
}

/** Sixteen digits that two people compare by voice. If they differ, somebody has put another key in between. */
async function checkNumber(recipient) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(recipient)));
  const number = hash.slice(0, 8).reduce((all, one) => (all << 8n) | BigInt(one), 0n) % 10n ** 16n;
  return String(number).padStart(16, "0").replace(/(.{4})(?=.)/g, "$1 ");
}

// --- Giving it on, and taking it from the sheet ----------------------------------------------------------------------------

async function grant(event, form) {
  event.preventDefault();
  await attempt(async () => {
    const { to, own: theirs, name } = form.dataset;
    if (event.submitter.className === "give") return ask(form, name, await checkNumber(theirs));
    const service = await presentKey(own, await saved("/key/held"));
    if (service === null) return tell(words.key_differs);
    await saved("/key/grant", { to, ...(await copyFor(service, to, theirs)) });
    afresh();
  });
}

function ask(form, name, number) {
  const check = form.querySelector(".check");
  check.textContent = fill(words.check, { name, number });
  form.querySelector(".give").hidden = true;
  check.hidden = form.querySelector(".sure").hidden = false;
}

async function restore() {
  const typed = here("typed").value.replace(/\s/g, "").toUpperCase();
  const recipient = await publicHalf(typed);
  if (recipient !== words.recipient) return tell(words.not_the_sheet);
  await saved("/key/restore", { recipient, ...(await myCopy(typed)), answer: await proof("restore", typed) });
  here("typed").value = "";
  afresh();
}

/** The service's key sealed to a holder's own key, with its endorsement. */
async function copyFor(service, holder, theirs) {
  const vouches = await endorsement(service, words.service, holder, theirs);
  return { own: theirs, copy: await sealedTo(theirs, service), endorsement: vouches };
}

/** Sealed to the key unlocked here, never to the one the desk claims is hers. */
async function myCopy(service) {
  return copyFor(service, words.me, await publicHalf(own));
}

// --- A new key of the service, with its recovery sheet ---------------------------------------------------------------------

async function showSheet(registers) {
  const identity = await generateX25519Identity();
  toRegister = { identity, recipient: await publicHalf(identity), registers };
  here("secret").textContent = identity;
  here("public").textContent = toRegister.recipient;
  here("page").hidden = here("doubts").hidden = true;
  here("recovery").hidden = false;
  here("recovery-heading").focus();
}

async function register() {
  if (!here("locked-away").checked) return;
  await toRegister.registers(toRegister);
}

async function registerFirst({ identity, recipient }) {
  await saved("/key", { recipient, ...(await myCopy(identity)), answer: await proof("first", identity) });
  afresh();
}

/** Settle first whom to seal the new key to. A holder without an endorsement has her check number compared. */
async function beginChange() {
  const { copies } = await saved("/key/held");
  const service = await opened(copies[0], (one) => one.addIdentity(own)); // not the key the desk claims is hers
  const doubts = [];
  for (const holder of words.holders.filter(({ id }) => id !== words.me)) {
    const found = await verdict(service, words.service, holder);
    if (found !== "right") doubts.push({ ...holder, found });
  }
  if (!doubts.length) return showSheet(registerChange);
  here("doubtful").replaceChildren(...await Promise.all(doubts.map(doubtful)));
  here("page").hidden = true;
  here("doubts").hidden = false;
  here("doubts-heading").focus();
}

async function doubtful({ id, name, own: theirs, found }) {
  const number = await checkNumber(theirs);
  const tick = element("input", { type: "checkbox", value: id });
  const asked = element("label", { className: "tick" }, tick, " ", fill(words.compared, { name, number }));
  if (found === "none") return element("div", {}, asked);
  await post("/key/differs", { what: "holder", about: id, recipient: words.recipient });
  const loudly = fill(words.holder_differs, { name });
  return element("div", {}, element("p", { className: "notice", role: "alert", textContent: loudly }), asked);
}

async function decide(form) {
  leftOut = new Set([...form.querySelectorAll("input:not(:checked)")].map(({ value }) => value));
  await showSheet(registerChange);
}

async function registerChange({ identity, recipient }) {
  const copies = words.holders.filter(({ id }) => !leftOut.has(id)).map(async ({ id, own: theirs }) =>
    ({ to: id, ...(await (id === words.me ? myCopy(identity) : copyFor(identity, id, theirs))) }));
  await saved("/key/change", {
    recipient, copies: JSON.stringify(await Promise.all(copies)), left_out: JSON.stringify([...leftOut]),
    answer: await proof("change", identity),
  });
  words.recipient = recipient;
  wipe();
  here("page").hidden = false;
  await resealAll(own, words, tell);
}

/** Clear every trace of a key from the page. */
function wipe() {
  toRegister = null;
  if (!here("secret")) return;
  here("secret").textContent = "";
  here("recovery").hidden = true;
}

// --- Small words --------------------------------------------------------------------------------------------------------

function afresh() {
  location.replace("/key");
}

function tell(sentence) {
  const told = here("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}
