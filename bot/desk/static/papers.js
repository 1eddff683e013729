// The risk conversation and the plan: filled in here, sealed to the service's key and always of one size. What is being
// written survives a failed save and goes with everything else when the page is left.

import { element } from "/static/element.js";
import { belongs, parsed } from "/static/payload.js";
import { sealedPayload } from "/static/sealing.js";
import { fill, saidDay } from "/static/sentences.js";

const SIZE = 8192; // that of a letter; the server expects exactly this
const LONGEST = { worry: 600, what: 150 };
const MOST_STEPS = 10;

/** A decrypted paper; null if it belongs to another request or cannot be read. */
export function paperIn(decrypted, kind, envelope) {
  const paper = parsed(decrypted);
  return belongs(paper, envelope) && paper.kind === kind ? paper : null;
}

/**
 * Draw both papers, folded. `found` holds those that were saved, opened, by kind. `save(kind, sealed, version, due)`
 * returns the new version, or null if it failed, or "meanwhile". The conversation is for whoever is harmed: beside a
 * letter about the person's own behaviour there is only the plan, unless a conversation was saved.
 */
export function drawn(found, { envelope, recipient, words, save, about }) {
  const isHarmed = about !== "own_behaviour" || found.some(({ kind }) => kind === "conversation");
  return [...(isHarmed ? [conversation()] : []), plan()];

  function conversation() {
    const paper = found.find(({ kind }) => kind === "conversation");
    const said = paper?.said ?? { answers: {}, worry: "", next: [] };
    const asked = words.parts.map(({ id, heading, questions }) => element("details", { id: `part-${id}` },
      element("summary", { textContent: heading }),
      ...questions.map((one) => choice(one, words.questions[one], words.answers, said.answers[one] ?? "not_asked"))));
    const worry = element("textarea", { name: "worry", rows: 3, maxLength: LONGEST.worry, defaultValue: said.worry, autocomplete: "off" });
    const next = element("fieldset", { className: "choices" }, element("legend", { textContent: words.conversation.next }),
      ...Object.entries(words.next).map(([code, label]) => element("label", {},
        element("input", { type: "checkbox", name: "next", value: code, checked: said.next.includes(code) }), ` ${label}`)));
    return part("conversation", paper, words.conversation,
      [...asked, element("label", {}, words.conversation.worry, worry), next], (form) => {
        const data = new FormData(form);
        const questions = words.parts.flatMap(({ questions: all }) => all);
        return {
          content: {
            answers: Object.fromEntries(questions.map((one) => [one, data.get(one) ?? "not_asked"])),
            worry: data.get("worry").trim(), next: data.getAll("next"),
          },
        };
      });
  }

  function plan() {
    const paper = found.find(({ kind }) => kind === "plan");
    const steps = element("ol", { className: "steps" }, ...(paper?.said?.steps ?? [{}]).map((one, place) => step(one, place)));
    const more = element("button", { type: "button", className: "other", textContent: words.plan.add });
    more.addEventListener("click", () => {
      if (steps.children.length < MOST_STEPS) steps.append(step({}, steps.children.length));
      more.hidden = steps.children.length >= MOST_STEPS;
      steps.lastElementChild.querySelector("select").focus();
    });
    more.hidden = steps.children.length >= MOST_STEPS;
    return part("plan", paper, words.plan, [steps, more], () => {
      const written = [...steps.children].map(stepIn).filter(isWritten);
      const due = written.filter(({ state, by }) => state === "open" && by).map(({ by }) => by).sort()[0] ?? "";
      return { content: { steps: written }, due };
    });
  }

  function step({ institution = "", what = "", by = "", state = "open" }, place) {
    const named = (name) => `${words.plan[name]} ${place + 1}`;
    return element("li", {},
      select("institution", words.institutions, institution, named("institution")),
      labelled(named("what"), element("input", { name: "what", value: what, maxLength: LONGEST.what, autocomplete: "off" })),
      labelled(named("by"), element("input", { type: "date", name: "by", value: by, min: words.nearest, max: words.furthest })),
      select("state", words.step_states, state, named("state")));
  }

  function part(kind, paper, { heading, about, save: label }, fields, read) {
    let version = paper?.version ?? 0;
    const told = element("p", { className: "soft", role: "status" });
    told.textContent = paper ? (paper.said ? fill(words.saving.by, paper) : words.saving.unreadable) : "";
    const saving = envelope.papers ? [element("button", { textContent: label })] : []; // a closed request is only read
    const form = element("form", { className: "stack" }, ...fields, ...saving);
    const place = element("details", { className: "sheet paper", id: `paper-${kind}` },
      element("summary", { textContent: heading }), element("p", { textContent: about }), form, told);
    form.addEventListener("input", () => { place.dataset.unsaved = "yes"; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.inert = true;
      const { content, due = "" } = read(form);
      const { reference, service } = envelope;
      const sealed = await sealedPayload(recipient, { request: reference, service, kind, form: words.version, ...content }, SIZE)
        .catch((error) => { told.textContent = words.saving[error instanceof RangeError ? "too_long" : "failed"]; });
      const saved = sealed && (await save(kind, sealed, version, due));
      form.inert = false;
      if (!sealed) return;
      told.textContent = words.saving[saved === null ? "failed" : typeof saved === "number" ? "saved" : saved];
      if (typeof saved !== "number") return;
      version = saved;
      delete place.dataset.unsaved;
      for (const field of form.querySelectorAll("textarea")) field.defaultValue = field.value;
    });
    return place;
  }
}

/** Whether something in them was changed and not saved. */
export function unsavedPapers(page) {
  return page.querySelector(".paper[data-unsaved]") !== null;
}

/** The rows of both papers for the paper file: only what was asked, and no counting. */
export function rowsForPaper(place, words, language) {
  if (!place) return [];
  const data = new FormData(place.querySelector("#paper-conversation form") ?? undefined);
  const rows = words.parts.flatMap(({ questions }) => questions)
    .map((one) => [words.questions[one], data.get(one)])
    .filter(([, answer]) => answer && answer !== "not_asked")
    .map(([question, answer]) => [question, words.answers[answer]]);
  if (data.get("worry")) rows.push([words.conversation.worry, data.get("worry")]);
  const follows = data.getAll("next").map((code) => words.next[code]);
  if (follows.length) rows.push([words.conversation.next, follows.join(", ")]);
  const steps = [...place.querySelectorAll("#paper-plan li")].map(stepIn).filter(isWritten)
    .map(({ institution, what, by, state }) =>
      [words.institutions[institution] ?? words.plan.what, [what, by && saidDay(by, language), words.step_states[state]].filter(Boolean).join(", ")]);
  return [
    ...(rows.length ? [{ heading: words.conversation.heading, rows }] : []),
    ...(steps.length ? [{ heading: words.plan.heading, rows: steps }] : []),
  ];
}

/** Whether anything stands in a step; half of one is kept, too. */
function isWritten({ institution, what, by }) {
  return Boolean(institution || what || by);
}

function stepIn(place) {
  return Object.fromEntries(["institution", "what", "by", "state"].map((name) => [name, place.querySelector(`[name=${name}]`).value.trim()]));
}

function choice(name, label, options, chosen) {
  return element("fieldset", { className: "choices" }, element("legend", { textContent: label }),
    ...Object.entries(options).map(([code, words]) => element("label", {},
      element("input", { type: "radio", name, value: code, checked: code === chosen }), ` ${words}`)));
}

function select(name, options, chosen, label) {
  return labelled(label, element("select", { name },
    ...[["", "–"], ...Object.entries(options)].filter(([code]) => code || name === "institution")
      .map(([code, words]) => element("option", { value: code, textContent: words, selected: code === chosen }))));
}

function labelled(label, field) {
  return element("label", {}, `${label} `, field);
}
