// The worker's own key between two pages. It is unlocked once per sign-in. What stays in the browser is locked with a
// secret that the desk hands out to this session only: after sign-out, after half an hour without a touch, or when
// the session was ended, it is worth nothing, even on a copied disk. In a page's memory it cannot be exported.
//
// Whatever unlocks it compares the keys that the program says it seals to with those that it can derive itself.
// Somebody who changed the database could otherwise have letters sealed to a key of his own.

import { sent } from "/static/confirming.js";
import { NAME, lock, patiently } from "/static/forget.js";
import { Decrypter, identityToRecipient } from "/static/vendor/age.js";

const PLACE = "kept";
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // of bech32, in which age writes its keys

let refuses = false; // whether this browser keeps nothing

/** The worker's own key when it is unlocked in this session, or null. */
export async function kept() {
  const left = await inDatabase("readonly", (store) => store.get("own"));
  if (!left) return null;
  const held = await post("/key/held");
  if (!held) return null;
  const lockedBy = { name: "AES-GCM", iv: left.iv };
  const own = await crypto.subtle.unwrapKey(
    "pkcs8", left.locked, await lockOf(held), lockedBy, { name: "X25519" }, false, ["deriveBits"],
  ).catch(() => null); // of an earlier session
  if (own === null || (await identityToRecipient(own)) !== held.own) { // or she has made another one elsewhere
    await lock();
    return null;
  }
  await compare(own, held);
  return own;
}

/** Unlock with the passphrase, and keep it so where the browser lets us. Null when the passphrase is wrong. */
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

/** The service's present key, from the worker's own copy; null where that is not the key that the program seals to. */
export async function presentKey(own, held) {
  const identity = held.copies.length ? await opened(held.copies[0], (one) => one.addIdentity(own)) : null;
  return identity !== null && (await publicHalf(identity)) === held.recipient ? identity : null;
}

/** What is sealed to it can be opened with this identity. Null for what is none. */
export function publicHalf(identity) {
  return identityToRecipient(identity).catch(() => null);
}

/** Whoever holds a copy holds the present key: else somebody has put another one in its place. */
async function compare(own, held) {
  if (held.copies.length && (await presentKey(own, held)) === null) await shout("service", held);
}

async function shout(what, held) {
  say(`${what}-differs`, held.says[what], "alert");
  await post("/key/differs", { what, recipient: held.recipient ?? "" });
}

/** Above everything else on the page. */
function say(id, sentence, role = "status") {
  if (document.getElementById(id)) return;
  const told = Object.assign(document.createElement("p"), { id, className: "notice", role, textContent: sentence });
  document.getElementById("main").prepend(told);
}

/** The keys of the service that these copies hold, sealed to the worker's own one. The present one comes first. */
export async function openedCopies(own, copies) {
  const all = await Promise.all(copies.map((copy) => opened(copy, (one) => one.addIdentity(own))));
  return all.filter((one) => one !== null);
}

/** Open something in the age format; null when the key does not fit. */
export async function opened(base64, unlockWith, as = "text") {
  const decrypter = new Decrypter();
  try {
    unlockWith(decrypter);
    return await decrypter.decrypt(bytes(base64), as);
  } catch {
    return null;
  }
}

/** What the desk answers, or null when it does not, or says no. */
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

/** The 32 bytes behind AGE-SECRET-KEY-1…; the library has checked the whole word when it was made. */
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

/** One step in the browser's own database. Where it keeps nothing, the worker unlocks on each page. */
async function inDatabase(mode, act) {
  if (refuses) return null;
  const nothing = Symbol("nothing"); // it answered, and there is none
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
