// Seals to a key, in age format, what a worker's browser has: bytes as they are, or a payload of her own, which always has
// one size, so that its length says nothing.

import { text } from "/static/keyring.js";
import { Encrypter } from "/static/vendor/age.js";

/** The content sealed to this key, in Base64. */
export async function sealedTo(recipient, content) {
  const sealer = new Encrypter();
  sealer.addRecipient(recipient);
  return text(await sealer.encrypt(content));
}

/** The payload as JSON, padded with blanks, which JSON allows at its end. Throws a RangeError if it does not fit. */
export async function sealedPayload(recipient, payload, size) {
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(new TextEncoder().encode(JSON.stringify(payload)));
  return sealedTo(recipient, padded);
}
