// The worker's own key between two pages. It is unlocked once per sign-in. What stays in the browser is locked with a
// secret that the desk hands out to this session only: after sign-out, after half an hour without a touch, or when
// the session was ended, it is worth nothing, even on a copied disk. In a page's memory it cannot be exported.

import { sent } from "/static/confirming.js";
import { NAME, lock } from "/static/forget.js";
import { Decrypter } from "/static/vendor/age.js";

const PLACE = "kept";
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"; // of bech32, in which age writes its keys

/** The worker's own key when it is unlocked in this session, or null. */
export async function kept() {
  const left = await inDatabase("readonly", (store) => store.get("own"));
  if (!left) return null;
  const held = await post("/key/held");
  if (!held) return null;
  try {
    return await crypto.subtle.unwrapKey(
      "pkcs8", left.locked, await lockOf(held), { name: "AES-GCM", iv: left.iv }, { name: "X25519" }, false, ["deriveBits"]);
  } catch { // of an earlier session
    await lock();
    return null;
  }
}

/** Unlock with the passphrase, and keep it so. Null when the passphrase is wrong. */
export async function unlock(passphrase) {
  const held = await post("/key/held");
  if (!held) throw new Error("offline");
  const identity = await opened(held.locked, (one) => one.addPassphrase(passphrase));
  if (identity === null) return null;
  await keep(identity, held);
  return (await kept()) ?? identity;
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
  const key = new Uint8Array([...PKCS8, ...scalarOf(identity)]);
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await lockOf(held), key);
  await inDatabase("readwrite", (store) => store.put({ iv, locked }, "own"));
}

function lockOf(held) {
  return crypto.subtle.importKey("raw", bytes(held.lock), "AES-GCM", false, ["encrypt", "unwrapKey"]);
}

/** The 32 bytes behind AGE-SECRET-KEY-1…; the library has checked the whole word when it was made. */
function scalarOf(identity) {
  const word = identity.trim().toLowerCase().replace("age-secret-key-1", "").slice(0, -6);
  const raw = [];
  let [held, bits] = [0, 0];
  for (const letter of word) {
    held = ((held << 5) | LETTERS.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      raw.push((held >> bits) & 0xff);
    }
  }
  return raw;
}

/** One step in the browser's own database. Where it keeps nothing, the worker unlocks on each page. */
function inDatabase(mode, act) {
  return new Promise((done) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PLACE);
    opening.onerror = () => done(null);
    opening.onsuccess = () => {
      const database = opening.result;
      database.onversionchange = () => database.close();
      const step = act(database.transaction(PLACE, mode).objectStore(PLACE));
      step.onsuccess = () => { database.close(); done(step.result ?? null); };
      step.onerror = () => { database.close(); done(null); };
    };
  });
}
