// Comfort only: without this file everything works by plain forms. It keeps nothing and asks nobody but our own server.
"use strict";
(() => {
  const RECENT = 5000;
  let asked = null; // the answer we wait for
  let clicked = null; // the button; older browsers do not say which one submitted
  let gone = false;
  let shifts = [];
  let clean = false;

  const exit = () => document.querySelector("form.leave");
  const token = () => exit()?.elements.token.value ?? "";

  // --- Leaving: blank first, then the server, then away ---------------------------------------------------------
  function wipe() {
    document.body.replaceChildren();
  }

  function forget() {
    const body = new URLSearchParams({ token: token() });
    wipe();
    if (gone) return;
    gone = true;
    asked?.abort();
    fetch("/leave", { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  }

  function leave(hide = true) {
    const away = exit()?.dataset.away ?? "about:blank";
    forget();
    const leaving = new CustomEvent("leaving", { cancelable: true, detail: { away, hide } });
    if (document.dispatchEvent(leaving)) location.replace(away);
  }

  document.addEventListener("alone", () => gone || leave(false));
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => event.persisted && wipe());

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

  // --- A press without loading the page anew: what a form posts is kept in no history ----------------------------
  document.addEventListener("click", (event) => {
    clicked = event.target.closest?.("button") ?? null;
    if (event.target.closest?.("#leave")) {
      event.preventDefault();
      leave();
    } else if (event.target.closest?.("a.skip")) {
      event.preventDefault(); // the address stays as it is
      document.querySelector("h1").focus();
    }
  });

  document.addEventListener("submit", (event) => {
    event.preventDefault(); // whatever follows: the browser keeps what it posts by itself
    const { target: form, submitter = clicked } = event;
    if (form.matches(".leave") || gone) return;
    if (!navigator.onLine) return lost();
    send(form, submitter);
  });

  async function send(form, submitter) {
    if (asked) return;
    asked = new AbortController();
    try {
      const fields = new FormData(form);
      if (submitter?.name) fields.append(submitter.name, submitter.value);
      const body = new URLSearchParams(fields);
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual", cache: "no-store", signal: asked.signal });
      if (answer.type === "opaqueredirect") return leave();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const told of page.querySelectorAll("noscript")) told.remove(); // parsed without scripts, it would be shown
      if (!page.querySelector("#notes")) throw new Error("not a page of ours"); // a proxy's, while we are down
      await Promise.all([...page.querySelectorAll("link[rel=stylesheet], script[src]")].map(bring));
      if (!gone) show(page, form.elements.text ?? submitter);
    } catch {
      if (!gone) lost();
    } finally {
      asked = null;
    }
  }

  // The form has a style and a script of its own. Without them it still works, so nobody waits for one that is lost.
  function bring(part) {
    const [name, source] = part.matches("link") ? ["href", part.getAttribute("href")] : ["src", part.getAttribute("src")];
    if (document.head.querySelector(`[${name}="${source}"]`)) return null;
    return new Promise((arrived) => {
      const fresh = document.createElement(part.localName);
      if (name === "href") fresh.rel = "stylesheet";
      fresh[name] = source;
      fresh.onload = arrived;
      fresh.onerror = () => arrived(fresh.remove());
      document.head.append(fresh);
    });
  }

  function show(page, pressed) {
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
    say(wrong ? "" : document.querySelector(".notice")?.textContent ?? ""); // what has the focus is read anyway
  }

  // The same button or field on the fresh page: an option that was just ticked, a place that was just looked for.
  // What own words found stands above their field, so that page is read from its top.
  function same(pressed) {
    if (pressed?.name === "text") {
      const field = document.querySelector("#text");
      return field?.form.matches(".choices ~ form") ? null : field;
    }
    const choice = (pressed?.value ?? "").replace(/^[+-]/, "");
    const buttons = [...document.querySelectorAll("button[aria-pressed]")];
    return buttons.find((button) => button.value.slice(1) === choice);
  }

  document.querySelector("#shift").hidden = false;
  document.documentElement.classList.add("script");

  function lost() {
    document.querySelector("#lost").hidden = false;
    say(document.querySelector("#lost").textContent);
  }

  function say(words) {
    document.querySelector("#said").textContent = words.trim().replace(/\s+/g, " ");
  }
})();
