// An enhancement: without this file plain forms do everything. It stores nothing and talks only to our own server.
"use strict";
(() => {
  const IDLE = 30 * 60 * 1000;
  const RECENT = 5000;
  let clicked = null; // older browsers do not say which button submitted
  let gone = false;
  let away = "about:blank";
  let posting = false; // the browser posts a form: the page unloads but the conversation continues
  let shifts = [];
  let clean = false;

  const exit = () => document.querySelector("form.leave");
  const within = (place, css) => (place && place.closest ? place.closest(css) : null);
  const token = () => (exit() ? exit().elements.token.value : "");
  // If their file failed to load, or the browser lacks what they need, it posts the forms itself.
  const beside = typeof presses === "undefined" || !presses.able ? null : presses;

  // --- Leaving: blank first, then the server, then away ---------------------------------------------------------
  function wipe() {
    document.body.textContent = "";
  }

  function forget() {
    const body = new URLSearchParams({ token: token() });
    wipe();
    if (gone || posting) return;
    gone = true;
    if (beside) beside.stop();
    tell(body);
  }

  // Sent while the page unloads: not every browser with `fetch` lets it outlive the page.
  function tell(body) {
    if (window.fetch && window.Request && "keepalive" in Request.prototype) {
      fetch("/leave", { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    } else if (navigator.sendBeacon) navigator.sendBeacon("/leave", body);
  }

  function leave(hide = true) {
    if (exit()) ({ away } = exit().dataset);
    posting = false;
    forget();
    const leaving = new CustomEvent("leaving", { cancelable: true, detail: { away, hide } });
    if (document.dispatchEvent(leaving)) location.replace(away);
  }

  document.addEventListener("alone", (event) => {
    event.preventDefault();
    if (!gone) leave(false);
  });
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => event.persisted && wipe());

  // If idle.js failed to load, the page leaves all the same: half an hour after the last event counted here, without a
  // warning.
  if (typeof idle === "undefined") {
    let seenAt = Date.now();
    const look = () => Date.now() - seenAt < IDLE || (!gone && leave(false));
    const alive = () => look() === true && (seenAt = Date.now());
    for (const sign of ["keydown", "input", "pointerdown", "scroll"]) document.addEventListener(sign, alive, true);
    document.addEventListener("visibilitychange", look);
    setInterval(look, RECENT);
  }

  // --- Shift three times: only presses of Shift alone count, so that capital letters do not -----------------------
  addEventListener("keydown", (event) => {
    clean = event.key === "Shift" && !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!clean && event.key !== "Shift") shifts = [];
  }, true);
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !clean) return;
    clean = false;
    const now = Date.now();
    shifts = [...shifts.filter((at) => now - at < RECENT), now];
    if (shifts.length >= 3) leave();
  }, true);
  addEventListener("pointerdown", () => {
    shifts = [];
    clean = false;
  }, true);

  // --- A press without a page load: the history keeps nothing that a form posts ---------------------------------
  document.addEventListener("click", (event) => {
    clicked = within(event.target, "button");
    if (within(event.target, "#leave")) {
      event.preventDefault();
      leave();
    } else if (within(event.target, "a.skip")) {
      event.preventDefault(); // keep the address unchanged
      document.querySelector("h1").focus();
    }
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter = clicked } = event;
    posting = !beside && !form.matches(".leave");
    if (posting) return;
    event.preventDefault(); // in any case: the browser would store what it posts itself
    if (form.matches(".leave") || gone) return;
    beside.press(form, submitter, { wait, show, lost, leave });
  });

  function show(page, pressed) {
    if (gone) return;
    const before = document.querySelector("main").dataset.screen;
    document.documentElement.lang = page.documentElement.lang;
    for (const part of ["header", "main", "nav"]) {
      const old = document.querySelector(part);
      const fresh = page.querySelector(part);
      if (old && fresh) old.replaceWith(fresh);
      else if (old) old.remove();
      else if (fresh) document.querySelector("main").after(fresh);
    }
    document.querySelector("#notes").replaceWith(page.querySelector("#notes"));
    document.querySelector("#shift").hidden = false;
    document.dispatchEvent(new Event("shown"));
    const wrong = document.querySelector("main [role=alert]");
    const stayed = before === document.querySelector("main").dataset.screen && same(pressed);
    const place = wrong || stayed || document.querySelector("main [autofocus]");
    if (!place || wrong) scrollTo(0, 0);
    if (wrong) wrong.tabIndex = -1;
    (place || document.querySelector("h1")).focus({ preventScroll: !place || wrong });
    const notice = document.querySelector(".notice");
    say(wrong || !notice ? "" : notice.textContent); // a screen reader reads the focused element anyway
  }

  // The pressed button or field on the new page: an option just ticked, a place just searched for. Results for typed
  // words stand above their field, so that page is read from the top.
  function same(pressed) {
    if (pressed && pressed.name === "text") {
      const field = document.querySelector("#text");
      return field && field.form.matches(".choices ~ form") ? null : field;
    }
    const choice = (pressed ? pressed.value : "").replace(/^[+-]/, "");
    const buttons = [...document.querySelectorAll("button[aria-pressed]")];
    return buttons.find((button) => button.value.slice(1) === choice);
  }

  document.querySelector("#shift").hidden = false;
  if (beside) document.documentElement.classList.add("script");

  function wait() {
    document.querySelector("#lost").hidden = true;
    say("");
  }

  function lost() {
    if (gone) return;
    document.querySelector("#lost").hidden = false;
    say(document.querySelector("#lost").textContent);
  }

  function say(words) {
    document.querySelector("#said").textContent = words.trim().replace(/\s+/g, " ");
  }
})();
