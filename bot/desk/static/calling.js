// Whether to call now, the number, and the forms around a call. The number is shown only while it may be.

import { permission } from "/static/call_permission.js";
import { inOneView } from "/static/callview.js";
import { element } from "/static/element.js";
import { headerLine } from "/static/header_line.js";
import { hasScript } from "/static/script.js";
import { callInBar, ways } from "/static/workbar.js";

const BY_THE_SERVICE = ["call", "sms"];
const OUTSIDE = ["closed", "unanswerable", "awaited"]; // what whoever decides for the service may overrule, with a reason

/**
 * `letter()` and `envelope()` return what is open now. `ask` tells the server. `changed` redraws the page and returns
 * false if the person has added something that has to be read first.
 */
export function calling({ opened, words, now, letter, envelope, ask, changed, tell }) {
  let shown = false; // the number is on the screen
  let outside = false; // shown by the head of service although it is not safe now
  let before = ""; // whether calling was allowed when the page was last drawn
  const may = () => permission(letter().answers, now());

  /** Update everything on the page that depends on the time and on noted outcomes. */
  function refresh() {
    const allowed = may();
    before = JSON.stringify(allowed);
    shown &&= allowed.allowed || (outside && mayOverrule(allowed));
    outside &&= shown;
    const [first, ...rest] = headerLine(letter().answers, envelope().priority, now(), words, envelope().outcomes);
    opened.querySelector("#header-line p").replaceChildren(
      element("strong", { id: "may-call", textContent: outside ? words.opening.outside : first }),
      element("span", { className: "about", textContent: ` ${rest.join(" ")}` }));
    opened.querySelector("#script").hidden = !hasScript(allowed);
    inBar(allowed, forms(allowed));
    inOneView(opened, shown);
  }

  /** The number and its button, which says why if it may not be shown. */
  function inBar(allowed, noted) {
    const { answers } = letter();
    const untaken = allowed.allowed && !envelope().mine && !shown;
    opened.querySelector("#why-not").textContent = untaken && "phone" in answers ? words.opening.take_first : "";
    callInBar({
      number: shown ? number() : `${"•".repeat(8)} (${words.opening.hidden})`,
      label: "phone" in answers ? labelOf(answers) : "",
      disabled: !shown && (!allowed.allowed || !envelope().mine),
      why: untaken ? "why-not" : "may-call",
      press: () => (shown ? hide() : reveal()),
    });
    ways({ noted, outside: mayOverrule(allowed) && !shown && "#outside" });
  }

  function labelOf({ contact_mode }) {
    if (shown) return words.opening.hide;
    return contact_mode === "sms" ? words.opening.reveal_sms : words.opening.reveal;
  }

  function mayOverrule(allowed) {
    return envelope().leads && OUTSIDE.includes(allowed.why);
  }

  async function reveal() {
    if (!may().allowed) return refresh();
    const told = await ask("reveal");
    if (!told || !letter()) return;
    if (told.additions !== letter().known) return changed();
    show(false);
  }

  /** Show the number to the head of service, with a reason, until it is hidden again. Never once the permission
   * expired. */
  async function revealOutside(form) {
    if (!mayOverrule(may()) || !(await ask("outside", new FormData(form), form)) || !letter()) return;
    form.reset();
    if (await changed()) show(true); // false if an addition has to be read first
  }

  function show(overruled) {
    shown = true; // if allowed: refresh() checks against the server clock just read
    outside = overruled;
    tell(""); // earlier messages would take up its room
    refresh();
  }

  function hide() {
    outside = shown = false;
    refresh();
  }

  function number() {
    const { phone } = letter().answers;
    return element("a", { href: `tel:${phone}`, textContent: phone });
  }

  /** Fill in the limit from the letter, which the server can only tighten, and the day on which she comes. Returns the
   * selector of the form for the outcome, if there is one. */
  function forms(allowed) {
    const { answers } = letter();
    const byTheService = BY_THE_SERVICE.includes(answers.contact_mode);
    const attempt = document.getElementById("attempt");
    if (attempt) {
      attempt.hidden = !envelope().owes && !(envelope().mine && byTheService);
      attempt.querySelector("[name=most]").value = answers.max_attempts ?? "1";
    }
    const override = document.getElementById("outside");
    if (override) override.hidden = !mayOverrule(allowed) || shown;
    const herself = document.getElementById("herself");
    if (herself) comes(herself, answers, byTheService);
    return attempt && !attempt.hidden ? "#attempt" : herself && !byTheService && "#herself";
  }

  function comes(herself, answers, byTheService) {
    if (!herself.dataset.ready) herself.open ||= !byTheService;
    herself.dataset.ready = "yes";
    const day = herself.querySelector("[name=day]");
    if (day && !day.value && answers.coming_by) day.value = within(answers.coming_by, day);
  }

  return {
    refresh, revealOutside,
    /** Check the clock again. */
    tick: () => { if (JSON.stringify(may()) !== before) refresh(); },
    isShown: () => shown,
    forget: () => { outside = shown = false; inOneView(opened, false); },
  };
}

function within(day, { min, max }) {
  return day < min ? min : day > max ? max : day;
}
