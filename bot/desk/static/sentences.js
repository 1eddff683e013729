// Puts values, dates and days of the week into sentences. Pure.

import { DAYS } from "/static/call_permission.js";

/** Fill in the placeholders of a sentence. */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
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
