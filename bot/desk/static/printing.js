// Prints the first page of the paper file. This file chooses its content; paper.js makes it fit one page.

import { element } from "/static/element.js";
import { said } from "/static/opened.js";
import { drawn, fit } from "/static/paper.js";
import { rowsForPaper } from "/static/papers.js";
import { rowsOf } from "/static/referred.js";
import { fill } from "/static/sentences.js";

/** Build the print button. */
export function button(words, act) {
  const made = element("button", { id: "print", type: "button", textContent: words.paper.button });
  made.addEventListener("click", act);
  return element("div", { className: "actions", id: "to-paper" }, made);
}

/** Print. The number is on paper only if it is on the screen. */
export function print({ letter, words, envelope, erased, withNumber, papers }) {
  putAway();
  const { answers } = letter;
  const row = (field) => [words.fields[field] ?? field,
    field === "phone" ? (withNumber ? answers.phone : null) : said(field, answers, words)];
  const paper = drawn({
    head: { title: fill(words.paper.title, { short: envelope.reference.slice(0, 6) }), sent: envelope.sent, erased },
    groups: [...(letter.referral ? [{ heading: words.referral.heading, rows: rowsOf(letter.referral, words.referral) }] : []), ...words.groups
      .map(({ heading, fields }) => ({ heading, rows: fields.filter((one) => one in answers && one !== "note").map(row) }))
      .filter((one) => one.rows.length), ...rowsForPaper(papers, words.papers, words.language)],
    screen: Object.entries(letter.screen ?? {}).map(([question, answer]) =>
      [words.screen[question] ?? question, words.screen_answers[answer] ?? answer]),
    story: answers.note,
    words: letter.referral ? { ...words.paper, request: words.paper.reported, story: words.paper.adds } : words.paper,
  });
  document.getElementById("main").append(paper);
  fit(paper, words.paper);
  globalThis.print();
}

export function putAway() {
  document.getElementById("paper")?.remove();
}
