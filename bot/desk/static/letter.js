// Opens one sealed request with the worker's own key: the letter, its additions, and colleagues' notes.

import { opened as decrypt, openedCopies, publicHalf } from "/static/keyring.js";
import { saidIn } from "/static/notes.js";
import { paperIn } from "/static/papers.js";
import { belongs, parsed } from "/static/payload.js";

/** Decrypt everything; `{ refused }` with a code of the page's texts if it must not be shown. */
export async function unsealed(sealed, own, envelope) {
  const keys = await openedCopies(own, sealed.copies);
  const read = (one) => decrypt(one, (it) => keys.forEach((key) => it.addIdentity(key)));
  const present = await decrypt(sealed.copies[0], (it) => it.addIdentity(own));
  const payload = parsed(await read(sealed.ciphertext));
  if (!payload?.answers) return { refused: "broken" };
  if (!belongs(payload, envelope)) return { refused: "foreign" };
  return {
    payload,
    added: await Promise.all(sealed.additions.map(async ({ number, sealed: one }) => ({ number, said: parsed(await read(one)) }))),
    reported: await Promise.all((sealed.reported ?? []).map(async ({ report, sealed: one }) => ({ report, said: parsed(await read(one)) }))),
    notes: await Promise.all(sealed.notes.map(async (one) => ({ ...one, said: saidIn(await read(one.sealed), envelope) }))),
    papers: await Promise.all(sealed.papers.map(async (one) => ({ ...one, said: paperIn(await read(one.sealed), one.kind, envelope) }))),
    recipient: present && await publicHalf(present), // the service's present key, from the worker's own copy
  };
}
