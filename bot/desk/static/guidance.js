// Which of the workers' cards fit this moment, chosen from the opened letter, and how they are drawn. The choice is pure.

import { element } from "/static/element.js";

const HAPPENED = ["seen", "told"];
const OTHERWISE = ["own_behaviour", "somebody_else"]; // what a letter may be about that is not done to the person
const IN_TOUCH = ["contacted", "met"];

/** The situations that hold, as codes of dialogs/guidance.yaml. */
export function situations({ answers, screen, referral }, { state, outcomes }) {
  const reported = (sign) => HAPPENED.includes(referral?.[sign]);
  const inTouch = IN_TOUCH.includes(state);
  const holds = {
    before_call: !inTouch && ["call", "sms"].includes(answers.contact_mode),
    other_answered: outcomes.includes("other_person"),
    in_touch: inTouch,
    first_talk: inTouch && !OTHERWISE.includes(answers.about),
    own_behaviour: answers.about === "own_behaviour",
    somebody_else: answers.about === "somebody_else",
    neck: screen?.neck === "yes" || reported("neck"),
    children: answers.children === "at_home" || reported("children_present"),
    elder: answers.age_band === "60_plus" || referral?.whose === "elder",
    no_contact: ["no_contact", "find_way", "own_gone"].includes(answers.contact_mode),
  };
  return Object.keys(holds).filter((name) => holds[name]);
}

/** The cards of these situations, folded, each with its source and the day it was last looked at. */
export function drawn(letter, envelope, { heading, cards }) {
  const now = situations(letter, envelope);
  const fitting = cards.filter(({ when }) => now.includes(when));
  if (!fitting.length) return "";
  return element("section", { className: "sheet no-print", id: "guidance" },
    element("h2", { textContent: heading }),
    ...fitting.map(({ id, title, text, facts, about }) => element("details", { id: `card-${id}` },
      element("summary", { textContent: title }), element("p", { textContent: text }), ...listed(facts),
      element("p", { className: "soft", textContent: about }))));
}

/** What the card rests on, each with its source; what must not be said today is missing. */
function listed(facts) {
  return facts.length ? [element("ul", {}, ...facts.map((textContent) => element("li", { textContent })))] : [];
}
