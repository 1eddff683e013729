// Back works inside the conversation, and never leads into it again. Runs before the page is drawn.
//
// The first press that leads on adds one history entry with the same address and title. The browser's Back then arrives
// here and presses the page's own Back. Leaving goes to the entry before and replaces it by the page that reveals
// nothing. An entry that remains nevertheless leads away too. History entries hold only a number, never text.
"use strict";
(() => {
  const [FIRST, INSIDE] = [1, 2];
  const PATIENCE = 250;
  const { away } = document.currentScript.dataset;
  let inside = history.state === INSIDE; // whether the extra entry is the current one, also after a reload
  let arrived = null; // what to do once the browser reaches the entry we sent it to

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

  // If the page has no way back, Back is the browser's own again.
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
      inside = true; // Forward: nothing follows
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
    // some browsers refuse it while cookies are blocked: ask the server instead, as below
  }

  document.addEventListener("leaving", (event) => {
    if (tabs && event.detail.hide) tabs.postMessage("hide");
    if (!inside || arrived) return;
    event.preventDefault();
    inside = false; // a second press leaves at once
    let left = false;
    const leave = () => {
      if (!left) location.replace(event.detail.away);
      left = true;
    };
    setTimeout(leave, PATIENCE);
    go(-1, leave);
  });

  // If chat.js failed to load, the page goes without telling the server; the conversation ends by itself.
  document.addEventListener("alone", async (event) => {
    await null; // until every other listener has run
    if (event.defaultPrevented) return;
    document.body.textContent = "";
    location.replace(away);
  });

  // --- The other tabs of this browser go with the one that is hidden -----------------------------------------------
  if (tabs) tabs.addEventListener("message", () => document.dispatchEvent(new Event("alone", { cancelable: true })));

  // A browser without such a channel asks the server when the tab comes into view. That covers only tabs of the same
  // conversation: to reach others, something would have to be stored in the browser.
  async function ask() {
    const exit = document.querySelector("form.leave");
    if (tabs || !exit || document.visibilityState === "hidden") return;
    try {
      const body = new URLSearchParams({ token: exit.elements.token.value });
      const answer = await fetch("/here", { method: "POST", body, cache: "no-store" });
      if (answer.status === 410) document.dispatchEvent(new Event("alone", { cancelable: true }));
    } catch (error) {
      // offline nobody can know; the next press says so
    }
  }
  document.addEventListener("visibilitychange", ask);
  addEventListener("focus", ask);
})();
