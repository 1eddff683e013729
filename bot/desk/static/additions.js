// What the person added to a request after sending it, laid over the letter: safe times, answers to the risk questions,
// a number that must not be used any more. Pure: payloads in, one payload out.
//
// Whoever finds the receipt code can send new times. Only the agreed word shows that they are hers: without it nothing
// holds but what the times before and the new ones both allow, so that a stranger can narrow them and never widen them.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CLOCK = /^\d\d:\d\d$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The letter as it holds now. `added` are the additions in the order in which they were made, each with its number;
 * `said` is null where one could not be read. `standing` is what the server knows: `call_blocked`, `call_until`, why
 * nobody may call (`lock`), and until when the person is awaited (`awaited`).
 */
export function merged(payload, added, standing) {
  const ours = added.filter(({ said }) => said?.request === payload.request && said?.service === payload.service);
  const unread = ours.length < added.length;
  const changes = laidOver(payload, ours.filter(({ said }) => said.kind === "times"));
  const answers = { ...payload.answers, ...(changes.at(-1)?.holds ?? { unanswerable: payload.unanswerable === true }) };
  if (standing.call_until) answers.valid_until = earlier(answers.valid_until, standing.call_until);
  if (standing.call_blocked || unread) delete answers.phone; // in doubt nobody is called
  const { call_blocked = false, lock = "", awaited = "" } = standing;
  return {
    ...payload,
    answers: { ...answers, call_blocked, lock, awaited, unread },
    screen: ours.filter(({ said }) => said.kind === "screen").at(-1)?.said.screen ?? null,
    consents: [...new Set([...(payload.consents ?? []), ...ours.flatMap(({ said }) => said.consents ?? [])])],
    changes,
    word: Math.max(0, ...changes.filter(({ right }) => right).map(({ number }) => number)),
  };
}

/** Each change of the times with what held before it, what was wanted, and what holds after it. */
function laidOver(payload, times) {
  const changes = [];
  let before = { ...timesOf(payload.answers), unanswerable: payload.unanswerable === true };
  for (const { number, said } of times) {
    const right = isTheWord(payload.answers.code_word, said.word);
    const wanted = { ...timesOf(said.answers), unanswerable: said.unanswerable === true };
    const holds = right ? wanted : narrowed(before, wanted);
    changes.push({ number, right, given: plainWord(said.word) !== "", agreed: plainWord(payload.answers.code_word) !== "", before, wanted, holds });
    before = holds;
  }
  return changes;
}

/** Only what may be replaced: an addition never changes whom or how to contact. What is no time is none. */
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

/** The earlier of two last days. None where one of them is missing: that is no permission. */
function earlier(one, other) {
  return !one || !other ? "" : one < other ? one : other;
}

/** The stretches of the week, to the minute, that lie in windows of both. */
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

/** In the order of the week; what overlaps or touches becomes one. */
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

/** Whether what was typed is the agreed word. Where none was agreed, nothing is. */
export function isTheWord(agreed, typed) {
  return plainWord(agreed) !== "" && plainWord(agreed) === plainWord(typed);
}

/** As people mean a word: without capitals, punctuation, or blanks around it. */
function plainWord(text) {
  if (typeof text !== "string") return "";
  return text.normalize("NFC").toLowerCase().normalize("NFC").replace(/[\p{P}\p{S}]/gu, "").replace(/\s+/gu, " ").trim();
}
