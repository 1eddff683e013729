// One request as the first page of the paper file: the person's answers, then empty fields for the service and for the
// MARAC meeting to fill in by hand. Always one A4 page: first the type shrinks, then the person's own words are cut,
// and the page says so.

import { fill } from "/static/sentences.js";

const SIZES = [11, 10, 9.5, 9, 8.5, 8]; // points; smaller is unreadable on paper
const OWN_WORDS = "note";

/** Build the page. `rows` are groups of [label, answer]; the number is included only if it was shown. */
export function drawn({ head, groups, screen, story, words }) {
  return element("section", { id: "paper" },
    element("div", {},
      element("h1", { textContent: head.title }),
      element("p", { className: "warning", textContent: fill(words.warning, head) })),
    element("h2", { textContent: words.request }),
    ...groups.map(({ heading, rows }) => group(heading, rows)),
    ...(screen.length ? [group(words.screen, screen)] : []),
    ...(story ? [element("h3", { textContent: words.story }), element("p", { className: OWN_WORDS, textContent: story })] : []),
    element("h2", { textContent: words.service }), blanks(words.service_fields),
    element("h2", { textContent: words.marac }), blanks(words.marac_fields),
  );
}

/** Make the document fit one page. */
export function fit(paper, words) {
  for (const size of SIZES) {
    paper.style.fontSize = `${size}pt`;
    if (fits(paper)) return;
  }
  const place = paper.querySelector(`.${OWN_WORDS}`);
  const story = place?.textContent.split(" ") ?? [];
  while (!fits(paper) && story.length) {
    story.pop();
    place.textContent = `${story.join(" ")} … ${words.continued}`;
  }
}

function fits(paper) {
  return paper.scrollHeight <= paper.clientHeight;
}

function group(heading, rows) {
  const list = element("dl", {}, ...rows.map(([label, said]) =>
    element("div", {}, element("dt", { textContent: label }), said === null ? element("dd", { className: "blank" }) : element("dd", { textContent: said }))));
  return element("div", { className: "group" }, element("h3", { textContent: heading }), list);
}

function blanks(fields) {
  return element("div", { className: "blanks" },
    ...fields.map((label) => element("div", { className: "blank" }, element("span", { textContent: label }))));
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
