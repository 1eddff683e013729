// The page of the key. Keys are made, opened and sealed here; the server gets public halves, locked and sealed ones.

import { kept, bytes, opened, openedCopies, post, text, unlock } from "/static/keyring.js";
import { fill } from "/static/reading.js";
import { Encrypter, generateX25519Identity, identityToRecipient } from "/static/vendor/age.js";

const SHORTEST = 12;
const WORK_FACTOR = 17;

const words = JSON.parse(document.getElementById("words").textContent);
const here = (id) => document.getElementById(id);
let own = null; // the worker's own key, unlocked
let toRegister = null; // a key that stands on the recovery sheet, and what registers it

on("make-own", "submit", makeOwn);
on("unlock", "submit", unlockHere);
on("restore", "submit", restore);
on("make", "click", () => showSheet(registerFirst));
on("change", "click", () => showSheet(registerChange));
on("go-on", "click", resealAll);
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

/** Do it once at a time, and say so when it fails. */
async function attempt(act, element) {
  const buttons = [...document.querySelectorAll("main button")].filter((one) => !one.disabled);
  for (const one of buttons) one.disabled = true;
  try {
    await act(element);
  } catch {
    tell(words.failed);
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

// --- The worker's own key -----------------------------------------------------------------------------------------------

async function makeOwn(form) {
  const [passphrase, again] = [form.elements.passphrase.value, form.elements.again.value];
  if (passphrase.length < SHORTEST) return tell(words.short);
  if (passphrase !== again) return tell(words.differ);
  tell(words.working);
  const identity = await generateX25519Identity();
  const locker = new Encrypter();
  locker.setScryptWorkFactor(WORK_FACTOR);
  locker.setPassphrase(passphrase);
  const locked = text(await locker.encrypt(identity));
  await saved("/key/own", { recipient: await identityToRecipient(identity), locked });
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
  if (own !== null) here("number").textContent = await checkNumber(await identityToRecipient(own));
}

/** Sixteen digits that two people compare by voice: the same key, or someone has put another one between them. */
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
    const [service] = await openedCopies(own, (await held()).copies);
    await saved("/key/grant", { to, own: theirs, copy: await sealedTo(theirs, service) });
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
  const recipient = await identityToRecipient(typed).catch(() => null);
  if (recipient !== words.recipient) return tell(words.not_the_sheet);
  await saved("/key/restore", { recipient, copy: await sealedTo(words.own, typed) });
  here("typed").value = "";
  afresh();
}

// --- A new key of the service, with its recovery sheet ---------------------------------------------------------------------

async function showSheet(registers) {
  const identity = await generateX25519Identity();
  toRegister = { identity, recipient: await identityToRecipient(identity), registers };
  here("secret").textContent = identity;
  here("public").textContent = toRegister.recipient;
  here("page").hidden = true;
  here("recovery").hidden = false;
  here("recovery-heading").focus();
}

async function register() {
  if (!here("locked-away").checked) return;
  await toRegister.registers(toRegister);
}

async function registerFirst({ identity, recipient }) {
  await saved("/key", { recipient, copy: await sealedTo(words.own, identity) });
  afresh();
}

async function registerChange({ identity, recipient }) {
  const copies = Object.entries(words.holders).map(
    async ([to, theirs]) => ({ to, own: theirs, copy: await sealedTo(theirs, identity) }));
  await saved("/key/change", { recipient, copies: JSON.stringify(await Promise.all(copies)) });
  words.recipient = recipient;
  wipe();
  here("page").hidden = false;
  await resealAll();
}

/** Nothing of a key stays on the page. */
function wipe() {
  toRegister = null;
  if (!here("secret")) return;
  here("secret").textContent = "";
  here("recovery").hidden = true;
}

// --- Re-sealing --------------------------------------------------------------------------------------------------------

async function resealAll() {
  const keys = await openedCopies(own, (await held()).copies);
  const { letters } = await saved("/key/letters");
  const progress = here("progress");
  progress.max = Math.max(letters.length, 1);
  progress.hidden = false;
  let unreadable = 0;
  for (const [done, piece] of letters.entries()) {
    progress.value = done;
    tell(fill(words.resealing, { done, all: letters.length }));
    if (!(await reseal(piece, keys))) unreadable += 1;
  }
  progress.value = progress.max;
  const { letters: left } = await saved("/key/letters");
  if (!left.length) return tell(words.resealed);
  tell(fill(words.unreadable, { count: unreadable || left.length }));
}

/** A letter, something a person added, or a note. False when it could not be read; true also when it was withdrawn meanwhile, for then nothing is left. */
async function reseal(piece, keys) {
  const place = `/key/letters/${piece}`;
  const letter = await post(place);
  if (letter === null) return true;
  const content = await opened(letter.ciphertext, (one) => keys.forEach((key) => one.addIdentity(key)), "uint8array");
  if (content === null) return false;
  const before = await sha256(bytes(letter.ciphertext));
  await post(`${place}/sealed`, { recipient: words.recipient, before, sealed: await sealedTo(words.recipient, content) });
  return true;
}

async function sha256(raw) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  return Array.from(hash, (one) => one.toString(16).padStart(2, "0")).join("");
}

// --- Small words --------------------------------------------------------------------------------------------------------

async function sealedTo(recipient, content) {
  const sealer = new Encrypter();
  sealer.addRecipient(recipient);
  return text(await sealer.encrypt(content));
}

function held() {
  return saved("/key/held");
}

async function saved(path, fields) {
  const answer = await post(path, fields);
  if (answer === null) throw new Error("not saved");
  return answer;
}

function afresh() {
  location.replace("/key");
}

function tell(sentence) {
  const told = here("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}
