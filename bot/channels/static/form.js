// Comfort only: without this file everything works, and every question is shown. It keeps nothing and asks nobody.
"use strict";
(() => {
  // --- Opened from Telegram: take the one-time token out of the address before anything else happens ---------------
  const launch = document.querySelector("#launch");

  function open() {
    const token = /^#([\w-]+)/.exec(location.hash)?.[1] ?? ""; // what Telegram adds behind it is never read
    history.replaceState(null, "", location.pathname);
    launch.elements.launch.value = token;
    launch.querySelector("button").click();
  }

  if (launch) addEventListener("hashchange", () => location.hash && open());
  if (launch && location.hash) return open();

  // --- Ask only what the answers so far make sense of --------------------------------------------------------------
  const form = document.querySelector("form.ask");
  if (!form) return;
  document.documentElement.classList.add("script");

  const chosen = (name) => form.querySelector(`[name="${name}"]:checked`)?.value;
  const all = (condition) => Object.entries(condition).every(([name, wanted]) => wanted.includes(chosen(name)));
  const holds = (when) => when.some(all);

  function reveal() {
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = !holds(JSON.parse(part.dataset.when));
  }

  form.addEventListener("change", reveal);
  reveal();

  // --- The agreed word: asked and sent by the script only, so that no file of the browser holds it --------------------
  // It is never in a page that comes back. So that nobody types it twice, it is kept here while its page is shown.
  let word = "";

  function ask() {
    const parts = document.querySelectorAll("form.ask [data-script]");
    if (!parts.length) word = "";
    for (const part of parts) {
      part.closest("form").removeAttribute("data-whole"); // sent by fetch: see chat.js
      part.hidden = false;
      for (const field of part.querySelectorAll("input")) {
        field.disabled = false;
        field.value = word;
        field.addEventListener("input", () => (word = field.value));
      }
    }
  }

  document.addEventListener("shown", ask);
  ask();

  // --- A link to a question leads there, and leaves the address as it is -------------------------------------------
  form.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const place = document.getElementById(link.hash.slice(1));
    place?.closest("details")?.setAttribute("open", "");
    place?.scrollIntoView({ block: "start" });
    (place?.matches("input") ? place : place?.querySelector("input, select, textarea"))?.focus({ preventScroll: true });
  });
})();
