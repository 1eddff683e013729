// How a press travels: beside the browser's history, and never dropped. The newest counts. Whoever waits sees "…" after
// a second, and what to do after ten. Only a page of ours is an answer, whatever a line or a proxy says instead.
"use strict";
const presses = (() => {
  const SOON = 1000;
  const LONG = 10000;
  // What pages of the form ask for that changes nothing at the service: it may be asked twice.
  const HARMLESS = /^(page|next|review|consent|language|change|reader|set|remove|mend|code|away|stale)\b/;
  let waiting = null; // the press whose answer is awaited
  let later = []; // what was pressed behind a tick: each tick counts, so nothing beside it overtakes it
  let unanswered = false; // an earlier press on this page was heard or not: nobody knows

  const able = ["fetch", "AbortController", "DOMParser", "FormData", "URLSearchParams"].every((one) => one in window);
  const ticks = ({ button }) => Boolean(button) && button.hasAttribute("aria-pressed");
  const helps = ({ button }) => Boolean(button) && ["danger", "human"].includes(button.value);
  const repeatable = ({ fields }) => !fields.has("do") || HARMLESS.test(fields.get("do"));

  // `then` says what becomes of it: wait(), then show(page, pressed), lost() or leave().
  function press(form, button, then) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    const fresh = { form, button, then, fields, same: fields.toString(), late: false, timers: [] };
    const twice = waiting && waiting.same === fresh.same;
    if (twice && !waiting.late) return; // its answer is on its way
    // What the service is told goes on by itself: another page in its place would say as if it had not been sent.
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
      if (signal.aborted) return; // a newer press stands in its place
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
    if (unanswered && !fields.has("do")) fields.set("unanswered", "1"); // so that it counts instead of the earlier one
    const how = { method: "POST", body: fields, redirect: "manual", cache: "no-store", signal };
    const came = await fetch(form.getAttribute("action"), how);
    if (came.type === "opaqueredirect") return "elsewhere";
    const page = new DOMParser().parseFromString(await came.text(), "text/html");
    for (const told of page.querySelectorAll("noscript")) told.remove(); // parsed without scripts, it would be shown
    if (!page.querySelector("#notes")) throw new Error("not a page of ours"); // a proxy's, while we are down
    const isForm = !fields.has("do") || page.querySelector('main [name="do"]');
    if (came.status >= 400 && !isForm) throw new Error("no page of the form"); // what she typed stays where it is
    const parts = Promise.all(Array.from(page.querySelectorAll("link[rel=stylesheet], script[src]"), bring));
    await Promise.race([parts, new Promise((enough) => setTimeout(enough, 2 * SOON))]);
    return page;
  }

  // The form has a style and a script of its own. Without them it still works, so nobody waits for one that is lost.
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

  // The answer may still come; whoever presses again is not made to wait for it.
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

  // Nobody waits any more for what is on its way.
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
