// Opens one request in the worker's browser. What is decrypted lives in this page's memory and nowhere else: it is
// not sent, not stored, and it goes when the page is left, when the worker idles, or when the request is gone.

import { merged } from "/static/additions.js";
import { kept, opened as decrypt, openedCopies, unlock as unlockKey } from "/static/keyring.js";
import { drawn as notesPart, saidIn, unsaved } from "/static/notes.js";
import { drawn as paperPart, fit } from "/static/paper.js";
import { fill, headerLine, permission, saidDays } from "/static/reading.js";
import { drawn as script, hasScript } from "/static/script.js";
import { identityToRecipient } from "/static/vendor/age.js";

const IDLE = 30 * 60 * 1000;
const LOOK_AGAIN = 1000; // a window that closes closes at once

const words = JSON.parse(document.getElementById("words").textContent);
const envelope = JSON.parse(document.getElementById("envelope-data").textContent);
const opened = document.getElementById("opened");
const unlock = document.getElementById("unlock");
const here = `/requests/${envelope.reference}`;

let sealed = null; // the server's answer to "open": ciphertext and sealed copies of the key, asked for once
let own = null; // the worker's own key, unlocked
let answers = null; // the decrypted answers
let recipient = ""; // the public half of the service's key, from the worker's own copy of it
let written = []; // the decrypted notes
let skew = 0; // the server's clock against this laptop's
let outside = false; // shown by the head of service, although it is not safe now
let shown = false; // the number is on the screen
let touched = Date.now();
let before = ""; // whether calling was allowed when the page was last drawn

lookForKey();
unlock.addEventListener("submit", (event) => { event.preventDefault(); open(); });
document.getElementById("take")?.addEventListener("submit", (event) => { event.preventDefault(); take(); });
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touched = Date.now(); });
addEventListener("pagehide", () => forget());
addEventListener("beforeunload", (event) => { if (unsaved(opened) && Date.now() - touched < IDLE) event.preventDefault(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("afterprint", putAway);
setInterval(lookAgain, LOOK_AGAIN);
document.getElementById("outside")?.addEventListener("submit", (event) => { event.preventDefault(); revealOutside(event.target); });

// --- Open -------------------------------------------------------------------------------------------------------------

async function open() {
  const field = unlock.querySelector("input");
  tell(words.opening.unlocking);
  sealed ??= await ask("open");
  if (!sealed) return;
  own ??= await unlockKey(field.value).catch(() => undefined);
  if (own === undefined) return tell(words.opening.offline);
  if (own === null) return tell(words.opening.wrong);
  field.value = "";
  const keys = await openedCopies(own, sealed.copies);
  const text = await decrypt(sealed.ciphertext, (one) => keys.forEach((key) => one.addIdentity(key)));
  if (text === null) return tell(words.opening.broken);
  recipient = await identityToRecipient(keys[0]);
  written = await Promise.all(sealed.notes.map((one) => withNote(one, keys)));
  read(await withAdditions(JSON.parse(text), keys));
}

async function withNote(one, keys) {
  const decrypted = await decrypt(one.sealed, (it) => keys.forEach((key) => it.addIdentity(key)));
  return { ...one, said: saidIn(decrypted, envelope) };
}

/** What the person added later (other times, answers, "this number is not safe") is laid over the letter. */
async function withAdditions(payload, keys) {
  const added = await Promise.all(sealed.additions.map((one) => decrypt(one, (two) => keys.forEach((key) => two.addIdentity(key)))));
  return merged(payload, added.map((one) => one && JSON.parse(one)), sealed.call_blocked);
}

/** Unlocked on an earlier page of this sign-in: no passphrase is asked again. */
async function lookForKey() {
  own = await kept();
  const field = unlock.querySelector("input");
  field.parentElement.hidden = own !== null;
  field.required = own === null;
  unlock.hidden = false;
}

/** Age has no associated data, so whose request this is stands inside; another one's is not shown. */
function read(payload) {
  if (payload.request !== envelope.reference || payload.service !== envelope.service) {
    return tell(words.opening.foreign);
  }
  answers = payload.answers;
  unlock.hidden = true;
  tell("");
  render(payload);
  opened.hidden = false;
  opened.querySelector("h2").focus();
}

/** Ask the server for something that it writes into the audit. Nothing decrypted goes along. */
async function ask(what, body) {
  try {
    const answer = await fetch(`${here}/${what}`, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.status === 423) return location.reload(); // the number has become unsafe: the page must say so
    if (!answer.ok) return gone();
    const said = await answer.json();
    skew = Date.parse(said.now) - Date.now();
    return said;
  } catch {
    tell(words.opening.offline);
    return null;
  }
}

function gone() {
  forget();
  tell(words.opening.gone);
  for (const id of ["take", "close"]) document.getElementById(id).hidden = true;
  return null;
}

function forget() {
  putAway();
  sealed = answers = own = null;
  written = [];
  outside = shown = false;
  for (const id of ["attempt", "outside"]) document.getElementById(id)?.setAttribute("hidden", "");
  opened.replaceChildren();
  opened.hidden = true;
}

function now() {
  return new Date(Date.now() + skew);
}

// --- Show: the header line, then the order in which a worker needs it ---------------------------------------------------

function render(payload) {
  const [contact, ...others] = words.groups.map(({ id, heading, fields }) => group(id, heading, fields));
  opened.replaceChildren(
    header(),
    addedLater(payload),
    contact,
    script(answers, payload, words, envelope.outcomes),
    ...others,
    questions(payload.screen),
    story(),
    agreement(payload),
    toPrint(payload),
    notesPart(written, { envelope, recipient, words: words.notes, save: saveNote }),
  );
  refresh();
}

/** Who wrote it and when, as the desk says; null when it was not kept. Nothing that is typed is lost then. */
async function saveNote(sealed) {
  const body = new FormData();
  body.set("recipient", recipient);
  body.set("sealed", sealed);
  const answer = await fetch(`${here}/notes`, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
  if ([403, 404, 410].includes(answer.status)) return gone();
  return answer.ok ? answer.json() : null;
}

function header() {
  return make("section", { className: "sheet header-line", id: "header-line" },
    make("h2", { textContent: words.opening.first, tabIndex: -1 }), make("p"));
}

function group(id, heading, fields) {
  const list = make("dl", { className: "answers" });
  for (const field of fields.filter((one) => one in answers && one !== "note")) {
    list.append(make("dt", { textContent: words.fields[field] ?? field }));
    list.append(field === "phone" ? phone() : make("dd", { textContent: said(field) }));
  }
  const section = make("section", { className: "sheet", id: `group-${id}` }, make("h2", { textContent: heading }), list);
  if (!list.children.length) list.replaceWith(make("p", { textContent: words.opening.not_answered }));
  return section;
}

function said(field) {
  const value = answers[field];
  const named = (one) => words.options[field]?.[one] ?? one;
  if (field === "windows") return times(value);
  if (["valid_until", "coming_by"].includes(field)) return day(value);
  return Array.isArray(value) ? value.map(named).join(", ") : named(value);
}

/** As the server says dates: in English, too, the day comes first. */
function day(value) {
  const language = words.language === "en" ? "en-GB" : words.language;
  return new Date(`${value}T12:00:00Z`).toLocaleDateString(language, { day: "numeric", month: "long" });
}

/** Days with the same hours are said together. */
function times(windows) {
  const together = {};
  for (const { day, begins, ends } of windows) (together[`${begins}–${ends}`] ??= []).push(day);
  return Object.entries(together).map(([hours, days]) => `${saidDays(days, words)} ${hours}`).join("; ");
}

/** Whether what is shown is what the person said last. */
function addedLater(payload) {
  const said = [payload.answers.unread && words.added.broken, payload.times_changed && words.added.times].filter(Boolean);
  return said.length ? make("p", { className: "sheet", id: "added", textContent: said.join(" ") }) : "";
}

/** The risk questions in words, all of them: a skipped one is not a no. */
function questions(screen) {
  if (!screen) return "";
  const list = make("dl", { className: "answers" });
  for (const [question, answer] of Object.entries(screen)) {
    list.append(make("dt", { textContent: words.screen[question] ?? question }),
      make("dd", { textContent: words.screen_answers[answer] ?? answer }));
  }
  return make("section", { className: "sheet", id: "screen" }, make("h2", { textContent: words.added.heading }), list);
}

/** Facts first; the person's own words only when the worker is ready for them. */
function story() {
  if (!answers.note) return "";
  const length = fill(words.opening.length, { count: answers.note.length });
  return make("details", { className: "sheet", id: "note" },
    make("summary", { textContent: length }), make("p", { className: "story", textContent: answers.note }));
}

function agreement(payload) {
  const list = make("ul");
  for (const consent of payload.consents ?? []) list.append(make("li", { textContent: words.consents[consent] ?? consent }));
  const erased = document.getElementById("erased-by").textContent;
  return make("section", { className: "sheet", id: "agreement" },
    make("h2", { textContent: words.opening.agreed }), list,
    make("p", { textContent: `${words.opening.erased}: ${erased}` }));
}

// --- The phone ----------------------------------------------------------------------------------------------------------

function phone() {
  const button = make("button", { id: "reveal", type: "button" });
  button.addEventListener("click", () => (shown ? hide() : reveal()));
  return make("dd", { id: "phone" }, make("p", { className: "phone" }), button, make("p", { className: "soft", id: "why-not" }));
}

async function reveal() {
  if (!permission(answers, now()).allowed) return refresh();
  const known = sealed.additions.length;
  const told = await ask("reveal");
  if (!told || !answers) return;
  if (told.additions !== known) return location.reload(); // the person has changed something: read that first
  shown = true; // if it may be: the server's clock has just been read, and refresh() looks at it
  opened.querySelector("#script").open = true;
  refresh();
}

/** The head of service, with a reason: until the number is hidden again. Never when the permission has expired. */
async function revealOutside(form) {
  if (permission(answers, now()).why !== "closed" || !(await ask("outside", new FormData(form))) || !answers) return;
  form.reset();
  outside = shown = true;
  refresh();
}

function hide() {
  outside = shown = false;
  refresh();
}

/** Everything on the page that depends on the time. */
function refresh() {
  const [first, ...rest] = headerLine(answers, envelope.priority, now(), words, envelope.outcomes);
  opened.querySelector("#header-line p").replaceChildren(make("strong", { textContent: first }), ` ${rest.join(" ")}`);
  const place = opened.querySelector("#phone");
  const may = permission(answers, now());
  before = JSON.stringify(may);
  opened.querySelector("#script").hidden = !hasScript(may);
  if (!place) return;
  outside &&= may.why === "closed";
  shown &&= may.allowed || outside;
  place.querySelector(".phone").replaceChildren(shown ? number() : masked());
  const button = place.querySelector("button");
  button.textContent = shown ? words.opening.hide : words.opening.reveal;
  button.disabled = !outside && (!may.allowed || !envelope.mine || locked());
  notes(may);
  place.querySelector("#why-not").textContent = whyHidden(may);
}

function whyHidden(may) {
  if (!may.allowed) return fill(words.opening.not_now, { why: opened.querySelector("#header-line strong").textContent });
  if (!envelope.mine) return words.opening.take_first;
  return locked() ? document.getElementById("lock")?.textContent ?? "" : "";
}

/** Too much was tried: the server refuses, too. */
function locked() {
  return envelope.lock !== "" && !envelope.head;
}

/** The forms around the call. The limit comes out of the letter: the server can only make it stricter. */
function notes(may) {
  const attempt = document.getElementById("attempt");
  if (attempt) {
    attempt.hidden = !envelope.mine || !["call", "sms"].includes(answers.contact_mode);
    attempt.querySelector("[name=most]").value = answers.max_attempts ?? "1";
  }
  const override = document.getElementById("outside");
  if (override) override.hidden = may.why !== "closed";
}

function number() {
  return make("a", { href: `tel:${answers.phone}`, textContent: answers.phone });
}

function masked() {
  return `${"•".repeat(8)} (${words.opening.hidden})`;
}

function lookAgain() {
  if (!answers) return;
  if (Date.now() - touched > IDLE) return gone();
  if (JSON.stringify(permission(answers, now())) !== before) refresh();
}

// --- Paper --------------------------------------------------------------------------------------------------------------

function toPrint(payload) {
  const button = make("button", { id: "print", type: "button", textContent: words.paper.button });
  button.addEventListener("click", () => onPaper(payload));
  return make("div", { className: "actions", id: "to-paper" }, button);
}

/** It is written into the audit first. The number stands on paper only if it stands on the screen. */
async function onPaper(payload) {
  if (!(await ask("print")) || !answers) return;
  putAway();
  const rows = (fields) => fields.filter((one) => one in answers && one !== "note")
    .map((field) => [words.fields[field] ?? field, field === "phone" ? (shown ? answers.phone : null) : said(field)]);
  const paper = paperPart({
    head: {
      title: fill(words.paper.title, { short: envelope.reference.slice(0, 6) }),
      sent: envelope.sent,
      erased: document.getElementById("erased-by").textContent,
    },
    groups: words.groups.map(({ heading, fields }) => ({ heading, rows: rows(fields) })).filter((one) => one.rows.length),
    screen: Object.entries(payload.screen ?? {}).map(([question, answer]) =>
      [words.screen[question] ?? question, words.screen_answers[answer] ?? answer]),
    story: answers.note,
    words: words.paper,
  });
  document.getElementById("main").append(paper);
  fit(paper, words.paper);
  print();
}

function putAway() {
  document.getElementById("paper")?.remove();
}

// --- Take ---------------------------------------------------------------------------------------------------------------

async function take() {
  const taken = await ask("take");
  if (!taken) return;
  envelope.mine = true;
  document.getElementById("state").textContent = taken.state;
  document.getElementById("take").hidden = true;
  document.getElementById("close").hidden = false;
  document.getElementById("duty").textContent = taken.duty;
  tell(taken.said);
  if (answers) refresh();
}

// --- Small words --------------------------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function tell(sentence) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}
