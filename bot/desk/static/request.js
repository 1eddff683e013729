// Opens one request in the worker's browser. Decrypted content lives in this page's memory only: it is never sent or
// stored, and is cleared when the page is left, when the worker idles, or when the request is gone.

import { merged } from "/static/additions.js";
import { calling } from "/static/calling.js";
import { drawn as guidance } from "/static/guidance.js";
import { kept, unlock as unlockKey } from "/static/keyring.js";
import { unsealed } from "/static/letter.js";
import { drawn as notesPart, unsaved } from "/static/notes.js";
import { call as callPart, parts, rest } from "/static/opened.js";
import { drawn as papersPart, unsavedPapers } from "/static/papers.js";
import { copyPart } from "/static/copying.js";
import { button as printButton, print, putAway } from "/static/printing.js";
import { saving } from "/static/saving.js";
import { drawn as script } from "/static/script.js";
import { IDLE, idle } from "/static/session.js";
import { envelopeOf, press, refusedIn, renewed } from "/static/standing.js";
import { watch } from "/static/watching.js";
import { offerToOpen } from "/static/workbar.js";

const LOOK_AGAIN = 1000; // so that the number goes as soon as its window closes
const CONFIRM_AGAIN = 15 * 1000;

const words = JSON.parse(document.getElementById("words").textContent);
const opened = document.getElementById("opened");
const unlock = document.getElementById("unlock");

let envelope = envelopeOf(document);
let own = null; // the worker's own key, unlocked
let found = null; // the decrypted letter with its additions
let letter = null; // the letter as it stands now
let notes = null; // the notes part of the page, kept when the rest is redrawn so that typed text survives
let papers = []; // the conversation and the plan, kept likewise; none before the person is in contact
let unconfirmed = null; // when telling the desk that the letter was read last failed
let skew = 0; // server clock minus laptop clock, in milliseconds

const here = `/requests/${envelope.reference}`;
const { saveNote, savePaper, removeNote } = saving({
  here, recipient: () => found.recipient, isJoined: () => envelope.withheld, renew, gone,
});
const call = calling({
  opened, words, ask, now, tell, changed: renew, letter: () => letter, envelope: () => envelope,
});

lookForKey();
unlock.addEventListener("submit", (event) => { event.preventDefault(); open(); });
document.getElementById("main").addEventListener("submit", submitted);
addEventListener("pagehide", () => forget());
addEventListener("beforeunload", (event) => { if ((unsaved(opened) || unsavedPapers(opened)) && idle() < IDLE) event.preventDefault(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("afterprint", putAway);
setInterval(lookAgain, LOOK_AGAIN);
watch({ path: `${here}/standing`, isShown: call.isShown, heard });

// --- Opening: first the passphrase, then the letter; it counts as read only once it is drawn ------------------------------

async function open() {
  const field = unlock.querySelector("input");
  tell(words.opening.unlocking);
  own ??= await unlockKey(field.value).catch(() => undefined);
  if (own === undefined) { own = null; return tell(words.opening.offline); }
  if (own === null) return tell(words.opening.wrong);
  field.value = "";
  if (!(await read())) return;
  unlock.hidden = true;
  tell("");
  opened.querySelector("h2").focus();
  await confirm();
}

/** Fetch and draw the letter. False if nothing may be shown; the page then says why. */
async function read() {
  const sealed = await ask("open");
  if (!sealed) return false;
  const said = await unsealed(sealed, own, envelope);
  if (said.refused) { tell(words.opening[said.refused]); return false; }
  found = { ...said, call_blocked: sealed.call_blocked };
  draw();
  return true;
}

/** Read what the person has added since, before anybody calls or does anything else. */
async function readAgain() {
  call.forget();
  if (!(await read())) return;
  tell(words.opening.changed);
  await confirm();
}

/** Tell the desk that the letter was read, and which new times came with the agreed word. */
async function confirm() {
  const { ok, status } = await press(`${here}/read`);
  const unanswered = status === 0 || status >= 500;
  if (unanswered || unconfirmed) tell(unanswered ? words.opening.unconfirmed : "");
  unconfirmed = unanswered ? Date.now() : null;
  if (!ok && !unanswered) return renew();
  if (!ok || !letter || letter.word <= envelope.word_addition) return;
  const body = new FormData();
  body.set("addition", letter.word);
  if ((await press(`${here}/word`, body)).ok) await renew();
}

/** Ask for no passphrase if the key is already unlocked. `#open` opens at once: she has already pressed, going from one
 * letter of a flood to the next. */
async function lookForKey() {
  own = await kept();
  const field = unlock.querySelector("input");
  field.parentElement.hidden = own !== null;
  field.required = own === null;
  offerToOpen(unlock, own !== null);
  const { hash } = location;
  if (hash !== "#open" && hash !== "#here") return;
  history.replaceState(null, "", location.pathname); // a reload does not open by itself
  if (own && hash === "#open") await open();
  else unlock.querySelector(own ? "button" : "input").focus();
}

/** How many additions the letter is drawn with. */
function known() {
  return found.added.length + found.reported.length;
}

/** Draw the letter. The form for the outcome goes with the number and the script. */
function draw() {
  const holds = merged(found.payload, found.added, { ...envelope, call_blocked: found.call_blocked }, found.reported);
  letter = { ...holds, known: known() };
  const unfolded = [...opened.querySelectorAll("details[open]")].map(({ id }) => id);
  const { header, changed, others } = parts(letter, words, erasedBy());
  notes ??= notesPart(found.notes, { envelope, recipient: found.recipient, words: words.notes, save: saveNote, remove: removeNote });
  if (!papers.length && (envelope.papers || found.papers.length)) {
    papers = papersPart(found.papers, { envelope, recipient: found.recipient, words: words.papers, save: savePaper, about: letter.answers.about });
  }
  const toPrint = printButton(words, onPaper);
  const toSay = script(letter.answers, letter, words, envelope.outcomes);
  opened.replaceChildren(callPart(header, changed, toSay, document.querySelector("#standing #attempt")), rest(words, guidance(letter, envelope, words.guidance), ...others, ...papers, toPrint, copyPart(words, envelope, forRecords), notes));
  for (const id of unfolded) opened.querySelector(`#${id}`)?.setAttribute("open", "");
  if (call.isShown()) opened.querySelector("#rest").open = unfolded.includes("rest");
  opened.hidden = false;
  call.refresh();
}

function erasedBy() {
  return document.getElementById("erased-by").textContent;
}

// --- The server -----------------------------------------------------------------------------------------------------------

/** Ask for something the audit records. Sends nothing decrypted. Null if refused. */
async function ask(what, body, form) {
  const answer = await press(`${here}/${what}`, body);
  if (answer.ok) {
    skew = Date.parse(answer.said.now) - Date.now();
    return answer.said;
  }
  await refused(answer, form ? (sentence) => refusedIn(form, sentence) : tell);
  return null;
}

/** Submit a form of the page. The letter stays open, and the page shows the new state of the request. */
async function submitted(event) {
  const form = event.target;
  if (form.id === "outside") { event.preventDefault(); return call.revealOutside(form); }
  if (!form.dataset.then) return;
  event.preventDefault();
  refusedIn(form, "");
  form.inert = true; // no second submit
  const answer = await press(form.getAttribute("action"), new FormData(form));
  form.inert = false;
  if (!answer.ok) return refused(answer, (sentence) => refusedIn(form, sentence));
  if (form.dataset.then !== "stay") return location.assign(answer.said.then);
  if (form.id === "attempt") ended(form);
  const done = answer.said.said ?? words.opening.noted;
  const drawn = await renew(form);
  if (drawn === undefined) tell(`${done} ${words.opening.undrawn}`, true);
  else if (drawn || !letter) tell(done, true);
}

/** Handle a refusal: a request no longer open to her leaves the page; a form not understood keeps what was typed. */
async function refused({ status, said }, say) {
  if (status === 0) return say(words.opening.unknown);
  if (status === 400) return say(said.explanation ?? words.opening.offline);
  if ((await renew()) || status === 401) tell(said.explanation ?? words.opening.offline, true);
}

/** Update the page to the present state of the request. False if it is no longer open to her, undefined if the desk did
 * not answer. */
async function renew(sent) {
  const standing = await renewed(sent);
  if (standing === undefined) { tell(words.opening.undrawn); return undefined; }
  if (standing === null) return gone();
  envelope = standing;
  if (!found) return true;
  found.call_blocked = envelope.call_blocked;
  if (envelope.additions !== known()) { await readAgain(); return false; }
  draw();
  return true;
}

/** Leave the call view: the outcome is noted. */
function ended(form) {
  form.remove(); // with the choice made in it
  call.forget();
}

/** Remove the number if a colleague has the request or it has ended; if it stays, say who else was shown it. */
async function heard({ open, may_show, said }) {
  const stays = open && may_show;
  if (!stays) call.forget();
  await renew();
  if (said || stays) tell(said, !stays);
}

/** Print the page, once the audit has recorded it. */
async function onPaper() {
  if (!(await ask("print")) || !letter) return;
  print({ letter, words, envelope, erased: erasedBy(), withNumber: call.isShown(), papers: opened });
}

/** The letter for the service's record system, once the audit has recorded it. */
async function forRecords() {
  return await ask("copy") ? letter : null;
}

// --- The end --------------------------------------------------------------------------------------------------------------

function gone() {
  forget();
  unlock.hidden = true;
  tell(words.opening.gone);
  return false;
}

function forget() {
  putAway();
  found = letter = own = notes = null;
  papers = [];
  call.forget();
  for (const form of document.querySelectorAll("#attempt:not([data-owes]), #outside, #reveal, #how, #to-outside")) {
    form.hidden = true;
  }
  document.getElementById("phone")?.remove();
  opened.replaceChildren();
  opened.hidden = true;
}

function lookAgain() {
  if (!letter) return;
  if (idle() > IDLE) return gone();
  if (unconfirmed && Date.now() - unconfirmed > CONFIRM_AGAIN) confirm();
  call.tick();
}

function now() {
  return new Date(Date.now() + skew);
}

function tell(sentence, focus = false) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = !sentence;
  if (focus) told.focus();
}
