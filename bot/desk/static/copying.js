// Makes a block for the service's record system. Only answers that were chosen from the form and the safe times are in
// it: no number, no agreed word, nothing the person wrote.

import { element } from "/static/element.js";
import { said } from "/static/opened.js";
import { fill } from "/static/sentences.js";

const DATED = ["windows", "valid_until", "coming_by"];
const NEVER = ["phone", "code_word", "code_word_own", "note", "called"];

/** Draw the button. Pressing it calls `noted`, which resolves to the letter once the audit knows, or to null. */
export function copyPart(words, envelope, noted) {
  const block = element("textarea", { id: "block", readOnly: true, rows: 12, hidden: true, ariaLabel: words.copying.button });
  const told = element("p", { className: "soft" });
  told.setAttribute("role", "status");
  const made = element("button", { id: "copy", type: "button", className: "other", textContent: words.copying.button });
  made.addEventListener("click", async () => {
    const letter = await noted();
    if (!letter) return;
    block.value = blockOf(letter.answers, words, envelope);
    block.hidden = false;
    block.select();
    const copied = await navigator.clipboard?.writeText(block.value).then(() => true, () => false);
    told.textContent = copied ? words.copying.copied : words.copying.by_hand;
  });
  return element("div", { className: "actions", id: "to-copy" }, made, block, told);
}

function blockOf(answers, words, envelope) {
  const coded = (field) => [answers[field]].flat().every((one) => one in (words.options[field] ?? {}));
  const goes = (field) => field in answers && !NEVER.includes(field) && (DATED.includes(field) || coded(field));
  const groups = words.groups.map(({ heading, fields }) =>
    [heading, ...fields.filter(goes).map((field) => `${words.fields[field] ?? field}: ${said(field, answers, words)}`)]);
  const title = fill(words.copying.title, { short: envelope.reference.slice(0, 6), sent: envelope.sent });
  return [title, ...groups.filter((lines) => lines.length > 1).map((lines) => lines.join("\n"))].join("\n\n");
}
