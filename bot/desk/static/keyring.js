// Keeps the worker's own key from page to page, so that she unlocks it once per sign-in. What stays in the browser is
// locked with a secret the desk gives to this session only: after sign-out, half an hour of idling, or the end of the
// session it is worthless, even on a copied disk. In a page's memory it cannot be exported.
//
// On unlocking, the keys the program claims to seal to are compared with those derived here. Otherwise somebody who
// changed the database could have letters sealed to a key of his own.

import { sent } from "/static/confirming.js";
import { NAME, lock, patiently } from "/static/forget.js";
import { Decrypter, identityToRecipient } from "/static/vendor/age.js";

const PLACE = "kept";
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // the bech32 alphabet age keys are written in

let refuses = false; // whether this browser refuses to store anything

/** The worker's own key if it is unlocked in this session, else null. */
export async function kept() {
  const left = await inDatabase("readonly", (store) => store.get("own"));
  if (!left) return null;
  const held = await post("/key/held");
  if (!held) return null;
  const lockedBy = { name: "AES-GCM", iv: left.iv };
  const own = await crypto.subtle.unwrapKey(
    "pkcs8", left.locked, await lockOf(held), lockedBy, { name: "X25519" }, false, ["deriveBits"],
  ).catch(() => null); // stored in an earlier session
  if (own === null || (await identityToRecipient(own)) !== held.own) { // or she has made a new key elsewhere
    await lock();
    return null;
  }
  await compare(own, held);
  return own;
}

/** Unlock with the passphrase, and keep the key if the browser allows. Null if the passphrase is wrong. */
export async function unlock(passphrase) {
  const held = await post("/key/held");
  if (!held) throw new Error("offline");
  const forms = new Set([passphrase.normalize("NFC"), passphrase, passphrase.normalize("NFD")]); // keyboards differ
  const identity = await opened(held.locked, (one) => forms.forEach((form) => one.addPassphrase(form)));
  if (identity === null) return null;
  if (!(await keep(identity, held))) say("keeps-nothing", held.says.keeps_nothing);
  const own = await crypto.subtle.importKey("pkcs8", raw(identity), { name: "X25519" }, false, ["deriveBits"]);
  if ((await identityToRecipient(own)) !== held.own) await shout("own", held);
  await compare(own, held);
  return own;
}

/** Whether the key stays unlocked from page to page. */
export function keeps() {
  return !refuses;
}

/** The service's present key, from the worker's own copy; null if the program seals to a different one. */
export async function presentKey(own, held) {
  const identity = held.copies.length ? await opened(held.copies[0], (one) => one.addIdentity(own)) : null;
  return identity !== null && (await publicHalf(identity)) === held.recipient ? identity : null;
}

/** The public half that belongs to this identity; null if it is not an identity. */
export function publicHalf(identity) {
  return identityToRecipient(identity).catch(() => null);
}

/** Raise the alarm if a holder's copy is not the key the program seals to: somebody has replaced it. */
async function compare(own, held) {
  if (held.copies.length && (await presentKey(own, held)) === null) await shout("service", held);
}

async function shout(what, held) {
  say(`${what}-differs`, held.says[what], "alert");
  await post("/key/differs", { what, recipient: held.recipient ?? "" });
}

/** Show a warning above everything else on the page. */
function say(id, sentence, role = "status") {
  if (document.getElementById(id)) return;
  const told = Object.assign(document.createElement("p"), { id, className: "notice", role, textContent: sentence });
  document.getElementById("main").prepend(told);
}

/** The service's keys in these copies, which are sealed to the worker's own key. The present one comes first. */
export async function openedCopies(own, copies) {
  const all = await Promise.all(copies.map((copy) => opened(copy, (one) => one.addIdentity(own))));
  return all.filter((one) => one !== null);
}

/** Decrypt something in age format; null if the key does not fit. */
export async function opened(base64, unlockWith, as = "text") {
  const decrypter = new Decrypter();
  try {
    unlockWith(decrypter);
    return await decrypter.decrypt(bytes(base64), as);
  } catch {
    return null;
  }
}

/** The desk's answer, or null if there is none or it refuses. */
export async function post(path, fields = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const answer = await sent(path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export function bytes(base64) {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}

export function text(raw) {
  return btoa(Array.from(raw, (one) => String.fromCharCode(one)).join(""));
}

async function keep(identity, held) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await lockOf(held), raw(identity));
  return (await inDatabase("readwrite", (store) => store.put({ iv, locked }, "own"))) !== null;
}

function lockOf(held) {
  return crypto.subtle.importKey("raw", bytes(held.lock), "AES-GCM", false, ["encrypt", "unwrapKey"]);
}

function raw(identity) {
  return new Uint8Array([...PKCS8, ...scalarOf(identity)]);
}

/** The 32 bytes encoded in AGE-SECRET-KEY-1…; the library checked its checksum when it was made. */
function scalarOf(identity) {
  const word = identity.trim().toLowerCase().replace("age-secret-key-1", "").slice(0, -6);
  const scalar = [];
  let [held, bits] = [0, 0];
  for (const letter of word) {
    held = ((held << 5) | LETTERS.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      scalar.push((held >> bits) & 0xff);
    }
  }
  return scalar;
}

/** Run one step in the browser's database. If nothing can be stored, the worker unlocks on each page. */
async function inDatabase(mode, act) {
  if (refuses) return null;
  const nothing = Symbol("nothing"); // distinguishes an empty answer from a refusal
  const result = await patiently((done) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PLACE);
    opening.onerror = opening.onblocked = () => done(null);
    opening.onsuccess = () => {
      const database = opening.result;
      database.onversionchange = () => database.close();
      try {
        const step = act(database.transaction(PLACE, mode).objectStore(PLACE));
        step.onsuccess = () => { database.close(); done(step.result ?? nothing); };
        step.onerror = () => { database.close(); done(null); };
      } catch {
        database.close();
        done(null);
      }
    };
  });
  refuses = result === null;
  return result === nothing ? null : result;
}
