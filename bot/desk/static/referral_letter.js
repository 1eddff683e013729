// Makes the letter of a referral from what was filled in. Pure: answers and the table of dialogs/referral.yaml in, the
// letter and its envelope out, or what is wrong. Touches neither the page nor the network.

const BY_THE_SERVICE = ["call", "sms"];
const HAPPENED = ["seen", "told"];
const URGENCIES = ["in_order", "next_working_day", "today"];

/**
 * `given` holds the chosen answers by field; several answers as a list, windows as `{ day, begins, ends }`. `table` is
 * the form with `fields`, `contact`, what the request form assumes where nothing is said (`careful`), and the least
 * urgency of each basis (`floor`). Returns `{ wrong }`, a list of fields
 * and what is wrong with each, or `{ answers, referral, priority, callUntil, headOnly }`.
 */
export function letterOf(given, table) {
  const wrong = [
    ...Object.entries(table.fields).filter(([name, { required }]) => required && !given[name]).map(([name]) => [name, "missing"]),
    ...(mayContact(given) ? contactWrong(given) : []),
  ];
  if (!given.report_number && !leadsToThem(given)) wrong.push(["report_number", "no_way"]);
  if (given.basis === "agreed" && !given.read_aloud) wrong.push(["read_aloud", "missing"]);
  if (wrong.length) return { wrong };
  const referral = Object.fromEntries(Object.keys(table.fields)
    .filter((name) => name !== "note" && given[name]?.length)
    .map((name) => [name, given[name]]));
  return {
    answers: answersOf(given, table),
    referral,
    priority: priorityOf(given, table),
    callUntil: leadsToThem(given) && BY_THE_SERVICE.includes(given.contact_mode) ? given.valid_until : "",
    headOnly: given.close_to_family === "yes",
  };
}

/** A way to the person is written down only if it was told by the person alone, and is wished. */
export function mayContact({ asked_alone, wish }) {
  return asked_alone === "yes" && wish === "contact";
}

/** The letter's answers, in the codes of a request: everything at the desk that reads requests reads these, too. */
function answersOf(given, table) {
  const always = ["language", "interpreter", "note"];
  const kept = leadsToThem(given) ? [...table.contact, ...always] : always;
  const answers = Object.fromEntries(kept.filter((name) => given[name]?.length).map((name) => [name, given[name]]));
  if (!leadsToThem(given)) return { ...answers, contact_mode: given.wish === "no_contact" ? "no_contact" : "find_way" };
  if (given.code_word_own) answers.code_word = given.code_word_own.trim();
  delete answers.code_word_own;
  if (!BY_THE_SERVICE.includes(given.contact_mode)) {
    for (const name of ["phone", "phone_is", "windows", "valid_until"]) delete answers[name];
    return answers;
  }
  return { ...table.careful, ...answers, phone: phoneNumber(given.phone) };
}

function leadsToThem(given) {
  return mayContact(given) && Boolean(given.contact_mode);
}

function contactWrong(given) {
  if (!given.contact_mode) return [];
  const needed = BY_THE_SERVICE.includes(given.contact_mode)
    ? ["device_watched", "phone", "phone_is", "windows", "valid_until"] : ["device_watched"];
  const wrong = needed.filter((name) => !given[name]?.length).map((name) => [name, "missing"]);
  if (given.phone && needed.includes("phone") && !phoneNumber(given.phone)) wrong.push(["phone", "number"]);
  if (given.windows?.some(({ begins, ends }) => begins >= ends)) wrong.push(["windows", "order"]);
  return wrong;
}

/** The urgency of the signs that were seen or told, and never less than its basis asks for. Another sign never lowers
 * it; what was denied or not asked counts as nothing. */
export function priorityOf(given, { fields, floor }) {
  const seen = Object.entries(fields).filter(([name]) => HAPPENED.includes(given[name])).map(([, field]) => field);
  const urgency = seen.some(({ today }) => today) ? "today" : seen.some(({ soon }) => soon) ? "next_working_day" : "in_order";
  return URGENCIES[Math.max(URGENCIES.indexOf(urgency), URGENCIES.indexOf(floor[given.basis]))];
}

/** A telephone number in international form; Latvian without a prefix, too. Empty if it is none. */
export function phoneNumber(typed) {
  const digits = typed.replace(/[\s()./-]/g, "").replace(/^00/, "+");
  if (/^[26]\d{7}$/.test(digits)) return `+371${digits}`;
  return /^\+[1-9]\d{7,14}$/.test(digits) ? digits : "";
}
