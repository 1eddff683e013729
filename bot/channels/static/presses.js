// Sends presses outside the browser's history, and never drops one. The newest counts. After a second the page shows
// "…", after ten what to do. Only a page of ours counts as an answer, whatever a proxy sends instead.
"use strict";
const presses = (() => {
  const SOON = 1000;
  const LONG = 10000;
  // Presses of the form that change nothing at the service, and so may be repeated.
  const HARMLESS = /^(page|next|review|consent|language|change|add|reader|set|remove|mend|code|away|stale)\b/;
  let waiting = null; // the press whose answer is awaited
  let later = []; // pressed after a tick: every tick counts, so nothing overtakes it
  let unanswered = false; // whether an earlier press on this page arrived is unknown

  const able = ["fetch", "AbortController", "DOMParser", "FormData", "URLSearchParams"].every((one) => one in window);
  const ticks = ({ button }) => Boolean(button) && button.hasAttribute("aria-pressed");
  const helps = ({ button }) => Boolean(button) && ["danger", "human"].includes(button.value);
  const repeatable = ({ fields }) => !fields.has("do") || HARMLESS.test(fields.get("do"));

  // `then` handles what follows: wait(), then show(page, pressed), lost() or leave().
  function press(form, button, then) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    const fresh = { form, button, then, fields, same: fields.toString(), late: false, timers: [] };
    const twice = waiting && waiting.same === fresh.same;
    if (twice && !waiting.late) return; // its answer is coming
    // What goes to the service is not replaced: another page instead would look as if it had not been sent.
    if (waiting && !twice && !waiting.late && !repeatable(waiting) && !helps(fresh)) return;
    if (!twice && waiting && ticks(waiting) && waiting.form === form) {
      later.push(button);
      if (waiting.late) carry(waiting);
      return;
    }
    if (!twice) later = [];
    carry(fresh);
  }

  async function carry(one) {
    stop();
    waiting = one;
    const { signal } = (one.abort = new AbortController());
    one.late = false;
    one.then.wait();
    one.timers = [setTimeout(busy, SOON, true), setTimeout(tooLong, LONG, one)];
    for (let tries = repeatable(one) ? 2 : 1; tries; tries -= 1) {
      const page = await answer(one, signal).catch(() => null);
      if (signal.aborted) return; // replaced by a newer press
      if (page) return answered(one, page);
      unanswered = true;
      if (tries > 1) await new Promise((soon) => setTimeout(soon, SOON));
      if (signal.aborted) return;
    }
    settle(one);
    later = [];
    if (!one.late) one.then.lost();
  }

  async function answer({ form, fields }, signal) {
    if (unanswered && !fields.has("do")) fields.set("unanswered", "1"); // so that it replaces the earlier one
    const how = { method: "POST", body: fields, redirect: "manual", cache: "no-store", signal };
    const came = await fetch(form.getAttribute("action"), how);
    if (came.type === "opaqueredirect") return "elsewhere";
    const page = new DOMParser().parseFromString(await came.text(), "text/html");
    for (const told of page.querySelectorAll("noscript")) told.remove(); // parsed without scripts, they would show
    if (!page.querySelector("#notes")) throw new Error("not a page of ours"); // a proxy's page while we are down
    const isForm = !fields.has("do") || page.querySelector('main [name="do"]');
    if (came.status >= 400 && !isForm) throw new Error("no page of the form"); // keep what she typed
    const parts = Promise.all(Array.from(page.querySelectorAll("link[rel=stylesheet], script[src]"), bring));
    await Promise.race([parts, new Promise((enough) => setTimeout(enough, 2 * SOON))]);
    return page;
  }

  // The form has its own style and script. It works without them, so a lost one holds nobody up.
  function bring(part) {
    const name = part.localName === "link" ? "href" : "src";
    const source = part.getAttribute(name);
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

  function answered({ form, button, then, timers }, page) {
    settle({ timers });
    unanswered = false;
    if (page === "elsewhere") return then.leave();
    then.show(page, form.elements.text || button);
    const [next, ...others] = later;
    const buttons = Array.from(document.querySelectorAll("main button"));
    const there = next && buttons.find((one) => one.name === next.name && one.value === next.value);
    if (there) press(there.form, there, then);
    later = there ? others : [];
  }

  // The answer may still come, but a second press does not wait for it.
  function tooLong(one) {
    one.late = true;
    busy(false);
    one.then.lost();
  }

  function settle({ timers }) {
    for (const timer of timers) clearTimeout(timer);
    busy(false);
    waiting = null;
  }

  // Stop waiting for the answer.
  function stop() {
    if (!waiting) return;
    unanswered = true;
    waiting.abort.abort();
    settle(waiting);
  }

  function busy(yes) {
    const [sign, main] = [document.querySelector("#busy"), document.querySelector("main")];
    if (sign) sign.hidden = !yes;
    if (main) main.setAttribute("aria-busy", String(yes));
  }

  return { able, press, stop };
})();
