// What vouches for a holder's own key. It is made with the service's identity, which only holders have, when her check
// number was compared or in her own browser, and lies beside her copy. So whoever changes the key sees whether the
// database still names the key that the number was compared of.

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

/** "right", "wrong", or "none" where nothing vouches for the holder's own key. */
export async function verdict(identity, service, { id, own, endorsement: given }) {
  if (identity === null || !given) return "none";
  return given === (await endorsement(identity, service, id, own)) ? "right" : "wrong";
}

function encoded(words) {
  return new TextEncoder().encode(words);
}
