// Saves what a worker writes beside an opened letter: notes, the conversation, the plan. All of it is sealed before it
// comes here.

import { press } from "/static/standing.js";

/** `here`: the path of the request; `recipient`: whom it is sealed to; `isJoined`: whether a report is joined to the
 * person's own request; `renew` and `gone` bring the page to the present state of the request. */
export function saving({ here, recipient, isJoined, renew, gone }) {
  /** Save a note. Returns author and time from the desk, or null if it failed; what was typed is then kept. */
  async function saveNote(sealed) {
    const body = new FormData();
    body.set("recipient", recipient());
    body.set("sealed", sealed);
    const { ok, status, said } = await press(`${here}/notes`, body);
    if ([403, 404, 410].includes(status)) await renew(); // a closed request may still be hers to read: keep the text
    return ok ? said : null;
  }

  /** Save the conversation or the plan. Returns its new version, "meanwhile" if a colleague was faster, "joined" if the
   * report was joined since, null if it failed. */
  async function savePaper(kind, sealed, version, due) {
    const body = new FormData();
    const fields = { recipient: recipient(), sealed, version, next_due: due };
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const { ok, status, said } = await press(`${here}/papers/${kind}`, body);
    if ([403, 404, 409, 410].includes(status)) await renew();
    if (status === 409) return isJoined() ? "joined" : "meanwhile";
    return ok ? said.version : null;
  }

  /** Remove an unreadable note. Tells whether it is gone. */
  async function removeNote(id) {
    const { ok, status } = await press(`${here}/notes/${id}/remove`, new FormData());
    if ([403, 410].includes(status)) gone();
    return ok;
  }

  return { saveNote, savePaper, removeNote };
}
