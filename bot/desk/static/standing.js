// The server-rendered state of a request: its envelope, the forms below it, and the bar. Forms are sent by fetch, so
// that an opened letter stays open; then these parts are replaced by what a reload would show.

import { element } from "/static/element.js";

const ID = "standing";
const PARTS = [ID, "workbar-actions"];

/** The envelope data in a page; null if the request is not open to the worker. */
export function envelopeOf(page) {
  const data = page?.getElementById("envelope-data");
  return data ? JSON.parse(data.textContent) : null;
}

/** Replace these parts by what a reload would show. Text typed in forms other than `sent` is kept, and so is a chosen
 * outcome, wherever its form is now: even if the letter goes, she can still note how the call went. */
export async function renewed(sent) {
  const page = await pageAt(location.pathname);
  if (page === null) return undefined; // the desk does not answer
  const chosen = document.querySelector("#attempt :checked");
  const same = chosen && chosen.form !== sent && page.querySelector(`#attempt [value="${chosen.value}"]`);
  if (same) same.checked = true;
  const [limit, fresh] = [document, page].map((one) => one.querySelector("#attempt [name=most]"));
  if (limit && fresh) fresh.value = limit.value; // it came from the letter, which may no longer be open
  for (const part of PARTS) {
    const [old, fresh] = [document.getElementById(part), page.getElementById(part)];
    if (fresh) {
      carryOver(old, fresh, sent);
      old.replaceWith(document.adoptNode(fresh));
    } else {
      old.replaceChildren();
    }
  }
  return envelopeOf(document);
}

/** Fetch a page of the desk as a document in which no script runs; null if the desk does not answer. */
export function pageAt(path) {
  return new Promise((done) => {
    const asking = new XMLHttpRequest();
    asking.responseType = "document";
    asking.onload = () => done(asking.status < 500 ? asking.response : null); // an error page of the proxy is not ours
    asking.onerror = () => done(null);
    asking.open("GET", path);
    asking.send();
  });
}

function carryOver(old, fresh, sent) {
  for (const details of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${details.id}`);
    if (same) Object.assign(same, { open: details.open }).dataset.ready = details.dataset.ready ?? "";
  }
  for (const field of old.querySelectorAll("form :is(input, select):not([type=hidden], [type=radio])")) {
    if (field.form === sent) continue;
    const ticked = field.type === "checkbox";
    const which = ticked ? `[value="${field.value}"]` : ""; // several of one name are told apart by their values
    const same = fresh.querySelector(`${named(field.form)} [name="${field.name}"]${which}`);
    if (same) Object.assign(same, ticked ? { checked: field.checked } : { value: field.value });
  }
}

/** Identify a form by its id or its action. */
function named(form) {
  return form.id ? `#${form.id}` : `form[action="${form.getAttribute("action")}"]`;
}

/**
 * Send a form. Returns `{ ok, status, said }`, where `said` is the desk's answer. If the desk asks first, put its question
 * and send the form again with the answer; it may ask again if what it said no longer holds. Cancelling changes nothing:
 * `cancelled` is then true, and there is nothing to say.
 */
export async function press(path, body) {
  const pressed = document.activeElement;
  for (;;) {
    const answer = await post(path, body);
    if (answer.status !== 409 || !answer.said.ask) return answer;
    const sure = await isSure(answer.said.ask);
    setTimeout(() => pressed?.isConnected && pressed.focus()); // once its form is usable again
    if (!sure) return { ok: false, status: 400, cancelled: true, said: { explanation: "" } };
    body = withFields(body, answer.said.ask.fields);
  }
}

async function post(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    return { ok: answer.ok, status: answer.status, said: await answer.json().catch(() => ({})) };
  } catch {
    return { ok: false, status: 0, said: {} };
  }
}

function withFields(body, fields) {
  const sent = new FormData();
  for (const [name, value] of body ?? []) sent.append(name, value);
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  return sent;
}

/** One question with the action's own word on the button. The focus begins at Cancel, and Escape is Cancel. */
function isSure({ question, button }) {
  const words = JSON.parse(document.getElementById("words").textContent);
  const sure = element("button", { type: "button", textContent: button });
  const cancel = element("button", { type: "button", className: "other", textContent: words.opening.cancel, autofocus: true });
  const said = element("p", { id: "asked", textContent: question });
  const actions = element("div", { className: "actions" });
  actions.append(cancel, sure);
  const dialog = element("dialog", { id: "ask" });
  dialog.setAttribute("aria-labelledby", "asked");
  dialog.append(said, actions);
  document.body.append(dialog);
  return new Promise((answered) => {
    let yes = false;
    sure.addEventListener("click", () => { yes = true; dialog.close(); });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); answered(yes); });
    addEventListener("pagehide", () => dialog.close(), { once: true });
    dialog.showModal();
  });
}

/** Say beside a form why it was refused. Everything typed is still in it. */
export function refusedIn(form, sentence) {
  form.querySelector(".wrong")?.remove();
  if (sentence) form.append(element("p", { className: "wrong", role: "alert", textContent: sentence }));
}
