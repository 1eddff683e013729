// Which of several letters can be called now, and which next. Pure. The functions that decide on an opened request also
// decide here; this file only deals with there being many.

import { merged } from "/static/additions.js";
import { DAYS, messageRefused, permission, rigaClock } from "/static/call_permission.js";

const NEEDED = [ // to tell when; number, names, agreed word and notes are dropped once a letter is opened
  "contact_mode", "language", "windows", "valid_until", "unanswerable", "call_blocked", "unread", "lock", "awaited",
  "phone_is", "expects_message", "device_watched",
];
const BY_URGENCY = ["today", "next_working_day", "in_order"];
const A_DAY = 24 * 60 * 60 * 1000;

/** The fields the list keeps from an opened letter. */
export function entry({ payload, added }, envelope) {
  const { answers } = merged(payload, added, envelope);
  return {
    reference: envelope.reference, priority: envelope.priority, mine: envelope.mine, paused_until: envelope.paused_until,
    refused: answers.contact_mode === "sms" && messageRefused(answers) !== "", // decided here: the number is dropped
    answers: Object.fromEntries(NEEDED.filter((name) => name in answers).map((name) => [name, answers[name]])),
  };
}

/** Sort all entries: whom to call `now` (`until`), whom `later` today (`opens`), how many are the `rest`, and the
 * `next` moment anybody can be called if nobody can now. */
export function listed(entries, moment) {
  const all = entries.map((one) => ({ ...one, ...when(one, moment) }));
  const now = all.filter(({ allowed }) => allowed);
  const coming = all.filter(({ allowed, opens }) => !allowed && opens).sort(sooner);
  const later = coming.filter(({ ahead }) => ahead === 0);
  return {
    now: now.sort((one, other) => urgency(one) - urgency(other) || order(one.until, other.until)),
    later,
    rest: all.length - now.length - later.length,
    next: now.length ? null : coming[0] ?? null,
  };
}

/** Whether calling is allowed at a moment and until when; if not, in how many days and at what time it is. */
export function when({ answers, refused, paused_until: pause }, moment) {
  if (refused) return { allowed: false };
  if (answers.lock !== "pause" || !pause) return said(permission(answers, moment), moment, moment);
  const [over, free] = [new Date(pause), { ...answers, lock: "" }];
  if (moment >= over) return said(permission(free, moment), moment, moment);
  const then = permission(free, over);
  if (!then.allowed) return said(then, over, moment);
  return { allowed: false, opens: clock(over), ahead: days(moment, over), day: DAYS[rigaClock(over).day] };
}

/** `at` is the moment asked about, `moment` is now. */
function said(may, at, moment) {
  if (may.allowed) return { allowed: true, until: may.until };
  if (!may.opens) return { allowed: false };
  const today = rigaClock(at).day;
  const ahead = may.day === null ? 0 : ((DAYS.indexOf(may.day) - today + 7) % 7 || 7);
  return { allowed: false, opens: may.opens, ahead: ahead + days(moment, at), day: DAYS[(today + ahead) % 7] };
}

/** Number of midnights in Riga between two moments. */
function days(from, to) {
  return Math.round((Date.parse(rigaClock(to).date) - Date.parse(rigaClock(from).date)) / A_DAY);
}

function clock(moment) {
  const { minutes } = rigaClock(moment);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function sooner(one, other) {
  return one.ahead - other.ahead || order(one.opens, other.opens) || urgency(one) - urgency(other);
}

function urgency({ priority }) {
  return BY_URGENCY.indexOf(priority);
}

function order(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
