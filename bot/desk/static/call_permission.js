// Whether the phone may be used now, and if not, why. Pure: answers and a moment in, a verdict out. Touches neither the
// page nor the network.

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const REACHED_BY_US = ["call", "sms"];
export const REACHES_US = ["i_will_call_you", "i_will_come"];
export const NO_WAY = ["no_contact", "find_way", "joined", "own_gone"]; // of a referral only
const LANDLINE = /^\+3716[0-9]{7}$/;

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

function laterDate(date, days) {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}
