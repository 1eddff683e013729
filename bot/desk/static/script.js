// The script of a call, chosen by the person's answers. Pure except for the last functions: answers in, steps out.
// Every sentence is a reviewed text, never assembled here, and none contains the number.

import { messageRefused } from "/static/call_permission.js";
import { element } from "/static/element.js";
import { cover } from "/static/header_line.js";
import { fill } from "/static/sentences.js";

const NEVER = [ // codes in which call_permission.js says why a phone may not be used
  "blocked", "expired", "watched", "shared", "landline", "unexpected", "unread", "other_person", "wrong_number",
  "no_contact", "find_way", "joined", "own_gone",
];
const MESSAGES = ["good_time", "nothing_urgent", "when_it_suits", "for_someone_else"];
const OTHERWISE = ["own_behaviour", "somebody_else"];

/** Whether there is anything to say: no, if the phone must not be used at all. */
export function hasScript(may) {
  return !NEVER.includes(may.why);
}

/** The language the person chose; if `script` has no texts in it, the language of the form. */
export function spoken(answers, payload, script) {
  return [answers.language, payload.language].find((one) => one in script) ?? "lv";
}

/** Steps in the order of a call: `say` holds keys of texts to speak, `mind` keys of hints for the worker only.
 * `outcomes` are those of earlier attempts; `desk` holds the languages that workers are expected to speak. */
export function steps(answers, outcomes, desk) {
  const ready = prepared(answers, desk);
  return { call: ofCall, sms: ofWriting }[answers.contact_mode]?.(answers, outcomes, ready) ?? ofVisit(answers, ready);
}

function ofCall(answers, outcomes, ready) {
  return [
    step("before", [], [...ready, ...shown(answers), "alone"]),
    step("open", ["open"], ["open"]),
    check(answers),
    step("talk", ["safe", "who", ...about(answers)], [...about(answers), ...named(answers)]),
    other(answers, outcomes),
    step("voicemail", ...voicemail(answers)),
    ...(mayWrite(answers) ? [step("unanswered", [message(answers, "sms")], ["sms"])] : []),
    step("drop", [], [`drop_${answers.if_call_drops ?? "do_not_call_again"}`]),
    cannot(),
    danger(answers),
    step("end", ["next"], ["end"]),
  ];
}

function ofWriting(answers, outcomes, ready) {
  return [
    step("before", [], ["never_ring", ...ready]),
    step("write", [message(answers, "sms")], ["sms"]),
    check(answers),
    step("talk", ["next"], ["unnamed", ...about(answers), ...named(answers)]),
    step("other_writes", [], ["no_answer"]),
    danger(answers),
  ];
}

/** The steps if the person calls or comes in. */
function ofVisit(answers, ready) {
  return [
    step("before", [], ["theirs", ...ready]),
    check(answers, "not_heard_from_caller"),
    step("talk", ["safe", ...about(answers)], [...about(answers), ...named(answers)]),
    step("cannot", ["cannot"], ["cannot_caller"]),
    danger(answers),
    step("end", ["next"], ["end_caller"]),
  ];
}

function prepared(answers, desk) {
  return [
    !desk.includes(answers.language) && "speaks",
    answers.interpreter === "yes" && "interpreter",
    answers.contact_mode === "call" && (answers.access_needs ?? []).includes("text_only") && "text_only",
  ].filter(Boolean);
}

function shown(answers) {
  return { show_ordinary_number: ["number_shown"], hidden: ["number_hidden"] }[answers.caller_id] ?? [];
}

function check(answers, otherwise = "not_heard") {
  return answers.code_word ? step("check", ["check"], ["heard", otherwise]) : step("check", ["expected"], ["no_word"]);
}

/** What to say and mind where it is not done to the person; in letters of before it always is. */
function about(answers) {
  return OTHERWISE.includes(answers.about) ? [answers.about] : [];
}

function named(answers) {
  return answers.called ? ["called"] : [];
}

/** Say only what the person allowed, and only once. Otherwise say nothing and end the call. */
function other(answers, outcomes) {
  const said = cover(answers, outcomes);
  return said === "hang_up" ? step("other", [], ["silent", "other"]) : step("other", [`other.${said}`], ["other"]);
}

/** The message the person chose; letters older than that choice get the text of their time. */
function message(answers, before) {
  return MESSAGES.includes(answers.neutral_message) ? `message.${answers.neutral_message}` : before;
}

function voicemail(answers) {
  return answers.voicemail_ok === "yes_neutral" ? [[message(answers, "voicemail")], ["voicemail"]] : [[], ["no_voicemail"]];
}

function mayWrite(answers) {
  return answers.sms_ok === "yes_neutral_text" && !messageRefused(answers);
}

function cannot() {
  return step("cannot", ["cannot"], ["cannot"]);
}

function danger(answers) {
  return step("danger", [about(answers).length ? "danger_any" : "danger"], ["danger"]);
}

function step(id, say, mind) {
  return { id, say, mind };
}

/** Draw the script in the person's language and, if that is another one, below it in the worker's. */
export function drawn(answers, payload, words, outcomes = []) {
  const language = spoken(answers, payload, words.script);
  const chosenIn = spoken({}, payload, words.script); // a message was chosen word for word in the form's language
  const tongue = (key) => (key.startsWith("message.") ? chosenIn : language);
  const list = document.createElement("ol");
  const values = {
    code: answers.code_word,
    called: answers.called,
    language: words.options.language[answers.language] ?? answers.language,
  };
  for (const { id, say, mind } of steps(answers, outcomes, words.desk)) {
    list.append(element("li", { id: `step-${id}` },
      element("h3", { textContent: words.call.steps[id] }),
      ...say.flatMap((key) => sentence(key, tongue(key), words)),
      ...mind.map((key) => element("p", { className: "soft", textContent: fill(words.call.mind[key], values) }))));
  }
  return element("details", { className: "sheet", id: "script" },
    element("summary", { textContent: fill(words.call.heading, { language: words.options.language[language] }) }), list);
}

function sentence(key, language, words) {
  if (!words.script[language][key]) return []; // the content in use is older than this sentence
  const said = element("p", { className: "say", lang: language, textContent: words.script[language][key] });
  if (language === words.language) return [said];
  return [said, element("p", { className: "meaning", lang: words.language, textContent: words.script[words.language][key] })];
}
