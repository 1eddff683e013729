// How a request stands, as the server draws it: the envelope and the forms beneath it. Every form goes by fetch, so that
// an opened letter stays open; then these parts are replaced by what a reload would show. So is the bar.

import { element } from "/static/element.js";

const ID = "standing";
const PARTS = [ID, "workbar-actions"];

/** What the page says about the request for its script; null where it is not open to the worker. */
export function envelopeOf(page) {
  const data = page?.getElementById("envelope-data");
  return data ? JSON.parse(data.textContent) : null;
}

/** Put what a reload would show in place of what stands here. What is typed in other forms than `sent` stays, and so does
 * the outcome that was chosen, wherever its form stands now: the letter may go, and how the call went is noted all the same. */
export async function renewed(sent) {
  const page = await pageAt(location.pathname);
  if (page === null) return undefined; // the desk does not answer
  const chosen = document.querySelector("#attempt :checked");
  const same = chosen && chosen.form !== sent && page.querySelector(`#attempt [value="${chosen.value}"]`);
  if (same) same.checked = true;
  const [limit, fresh] = [document, page].map((one) => one.querySelector("#attempt [name=most]"));
  if (limit && fresh) fresh.value = limit.value; // it came out of the letter, which may not be open any more
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

/** A page of the desk, as a document in which nothing runs; null where the desk does not answer. */
export function pageAt(path) {
  return new Promise((done) => {
    const asking = new XMLHttpRequest();
    asking.responseType = "document";
    asking.onload = () => done(asking.status < 500 ? asking.response : null); // a proxy's page is none of ours
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
    const same = fresh.querySelector(`${named(field.form)} [name="${field.name}"]`);
    if (same) same.value = field.value;
  }
}

/** A form is known again by its id, or by what it does. */
function named(form) {
  return form.id ? `#${form.id}` : `form[action="${form.getAttribute("action")}"]`;
}

/**
 * What the desk answers to a form: `{ ok, status, said }`, where `said` are the words of its answer. Where it asks first,
 * the question is put here, and the answer goes along with the press that is repeated; it may ask again, because what it
 * said is not true any more. Cancel changes nothing: then `cancelled` is true, and nothing is to be said.
 */
export async function press(path, body) {
  const pressed = document.activeElement;
  for (;;) {
    const answer = await post(path, body);
    if (answer.status !== 409 || !answer.said.ask) return answer;
    const sure = await isSure(answer.said.ask);
    setTimeout(() => pressed?.isConnected && pressed.focus()); // once its form can be used again
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

/** Why a form was not taken, beside it. Everything that was typed is still in it. */
export function refusedIn(form, sentence) {
  form.querySelector(".wrong")?.remove();
  if (sentence) form.append(element("p", { className: "wrong", role: "alert", textContent: sentence }));
}
