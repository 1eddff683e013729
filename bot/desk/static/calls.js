// The call list. Built in this page's memory from letters opened here one by one, keeping only what tells when to call.
// It is neither stored nor printed, and is cleared when the page is left or the worker idles.

import { entry, listed } from "/static/call_order.js";
import { element } from "/static/element.js";
import { kept, post, unlock as unlockKey } from "/static/keyring.js";
import { unsealed } from "/static/letter.js";
import { fill } from "/static/sentences.js";
import { IDLE, idle } from "/static/session.js";

const LOOK_AGAIN = 1000; // a closed window leaves the list at once

const words = JSON.parse(document.getElementById("words").textContent);
const place = document.getElementById("calls");
const unlock = document.getElementById("unlock");

let entries = null; // letters that could be opened
let unread = []; // references of letters that could not
let skew = 0; // server clock minus laptop clock, in milliseconds
let looked = ""; // when the letters were looked through
let shown = ""; // what the page shows
let left = false; // whether the page was left

unlock.addEventListener("submit", (event) => { event.preventDefault(); withPassphrase(); });
addEventListener("pagehide", () => { left = true; forget(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
setInterval(tick, LOOK_AGAIN);
begin();

async function begin() {
  const own = await kept();
  if (own) await look(own);
  else unlock.hidden = false;
}

async function withPassphrase() {
  const field = document.getElementById("passphrase");
  unlock.inert = true; // not twice
  tell(words.unlocking);
  const own = await unlockKey(field.value).catch(() => undefined);
  unlock.inert = false;
  if (!own) return tell(own === undefined ? words.offline : words.wrong);
  field.value = "";
  unlock.hidden = true;
  await look(own);
}

async function look(own) {
  tell(words.working);
  const answer = await post("/requests/letters", { purpose: "calls" });
  if (answer === null) return tell(words.offline);
  skew = Date.parse(answer.now) - Date.now();
  const [found, broken] = [[], []];
  for (const { reference, ciphertext, added, envelope } of answer.letters) {
    const sealed = { ciphertext, copies: answer.copies, additions: added, notes: [], papers: [] };
    const opened = await unsealed(sealed, own, envelope).catch(() => ({ refused: "broken" }));
    if (left) return;
    if (opened.refused) broken.push(reference);
    else found.push(entry(opened, envelope));
  }
  [entries, unread, looked] = [found, broken, timeOf(now())];
  tell("");
  draw();
}

function tick() {
  if (!entries) return;
  if (idle() > IDLE) return forget();
  draw();
}

function draw() {
  const list = listed(entries, now());
  const drawn = JSON.stringify([list.now, list.later, list.rest, list.next]);
  if (drawn === shown) return;
  shown = drawn;
  const here = document.activeElement?.getAttribute("href");
  place.replaceChildren(
    ...part("now", list.now, ({ until }) => [words.until, until]), nobody(list),
    ...part("later", list.later, ({ opens }) => [words.from, opens]),
    list.rest ? element("p", { id: "rest", textContent: fill(words.rest, { count: list.rest }) }) : "",
    ...unreadable(), element("p", { className: "soft", textContent: fill(words.asof, { at: looked }) }),
  );
  place.hidden = false;
  if (here) place.querySelector(`a[href="${CSS.escape(here)}"]`)?.focus();
}

function part(id, found, at) {
  if (!found.length) return [];
  const rows = found.map((one) => element("li", {}, row(one, at(one))));
  return [element("h2", { textContent: words[id] }), element("ol", { id, className: "queue" }, ...rows)];
}

function row({ reference, priority, mine, answers }, when) {
  const facts = [
    when,
    [words.way, words.ways[answers.contact_mode]],
    [words.language, words.languages[answers.language] ?? "–"],
    [words.state, mine ? words.mine : words.nobodys],
  ];
  return element("div", { className: "row" },
    element("span", { className: "priority", textContent: words.priorities[priority] }),
    element("div", {},
      element("h2", {}, linked(reference)),
      element("dl", { className: "facts" }, ...facts.map(([name, value]) => element("div", {},
        element("dt", { textContent: name }), element("dd", { textContent: value }))))));
}

function linked(reference) {
  return element("a", { href: `/requests/${reference}`, textContent: `${words.request} ${reference.slice(0, 6)}` });
}

function nobody({ now: callable, next }) {
  if (callable.length) return "";
  const when = next && (next.ahead ? fill(words.on, { day: words.days[next.day], opens: next.opens }) : next.opens);
  return element("p", { id: "nobody", className: "notice", textContent: when ? fill(words.next, { when }) : words.nobody });
}

function unreadable() {
  if (!unread.length) return [];
  const links = unread.map((reference) => element("li", {}, linked(reference)));
  return [element("div", { id: "unread", className: "notice" }, element("p", { textContent: words.unread }), element("ul", {}, ...links))];
}

function forget() {
  entries = null;
  unread = [];
  shown = looked = "";
  place.replaceChildren();
  place.hidden = true;
}

function now() {
  return new Date(Date.now() + skew);
}

/** In Riga time, whatever the laptop is set to. */
function timeOf(moment) {
  return moment.toLocaleTimeString("lv", { timeZone: "Europe/Riga", hour: "2-digit", minute: "2-digit" });
}

function tell(sentence) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}
