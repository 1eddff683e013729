// Asks for a confirmation before a form is sent, on the page itself, so that nothing typed in the form is lost.

import { sent } from "/static/confirming.js";

let asking = false; // a second press while the desk answers would send the form twice
addEventListener("pageshow", () => { asking = false; });

for (const form of document.querySelectorAll("form[data-ahead]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    const how = { method: "POST", headers: { Accept: "application/json" }, redirect: "error" };
    const answer = await sent("/confirm/ahead", how).catch(() => null);
    if (answer?.status !== 403) return form.submit();
    asking = false; // she closed the question
  });
}
