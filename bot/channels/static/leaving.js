// Back inside the conversation, and no way back into it. Read before the page is drawn.
//
// A press that leads on makes one extra entry of the history, of the same address and title; Back then comes here, and
// is a press on the page's own Back. Leaving goes to the entry before it and from there away, in its place. An entry
// that is left over all the same leads away, too. The history holds a number of each of them, and no word.
"use strict";
(() => {
  const [FIRST, INSIDE] = [1, 2];
  const PATIENCE = 250;
  const { away } = document.currentScript.dataset;
  let inside = history.state === INSIDE; // whether we stand on the extra entry; after a reload we still do
  let arrived = null; // what to do when the browser has come to the entry to which we sent it

  const [visit] = performance.getEntriesByType ? performance.getEntriesByType("navigation") : [];
  const returned = visit ? visit.type === "back_forward" : performance.navigation && performance.navigation.type === 2;
  if (returned && [FIRST, INSIDE].includes(history.state)) {
    document.documentElement.hidden = true;
    location.replace(away);
    return;
  }

  const way = () => document.querySelector('main [data-back], nav [value="back"], nav [data-back]');

  function go(step, then) {
    arrived = then;
    history.go(step);
  }

  function enter() {
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    history.replaceState(FIRST, "");
    history.pushState(INSIDE, "");
    inside = true;
  }

  // Where the page has no way back, Back is the browser's own again.
  function settle() {
    if (way() && !inside) enter();
    else if (!way() && inside) go(-1, () => (inside = false));
  }

  addEventListener("popstate", () => {
    if (arrived) {
      const then = arrived;
      arrived = null;
      then();
    } else if (history.state === INSIDE) {
      inside = true; // Forward: there is nothing further on
    } else if (inside && history.state === FIRST) {
      inside = false;
      const button = way();
      if (!button) return history.back();
      go(+1, () => (inside = true));
      button.click();
    }
  });

  document.addEventListener("shown", () => {
    if (!arrived) return settle();
    const before = arrived;
    arrived = () => {
      before();
      settle();
    };
  });

  // --- Leaving ---------------------------------------------------------------------------------------------------------
  let tabs = null;
  try {
    if ("BroadcastChannel" in window) tabs = new BroadcastChannel("page");
  } catch (error) {
    // where cookies are blocked some browsers refuse it: the server is asked instead, as below
  }

  document.addEventListener("leaving", (event) => {
    if (tabs && event.detail.hide) tabs.postMessage("hide");
    if (!inside || arrived) return;
    event.preventDefault();
    inside = false; // whoever presses again goes straight away
    let left = false;
    const leave = () => {
      if (!left) location.replace(event.detail.away);
      left = true;
    };
    setTimeout(leave, PATIENCE);
    go(-1, leave);
  });

  // Where the file that hears of it was lost on the way, the page goes without a word to the server, which ends by itself.
  document.addEventListener("alone", async (event) => {
    await null; // until every other has heard it
    if (event.defaultPrevented) return;
    document.body.textContent = "";
    location.replace(away);
  });

  // --- The other tabs of this browser go with the one that is hidden -----------------------------------------------
  if (tabs) tabs.addEventListener("message", () => document.dispatchEvent(new Event("alone", { cancelable: true })));

  // A browser without such a channel asks when the tab comes into view. Only tabs of one conversation know of each other
  // then: to tell others, something would have to be kept in the browser.
  async function ask() {
    const exit = document.querySelector("form.leave");
    if (tabs || !exit || document.visibilityState === "hidden") return;
    try {
      const body = new URLSearchParams({ token: exit.elements.token.value });
      const answer = await fetch("/here", { method: "POST", body, cache: "no-store" });
      if (answer.status === 410) document.dispatchEvent(new Event("alone", { cancelable: true }));
    } catch (error) {
      // without a line nobody can know; the next press says so
    }
  }
  document.addEventListener("visibilitychange", ask);
  addEventListener("focus", ask);
})();
