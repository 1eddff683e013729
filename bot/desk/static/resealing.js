// After a key change: opens letters, additions and notes with the earlier key and seals them to the present one.

import { bytes, opened, openedCopies, post, presentKey, publicHalf } from "/static/keyring.js";
import { saved } from "/static/proving.js";
import { sealedTo } from "/static/sealing.js";
import { fill } from "/static/sentences.js";

/** Reseal everything left, even from an interrupted change. The key to seal to comes from the worker's own copy. */
export async function resealAll(own, words, tell) {
  const held = await saved("/key/held");
  const present = await presentKey(own, held);
  if (present === null) return tell(words.key_differs);
  const recipient = await publicHalf(present);
  const keys = await openedCopies(own, held.copies);
  const { letters } = await saved("/key/letters");
  const progress = document.getElementById("progress");
  progress.max = Math.max(letters.length, 1);
  progress.hidden = false;
  let unreadable = 0;
  for (const [done, piece] of letters.entries()) {
    progress.value = done;
    tell(fill(words.resealing, { done, all: letters.length }));
    if (!(await reseal(piece, keys, recipient))) unreadable += 1;
  }
  progress.value = progress.max;
  const { letters: left } = await saved("/key/letters");
  if (!left.length) return tell(words.resealed);
  tell(fill(words.unreadable, { count: unreadable || left.length }));
}

/** Reseal a letter, an addition or a note. False if it could not be read; true too if it was withdrawn meanwhile, since
 * nothing is left then. */
async function reseal(piece, keys, recipient) {
  const place = `/key/letters/${piece}`;
  const letter = await post(place);
  if (letter === null) return true;
  const content = await opened(letter.ciphertext, (one) => keys.forEach((key) => one.addIdentity(key)), "uint8array");
  if (content === null) return false;
  const before = await sha256(bytes(letter.ciphertext));
  await post(`${place}/sealed`, { recipient, before, sealed: await sealedTo(recipient, content) });
  return true;
}

async function sha256(raw) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  return Array.from(hash, (one) => one.toString(16).padStart(2, "0")).join("");
}
