// An enhancement: without this file everything works, and all questions show. It stores nothing and sends nothing.
"use strict";
(() => {
  // --- Opened from Telegram: take the one-time token out of the address before anything else happens ---------------
  const launch = document.querySelector("#launch");

  function open() {
    const token = /^#([\w-]*)/.exec(location.hash)[1]; // what Telegram appends is never read
    history.replaceState(null, "", location.pathname);
    launch.elements.launch.value = token;
    if (!document.contains(launch)) document.querySelector("main").append(launch); // another page is shown by now
    launch.querySelector("button").click();
  }

  // --- Show only questions that fit the answers so far -------------------------------------------------------------
  const chosen = (form, name) => (form.querySelector(`[name="${name}"]:checked`) || {}).value;
  const all = (form, condition) => Object.entries(condition).every(([name, wanted]) => wanted.includes(chosen(form, name)));
  const holds = (form, when) => when.some((condition) => all(form, condition));

  function reveal() {
    for (const part of document.querySelectorAll("[data-when]")) {
      part.hidden = !holds(part.closest("form"), JSON.parse(part.dataset.when));
    }
  }

  // --- Ask for the agreed word only where presses bypass the browser's history ----------------------------------------
  // No file of the browser holds the word, and no page that comes back. While its page is shown it is kept here, so that
  // nobody types it twice.
  let word = "";

  function ask() {
    if (!document.documentElement.classList.contains("script")) return;
    const parts = document.querySelectorAll("[data-script]");
    if (!parts.length) word = "";
    for (const part of parts) {
      part.hidden = false;
      for (const field of [part, ...part.querySelectorAll(":disabled")]) field.disabled = false;
      for (const field of part.querySelectorAll("input")) {
        field.value = word;
        field.addEventListener("input", () => (word = field.value));
      }
    }
  }

  // If scripts run but presses do not bypass the history, say what the browser may keep, as without scripts.
  function warn() {
    if (document.documentElement.classList.contains("script")) return;
    for (const told of document.querySelectorAll("main noscript")) told.outerHTML = told.textContent;
  }

  // --- Count what is typed into a long field -----------------------------------------------------------------------
  // Nothing is cut: whoever goes on with too much is told so and finds every word again. A screen reader hears the number
  // when little room is left, not at every letter.
  const NEAR = 30;

  function count(field) {
    const shown = field.parentElement.querySelector("[data-count]");
    if (!shown) return;
    const [long, most] = [[...field.value].length, Number(field.dataset.longest)];
    shown.hidden = false;
    shown.textContent = `${long} / ${most}`;
    shown.classList.toggle("over", long > most);
    const left = most - long;
    if (left < NEAR && (left < 0 || left % 10 === 0)) document.querySelector("#said").textContent = shown.textContent;
  }

  document.addEventListener("input", (event) => event.target.matches("[data-longest]") && count(event.target));

  function ready() {
    ask();
    for (const field of document.querySelectorAll("[data-longest]")) count(field);
    warn();
    reveal();
  }

  document.addEventListener("change", reveal);
  document.addEventListener("shown", ready);
  ready();

  // --- A link to a question scrolls there without changing the address ---------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest ? event.target.closest('main a[href^="#"]') : null;
    if (!link) return;
    event.preventDefault();
    const place = document.getElementById(link.hash.slice(1));
    if (!place) return;
    const folded = place.closest("details");
    if (folded) folded.open = true;
    place.scrollIntoView({ block: "start" });
    const field = place.matches("input") ? place : place.querySelector("input, select, textarea, .press");
    if (field) field.focus({ preventScroll: true });
  });

  if (launch) addEventListener("hashchange", () => location.hash && open());
  if (launch && location.hash) open();
})();
