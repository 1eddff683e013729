// Whether to call now, the number, and the forms around a call. The number is on the screen only while it may be.

import { inOneView } from "/static/callview.js";
import { element } from "/static/element.js";
import { headerLine, permission } from "/static/reading.js";
import { hasScript } from "/static/script.js";
import { callInBar, ways } from "/static/workbar.js";

const BY_THE_SERVICE = ["call", "sms"];
const OUTSIDE = ["closed", "unanswerable", "awaited"]; // what who decides for the service may overrule, with a reason

/**
 * `letter()` and `envelope()` answer what is open now. `ask` tells the server. `changed` draws the page anew, and answers
 * false where the person has added something that is to be read first.
 */
export function calling({ opened, words, now, letter, envelope, ask, changed, tell }) {
  let shown = false; // the number is on the screen
  let outside = false; // shown by the head of service, although it is not safe now
  let before = ""; // whether calling was allowed when the page was last drawn
  const may = () => permission(letter().answers, now());

  /** Everything on the page that depends on the time and on what was noted. */
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

  /** The number, and the button that shows it: it says why not where it does not. */
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

  /** The head of service, with a reason: until the number is hidden again. Never when the permission has expired. */
  async function revealOutside(form) {
    if (!mayOverrule(may()) || !(await ask("outside", new FormData(form), form)) || !letter()) return;
    form.reset();
    if (await changed()) show(true); // what the person has added since is read first
  }

  function show(overruled) {
    shown = true; // if it may be: the server's clock has just been read, and refresh() looks at it
    outside = overruled;
    tell(""); // what was said before the call would take its room
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

  /** The limit comes out of the letter: the server can only make it stricter. So does the day on which she comes.
   * Answers where it is noted how it went. */
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
    /** Look at the clock again. */
    tick: () => { if (JSON.stringify(may()) !== before) refresh(); },
    isShown: () => shown,
    forget: () => { outside = shown = false; inOneView(opened, false); },
  };
}

function within(day, { min, max }) {
  return day < min ? min : day > max ? max : day;
}
