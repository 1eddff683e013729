// The header line of an opened letter: whether to call now, then how the person may be reached. Pure: answers, a moment
// and words in, sentences out. Touches neither the page nor the network.

import { NO_WAY, REACHED_BY_US, REACHES_US, messageRefused, permission } from "/static/call_permission.js";
import { fill } from "/static/sentences.js";

const COVERS = ["say_wrong_number"]; // cover stories still in use; older letters may name others

/** The header line: whether to call now, then what to do and what not. `words` comes with the page; `outcomes` are
 * those of earlier attempts. */
export function headerLine(answers, priority, moment, words, outcomes = []) {
  return [
    callNow(answers, permission(answers, moment), words),
    words.line[`about_${answers.about}`], // no sentence where it is done to the person, as in letters of before
    ...aboutThePhone(answers, words),
    ...aboutTheTalk(answers, words, outcomes),
    fill(words.line.priority, { priority: words.priorities[priority] }),
    ...aboutThePerson(answers, words),
  ].filter(Boolean);
}

/** What to say if somebody else answers. A cover story is used only once: `outcomes` are those of earlier attempts. */
export function cover(answers, outcomes = []) {
  const spoken = COVERS.includes(answers.if_other_answers) && !outcomes.includes("other_person");
  return spoken ? answers.if_other_answers : "hang_up";
}

function callNow(answers, may, words) {
  const line = words.line;
  if (may.allowed) return fill(answers.contact_mode === "sms" ? line.sms_yes : line.call_yes, may);
  if (NO_WAY.includes(may.why)) return line[may.why];
  if (REACHES_US.includes(may.why)) return `${line[may.why]} ${answers.awaited ? fill(line.awaited, { until: answers.awaited }) : ""}`.trim();
  const no = answers.contact_mode === "sms" ? line.sms_no : line.call_no;
  return fill(no, { why: whyNot(may, words) });
}

function whyNot(may, words) {
  if (may.why !== "closed") return fill(words.line[`no_${may.why}`], may);
  if (!may.opens) return words.line.no_window;
  return fill(may.day ? words.line.opens_on : words.line.opens, { opens: may.opens, day: words.days[may.day] });
}

function aboutThePhone(answers, words) {
  if (!REACHED_BY_US.includes(answers.contact_mode)) return [watched(answers, words)];
  return [words.line[`phone_${answers.phone_is}`], watched(answers, words), messages(answers, words)];
}

/** The question was about her own phone, which need not be the one to call. */
function watched(answers, words) {
  const own = answers.phone_is === "trusted_person" ? "own_" : "";
  return { yes: words.line[`${own}watched`], not_sure: words.line[`${own}maybe_watched`] }[answers.device_watched];
}

function messages(answers, words) {
  if (answers.contact_mode === "sms") return words.line.never_call;
  const allowed = [
    answers.voicemail_ok === "yes_neutral" && words.line.voicemail,
    answers.sms_ok === "yes_neutral_text" && !messageRefused(answers) && words.line.sms,
  ].filter(Boolean);
  return allowed.length ? allowed.join(" ") : words.line.no_messages;
}

function aboutTheTalk(answers, words, outcomes) {
  const said = words.options.if_other_answers[cover(answers, outcomes)];
  return [
    answers.contact_mode === "call" && fill(words.line.other_answers, { cover: said }),
    answers.code_word ? fill(words.line.code_word, { code: answers.code_word }) : words.line.no_code_word,
  ];
}

function aboutThePerson(answers, words) {
  return [
    fill(words.line.speaks, { language: words.options.language[answers.language] ?? answers.language }),
    answers.interpreter === "yes" && words.line.interpreter,
    answers.conflict_known === "yes" && words.line.conflict,
    ["under_13", "13_15", "16_17"].includes(answers.age_band) && words.line.minor,
  ];
}
