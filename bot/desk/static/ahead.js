// Asks for a confirmation before a form is sent, on the page itself, so that nothing typed in the form is lost.

import { sent } from "/static/confirming.js";

for (const form of document.querySelectorAll("form[data-ahead]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const how = { method: "POST", headers: { Accept: "application/json" }, redirect: "error" };
    const answer = await sent("/confirm/ahead", how).catch(() => null);
    if (answer?.status !== 403) form.submit(); // 403: she closed the question
  });
}
