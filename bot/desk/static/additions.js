// Merges what the person added after sending into the letter: safe times, answers to the risk questions, a number that
// must no longer be used. Pure: payloads in, one payload out.
//
// Whoever finds the receipt code can send new times. Only the agreed word proves that they are hers. Without it, only
// times that both the old and the new windows allow count, so a stranger can narrow them but never widen them.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CLOCK = /^\d\d:\d\d$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const NOT_OF_CONTACT = ["language", "interpreter", "note"]; // what a report keeps where the person's own request speaks
const MOST_WRONG = 3; // after so many wrong words none counts: whoever holds the code could try them one by one

/**
 * The letter as it stands now. `added` holds the additions in order, each with its number; `said` is null if one could
 * not be read. `standing` is what the server knows: `call_blocked`, `call_until`, why nobody may call (`lock`), how
 * earlier calls went (`outcomes`), until when we wait for the person (`awaited`), and why the contact in a report is
 * not used (`withheld`): the person's own request says how to contact her, and a report never widens that. `reported`
 * holds the times that were given with the codes of joined reports: the worker sees them, and the server holds their last
 * day.
 */
export function merged(payload, added, standing, reported = []) {
  if (standing.withheld) return merged(...withholding(payload, added, standing));
  const ours = added.filter(({ said }) => said?.request === payload.request && said?.service === payload.service);
  const theirs = reported.filter(({ report, said }) => said?.request === report && said?.service === payload.service);
  const unread = ours.length + theirs.length < added.length + reported.length;
  const changes = laidOver(payload, ours.filter(({ said }) => said.kind === "times"));
  const answers = { ...payload.answers, ...(changes.at(-1)?.holds ?? { unanswerable: payload.unanswerable === true }) };
  if (standing.call_until) answers.valid_until = earlier(answers.valid_until, standing.call_until);
  if (standing.call_blocked || unread) delete answers.phone; // when in doubt, nobody calls
  const answered = standing.outcomes?.includes("other_person"); // a cover story is used once, so it is not shown again
  if (answered && answers.if_other_answers) answers.if_other_answers = "hang_up";
  const { call_blocked = false, lock = "", awaited = "" } = standing;
  return {
    ...payload,
    answers: { ...answers, call_blocked, lock, awaited, unread },
    screen: ours.filter(({ said }) => said.kind === "screen").at(-1)?.said.screen ?? null,
    consents: [...new Set([...(payload.consents ?? []), ...ours.flatMap(({ said }) => said.consents ?? [])])],
    changes,
    reported: theirs.map(({ said }) => timesOf(said.answers)),
    word: Math.max(0, ...changes.filter(({ right }) => right).map(({ number }) => number)),
  };
}

function withholding(payload, added, standing) {
  const kept = Object.entries(payload.answers).filter(([name]) => NOT_OF_CONTACT.includes(name));
  const answers = { ...Object.fromEntries(kept), contact_mode: standing.withheld };
  const readable = added.filter(({ said }) => said?.kind === "screen");
  return [{ ...payload, answers }, readable, { ...standing, withheld: "", call_until: "" }];
}

/** Each change of the times: what held before, what was requested, what holds after. */
function laidOver(payload, times) {
  const changes = [];
  let before = { ...timesOf(payload.answers), unanswerable: payload.unanswerable === true };
  let wrong = 0;
  for (const { number, said } of times) {
    const right = wrong < MOST_WRONG && isTheWord(payload.answers.code_word, said.word);
    if (!right && plainWord(said.word) !== "") wrong += 1;
    const wanted = { ...timesOf(said.answers), unanswerable: said.unanswerable === true };
    const holds = right ? wanted : narrowed(before, wanted);
    changes.push({ number, right, given: plainWord(said.word) !== "", agreed: plainWord(payload.answers.code_word) !== "", before, wanted, holds });
    before = holds;
  }
  return changes;
}

/** Keep only what an addition may replace: never whom or how to contact. An invalid time is dropped. */
function timesOf(answers) {
  const given = Array.isArray(answers?.windows) ? answers.windows : [];
  const windows = given.filter(({ day, begins, ends }) => DAYS.includes(day) && CLOCK.test(begins) && CLOCK.test(ends));
  return { windows, valid_until: DATE.test(answers?.valid_until) ? answers.valid_until : "" };
}

function narrowed(before, wanted) {
  return {
    windows: allowedByBoth(before.windows, wanted.windows),
    valid_until: earlier(before.valid_until, wanted.valid_until),
    unanswerable: before.unanswerable || wanted.unanswerable,
  };
}

/** The earlier of two last days; none if either is missing, for that is no permission. */
function earlier(one, other) {
  return !one || !other ? "" : one < other ? one : other;
}

/** The spans of the week, to the minute, that lie within windows of both. */
export function allowedByBoth(some, others) {
  const found = [];
  for (const one of some) {
    for (const other of others.filter(({ day }) => day === one.day)) {
      const begins = one.begins > other.begins ? one.begins : other.begins;
      const ends = one.ends < other.ends ? one.ends : other.ends;
      if (begins < ends) found.push({ day: one.day, begins, ends });
    }
  }
  return united(found);
}

/** Sort by weekday and merge windows that overlap or touch. */
function united(windows) {
  const inOrder = [...windows].sort((one, other) =>
    DAYS.indexOf(one.day) - DAYS.indexOf(other.day) || (one.begins < other.begins ? -1 : 1));
  const all = [];
  for (const one of inOrder) {
    const last = all.at(-1);
    if (last?.day === one.day && one.begins <= last.ends) last.ends = one.ends > last.ends ? one.ends : last.ends;
    else all.push({ ...one });
  }
  return all;
}

/** Whether the typed word is the agreed one; never, if none was agreed. */
export function isTheWord(agreed, typed) {
  return plainWord(agreed) !== "" && plainWord(agreed) === plainWord(typed);
}

/** Normalise a word as people mean it: no case, punctuation or surrounding blanks. */
function plainWord(text) {
  if (typeof text !== "string") return "";
  return text.normalize("NFC").toLowerCase().normalize("NFC").replace(/[\p{P}\p{S}]/gu, "").replace(/\s+/gu, " ").trim();
}
