// Seals what a worker writes to the service's key, in age format and always to one size, so that its length says nothing.

import { text } from "/static/keyring.js";
import { Encrypter } from "/static/vendor/age.js";

/** The payload as JSON, padded with blanks, which JSON allows at its end. Throws if it does not fit. */
export async function sealedTo(recipient, payload, size) {
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(new TextEncoder().encode(JSON.stringify(payload)));
  const sealer = new Encrypter();
  sealer.addRecipient(recipient);
  return text(await sealer.encrypt(padded));
}
