// Says in one line how the person may be reached. Pure: answers, a moment and words in, sentences out. Touches neither
// the page nor the network.

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const REACHED_BY_US = ["call", "sms"];
const COVERS = ["say_wrong_number"]; // cover stories still in use; older letters may name others
const LANDLINE = /^\+3716[0-9]{7}$/;
const REACHES_US = ["i_will_call_you", "i_will_come"];
const NO_WAY = ["no_contact", "find_way", "joined", "own_gone"]; // of a referral only

/** Fill in the placeholders of a sentence. */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The wall clock in Riga: date "2026-11-23", day 0 (Monday) to 6, and minutes since midnight. */
export function rigaClock(moment) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Riga", hourCycle: "h23", weekday: "short",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    day: DAYS.indexOf(part.weekday.toLowerCase()),
    minutes: Number(part.hour) * 60 + Number(part.minute),
  };
}

/** Whether the phone may be used at this moment. `until` or `opens` tells when that changes; `why` is a vocabulary
 * code. */
export function permission(answers, moment) {
  if ([...REACHES_US, ...NO_WAY].includes(answers.contact_mode)) return { allowed: false, why: answers.contact_mode };
  if (!REACHED_BY_US.includes(answers.contact_mode)) return { allowed: false, why: "expired" };
  if (answers.call_blocked) return { allowed: false, why: "blocked" }; // the person's latest word, from the envelope
  if (answers.unread) return { allowed: false, why: "unread" }; // an addition that cannot be read may forbid it
  if (answers.lock) return { allowed: false, why: answers.lock }; // from earlier attempts
  if (answers.awaited) return { allowed: false, why: "awaited", until: answers.awaited };
  const refused = answers.contact_mode === "sms" && messageRefused(answers);
  if (refused) return { allowed: false, why: refused };
  const now = rigaClock(moment);
  if (!answers.valid_until || now.date > answers.valid_until) return { allowed: false, why: "expired" };
  if (answers.unanswerable) return { allowed: false, why: "unanswerable" }; // the person was told so
  const windows = (answers.windows ?? []).map(timed);
  const open = windows.filter((one) => one.day === now.day && one.from <= now.minutes && now.minutes < one.to);
  if (open.length) return { allowed: true, until: clock(Math.max(...open.map((one) => one.to))) };
  return { allowed: false, why: "closed", ...nextWindow(windows, now, answers.valid_until) };
}

/** Why no text message may go to the phone in the letter; empty if one may. Same rules as bot/engine/text_messages.py
 * on the form; a letter that does not say enough is refused too. */
export function messageRefused(answers) {
  if (LANDLINE.test(answers.phone ?? "")) return "landline";
  if (answers.phone_is === "trusted_person") return answers.expects_message === "yes" ? "" : "unexpected";
  if (answers.phone_is === "mine_shared") return "shared";
  return answers.device_watched === "no" ? "" : "watched";
}

/** What to say if somebody else answers. A cover story is used only once: `outcomes` are those of earlier attempts. */
export function cover(answers, outcomes = []) {
  const spoken = COVERS.includes(answers.if_other_answers) && !outcomes.includes("other_person");
  return spoken ? answers.if_other_answers : "hang_up";
}

function timed(one) {
  return { day: DAYS.indexOf(one.day), from: minutes(one.begins), to: minutes(one.ends) };
}

function minutes(text) {
  const [hour, minute] = text.split(":").map(Number);
  return hour * 60 + minute;
}

function clock(total) {
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}

/** The next window that begins before the permission expires, if any. */
function nextWindow(windows, now, validUntil) {
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    if (laterDate(now.date, ahead) > validUntil) return {};
    const begins = windows
      .filter((one) => one.day === (now.day + ahead) % 7 && (ahead > 0 || one.from > now.minutes))
      .map((one) => one.from);
    if (begins.length) return { opens: clock(Math.min(...begins)), day: ahead ? DAYS[(now.day + ahead) % 7] : null };
  }
  return {};
}

/** A date as the server writes it: day first, in English too. */
export function saidDay(date, language) {
  const how = language === "en" ? "en-GB" : language;
  return new Date(`${date}T12:00:00Z`).toLocaleDateString(how, { day: "numeric", month: "long" });
}

/** Days of the week in words; three or more in a row become a span. */
export function saidDays(days, words) {
  const runs = [];
  for (const day of days) {
    const follows = DAYS.indexOf(runs.at(-1)?.at(-1)) === DAYS.indexOf(day) - 1;
    if (runs.length && follows) runs.at(-1).push(day);
    else runs.push([day]);
  }
  const span = (run) => [`${words.days[run[0]]}–${words.days[run.at(-1)]}`];
  return runs.flatMap((run) => (run.length > 2 ? span(run) : run.map((day) => words.days[day]))).join(", ");
}

function laterDate(date, days) {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

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
