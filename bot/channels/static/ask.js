// The page asks before one of its buttons discards what was typed. Never before danger, a human or “Hide”, and never
// with the browser's own dialog, which would appear when the page is closed in a hurry.
"use strict";
(() => {
  // Buttons that answer the same question as the field, or discard nothing.
  const FREE = '[value="danger"], [value="human"], [value="hide"], [value^="place."], [value^="group."], [name="again"]';
  let clicked = null; // older browsers do not say which button submitted
  let waits = null; // the button that waits for her decision
  let agreed = false; // she has just agreed to discard her words
  let kept = ""; // her words, while the page loads in another language

  const ask = () => document.querySelector("#ask");
  const field = () => document.querySelector("#text");

  const changed = (one) => {
    if (one.disabled || one.type === "hidden") return false;
    if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
    if (one.localName !== "select") return one.value !== one.defaultValue;
    const first = [...one.options].findIndex((option) => option.defaultSelected);
    return one.selectedIndex !== Math.max(first, 0);
  };
  const answered = () => [...document.querySelectorAll("main input, main select, main textarea")].some(changed);

  function drops(form, button) {
    if (!ask() || form.matches(".leave, .find") || button.matches(FREE)) return false;
    if (field() && field().value.trim()) return true;
    return button.matches("[data-drops]") && answered();
  }

  function open(on) {
    ask().hidden = !on;
    if (on) document.querySelector("#ask-stay").focus();
  }

  function stay() {
    open(false);
    const back = field() || document.querySelector("main h1");
    if (back) back.focus();
  }

  document.addEventListener("click", (event) => {
    clicked = event.target.closest("button");
    if (!clicked || !waits) return;
    if (clicked.id === "ask-stay") {
      waits = null;
      stay();
    } else if (clicked.id === "ask-go") {
      const button = waits;
      open(false);
      agreed = true;
      button.click();
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && waits) document.querySelector("#ask-stay").click();
  });

  document.addEventListener("submit", (event) => {
    const button = event.submitter || clicked;
    const [yes, asked] = [agreed, waits];
    agreed = false;
    waits = null;
    if (asked) open(false);
    if (!button || yes) return;
    if (button === asked) { // pressed again instead of answering, as Back dismisses a dialog on a phone: discard nothing
      event.preventDefault();
      event.stopImmediatePropagation();
      return stay();
    }
    kept = button.value.startsWith("language") && field() ? field().value : "";
    if (kept || !drops(event.target, button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waits = button;
    open(true);
  }, true);

  document.addEventListener("shown", () => {
    waits = null;
    if (kept && field()) field().value = kept;
    kept = "";
  });
})();
