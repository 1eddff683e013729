// What a request says about reaching the person, read aloud in one line. Pure: answers, a moment and words in,
// sentences out. Nothing here touches the page or the network.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const REACHED_BY_US = ["call", "sms"];
const REACHES_US = ["i_will_call_you", "i_will_come"];

/** Put values into the braces of a sentence. */
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

/** May the phone be used at this moment? `until` or `opens` says when that changes; `why` is a word of the vocabulary. */
export function permission(answers, moment) {
  if (REACHES_US.includes(answers.contact_mode)) return { allowed: false, why: answers.contact_mode };
  if (!REACHED_BY_US.includes(answers.contact_mode)) return { allowed: false, why: "expired" };
  if (answers.call_blocked) return { allowed: false, why: "blocked" }; // the person's newest word, on the envelope
  if (answers.unread) return { allowed: false, why: "unread" }; // an addition that cannot be read may forbid it
  if (answers.lock) return { allowed: false, why: answers.lock }; // what was tried before
  if (answers.awaited) return { allowed: false, why: "awaited", until: answers.awaited };
  if (answers.contact_mode === "sms" && answers.device_watched !== "no") return { allowed: false, why: "watched" };
  const now = rigaClock(moment);
  if (!answers.valid_until || now.date > answers.valid_until) return { allowed: false, why: "expired" };
  if (answers.unanswerable) return { allowed: false, why: "unanswerable" }; // and the person was told so
  const windows = (answers.windows ?? []).map(timed);
  const open = windows.filter((one) => one.day === now.day && one.from <= now.minutes && now.minutes < one.to);
  if (open.length) return { allowed: true, until: clock(Math.max(...open.map((one) => one.to))) };
  return { allowed: false, why: "closed", ...nextWindow(windows, now, answers.valid_until) };
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

/** The nearest window that begins before the permission runs out; nothing when there is none. */
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

function laterDate(date, days) {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** The header line: first whether to call now, then what to do and not to do. `words` comes with the page. */
export function headerLine(answers, priority, moment, words) {
  return [
    callNow(answers, permission(answers, moment), words),
    ...aboutThePhone(answers, words),
    ...aboutTheTalk(answers, words),
    fill(words.line.priority, { priority: words.priorities[priority] }),
    ...aboutThePerson(answers, words),
  ].filter(Boolean);
}

function callNow(answers, may, words) {
  const line = words.line;
  if (may.allowed) return fill(answers.contact_mode === "sms" ? line.sms_yes : line.call_yes, may);
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

function watched(answers, words) {
  return { yes: words.line.watched, not_sure: words.line.maybe_watched }[answers.device_watched];
}

function messages(answers, words) {
  if (answers.contact_mode === "sms") return words.line.never_call;
  const allowed = [
    answers.voicemail_ok === "yes_neutral" && words.line.voicemail,
    answers.sms_ok === "yes_neutral_text" && answers.device_watched === "no" && words.line.sms,
  ].filter(Boolean);
  return allowed.length ? allowed.join(" ") : words.line.no_messages;
}

function aboutTheTalk(answers, words) {
  const cover = answers.contact_mode === "call" && words.options.if_other_answers[answers.if_other_answers];
  return [
    cover && fill(words.line.other_answers, { cover }),
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
