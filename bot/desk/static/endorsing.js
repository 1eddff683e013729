// Endorsements of a holder's own key. One is made with the service's identity, which only holders have: in her own
// browser, or when her check number was compared. It is stored beside her copy, so whoever changes the service's key
// can tell whether the database still names the key whose number was compared.

import { text } from "/static/keyring.js";

const INFO = "blakus/endorsement/v1";

/** An HMAC (RFC 2104) over the service, the holder and her own key; its key by HKDF (RFC 5869) from the identity. */
export async function endorsement(identity, service, holder, recipient) {
  const raw = encoded(identity.trim().toUpperCase());
  const secret = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoded(INFO) },
    secret, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  const message = encoded(JSON.stringify([service, holder, recipient]));
  return text(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)));
}

/** "right", "wrong", or "none" if the holder's own key has no endorsement. */
export async function verdict(identity, service, { id, own, endorsement: given }) {
  if (identity === null || !given) return "none";
  return given === (await endorsement(identity, service, id, own)) ? "right" : "wrong";
}

function encoded(words) {
  return new TextEncoder().encode(words);
}
