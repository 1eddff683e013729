// How a request stands, as the server draws it: the envelope and the forms beneath it. Every form goes by fetch, so that
// an opened letter stays open; then these parts are replaced by what a reload would show. So is the bar.

import { element } from "/static/element.js";

const ID = "standing";
const PARTS = [ID, "deeds"];

/** What the page says about the request for its script; null where it is not open to the worker. */
export function envelopeOf(page) {
  const data = page?.getElementById("envelope-data");
  return data ? JSON.parse(data.textContent) : null;
}

/** Put what a reload would show in place of what stands here. What is typed in other forms than `sent` stays. */
export async function renewed(sent) {
  const page = await pageAt(location.pathname);
  if (page === null) return undefined; // the desk does not answer
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
    asking.onload = () => done(asking.response);
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

/** What the desk answers to a form: `{ ok, status, said }`, where `said` are the words of its answer. */
export async function press(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    return { ok: answer.ok, status: answer.status, said: await answer.json().catch(() => ({})) };
  } catch {
    return { ok: false, status: 0, said: {} };
  }
}

/** Why a form was not taken, beside it. Everything that was typed is still in it. */
export function refusedIn(form, sentence) {
  form.querySelector(".wrong")?.remove();
  if (sentence) form.append(element("p", { className: "wrong", role: "alert", textContent: sentence }));
}

/** Whether a form that cannot be undone was confirmed; the first press only shows the question. */
export function isSure(form) {
  const question = form.querySelector(".sure");
  if (!question || !question.hidden) return true;
  question.hidden = false;
  form.querySelector("[name=sure]").value = "yes";
  form.querySelector("button").textContent = form.dataset.again;
  return false;
}
