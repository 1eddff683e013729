// Draws an opened letter: first what a call needs, then the rest. Makes no requests to the server.

import { element } from "/static/element.js";
import { rowsOf, saidFirst } from "/static/referred.js";
import { fill, saidDay, saidDays } from "/static/sentences.js";

const APART = ["note", "phone"]; // her own words stay folded and the number hidden

/** Build the parts. `words` come with the page; `letter` is the letter as it stands now. */
export function parts(letter, words, erased) {
  const { answers } = letter;
  const named = (field) => said(field, answers, words);
  return { header: header(letter, words), changed: changed(letter, words), others: [
    reported(letter.referral, words), ...words.groups.map((one) => group(one, answers, words, named)),
    questions(letter.screen, words), story(letter, words), agreement(letter, words, erased)] };
}

/** The part for a call; the number itself is in the bar. */
export function call(...drawn) {
  return element("div", { id: "call" }, ...drawn.filter(Boolean));
}

/** The rest of the letter, folded during a call. */
export function rest(words, ...drawn) {
  return element("details", { id: "rest", open: true },
    element("summary", { textContent: words.opening.rest }), ...drawn.filter(Boolean));
}

/** One answer in words for the worker. */
export function said(field, answers, words) {
  const value = answers[field];
  const named = (one) => words.options[field]?.[one] ?? one;
  if (field === "windows") return times(value, words);
  if (field === "valid_until" || field === "coming_by") return day(value, words);
  return Array.isArray(value) ? value.map(named).join(", ") : named(value);
}

function day(value, words) {
  return value ? saidDay(value, words.language) : words.added.none;
}

/** Group days with the same hours. */
function times(windows, words) {
  if (!windows?.length) return words.added.none;
  const together = {};
  for (const { day: on, begins, ends } of windows) (together[`${begins}–${ends}`] ??= []).push(on);
  return Object.entries(together).map(([hours, days]) => `${saidDays(days, words)} ${hours}`).join("; ");
}

function header({ referral }, words) {
  return element("section", { className: "sheet header-line", id: "header-line" },
    element("h2", { textContent: words.opening.first, tabIndex: -1 }),
    ...(referral ? [element("div", { id: "reported", textContent: saidFirst(referral, words.referral).join(" ") })] : []),
    element("p"),
    element("small", { id: "why-not" }));
}

function group({ id, heading, fields }, answers, words, named) {
  const list = element("dl", { className: "answers" });
  for (const field of fields.filter((one) => one in answers && !APART.includes(one))) {
    list.append(element("dt", { textContent: words.fields[field] ?? field }), element("dd", { textContent: named(field) }));
  }
  const section = element("section", { className: "sheet", id: `group-${id}` }, element("h2", { textContent: heading }), list);
  if (!list.children.length) list.replaceWith(element("p", { textContent: words.opening.not_answered }));
  return section;
}

/** Show old and new times side by side, and whether the agreed word came with the new ones. */
function changed({ answers, changes, reported = [] }, words) {
  if (!answers.unread && !changes.length && !reported.length) return "";
  return element("section", { className: "sheet", id: "added" },
    ...(answers.unread ? [element("p", { textContent: words.added.broken })] : []),
    ...(changes.length || reported.length ? [element("h2", { textContent: words.added.times })] : []),
    ...changes.map((one) => change(one, words)),
    ...reported.map((one) => changeOfReport(one, words)));
}

function change({ before, wanted, right, given, agreed }, words) {
  const verdict = right ? "right" : !agreed ? "no_word" : given ? "wrong" : "not_given";
  return element("div", { className: "change" },
    element("p", {}, element("strong", { textContent: words.added[verdict] })),
    element("dl", { className: "answers" }, ...whenSafe("before", before, words), ...whenSafe("wanted", wanted, words)));
}

/** Times that came with the code of a joined report. */
function changeOfReport(wanted, words) {
  return element("div", { className: "change" },
    element("p", {}, element("strong", { textContent: words.added.reported })),
    element("dl", { className: "answers" }, ...whenSafe("wanted", wanted, words)));
}

function whenSafe(label, { windows, valid_until }, words) {
  const said = `${times(windows, words)} (${words.fields.valid_until}: ${day(valid_until, words)})`;
  return [element("dt", { textContent: words.added[label] }), element("dd", { textContent: said })];
}

/** What another institution reported; what was not asked says so. */
function reported(referral, words) {
  if (!referral) return "";
  const rows = rowsOf(referral, words.referral).flatMap(([label, answer]) =>
    [element("dt", { textContent: label }), element("dd", { textContent: answer })]);
  return element("section", { className: "sheet", id: "group-referral" },
    element("h2", { textContent: words.referral.heading }), element("dl", { className: "answers" }, ...rows));
}

/** All risk questions in words, including skipped ones: skipping is not a no. */
function questions(screen, words) {
  if (!screen) return "";
  const list = element("dl", { className: "answers" });
  for (const [question, answer] of Object.entries(screen)) {
    list.append(element("dt", { textContent: words.screen[question] ?? question }),
      element("dd", { textContent: words.screen_answers[answer] ?? answer }));
  }
  return element("section", { className: "sheet", id: "screen" }, element("h2", { textContent: words.added.heading }), list);
}

/** Facts first; the person's own words stay folded until the worker is ready for them. A report's are not hers. */
function story({ answers, referral }, words) {
  if (!answers.note) return "";
  const length = fill(referral ? words.opening.adds : words.opening.length, { count: answers.note.length });
  return element("details", { className: "sheet", id: "note" },
    element("summary", { textContent: length }), element("p", { className: "story", textContent: answers.note }));
}

function agreement({ consents }, words, erased) {
  const list = element("ul");
  for (const consent of consents ?? []) list.append(element("li", { textContent: words.consents[consent] ?? consent }));
  return element("section", { className: "sheet", id: "agreement" },
    element("h2", { textContent: words.opening.agreed }), list,
    element("p", { textContent: `${words.opening.erased}: ${erased}` }));
}
