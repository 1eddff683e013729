// Confirms who is there before keys or ways to sign in are touched. It asks on the page itself, so nothing typed or
// made there is lost. The desk says when to ask; the request is then sent again.

import { element } from "/static/element.js";

/** Like fetch, but asks for a confirmation if the desk wants one, then retries. */
export async function sent(path, how) {
  const answer = await fetch(path, how);
  if (answer.status !== 403) return answer;
  const { confirm: words } = await answer.clone().json().catch(() => ({}));
  return words && await confirmed(words) ? fetch(path, how) : answer;
}

/** True once she has confirmed; false if she closes the dialog or is signed out by too many mistakes. */
function confirmed(words) {
  return new Promise((done) => {
    const password = element("input", { type: "password", autocomplete: "current-password", required: true });
    const told = element("p");
    told.setAttribute("role", "alert");
    const heading = element("h2", { id: "confirm-heading", textContent: words.heading });
    const form = element("form", { className: "stack" },
      heading,
      element("p", { textContent: words.explanation }),
      element("label", {}, `${words.label} `, password),
      told,
      element("button", { textContent: words.button }));
    const dialog = element("dialog", { id: "confirm" }, form);
    dialog.setAttribute("aria-labelledby", heading.id);
    const attempt = async (fields) => {
      told.textContent = "";
      const answer = await posted("/confirm", fields).catch(() => null);
      if (answer?.ok || answer?.status === 401) return dialog.close(answer.ok ? "yes" : "");
      const said = await answer?.json().catch(() => null);
      told.textContent = said?.confirm ? words.failed : said?.explanation ?? words.failed;
      password.value = "";
      password.focus();
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); attempt({ password: password.value }); });
    if (words.by_passkey && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      form.append(button(words.passkey, async () => {
        const passkey = await signed().catch(() => null); // cancelling, or a lost connection, is no wrong attempt
        if (passkey === null) told.textContent = words.no_passkey;
        else await attempt({ passkey });
      }));
    }
    form.append(button(words.cancel, () => dialog.close()));
    dialog.addEventListener("close", () => { dialog.remove(); done(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

async function signed() {
  const options = await (await posted("/confirm/passkey", {})).json();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return JSON.stringify(await navigator.credentials.get({ publicKey }));
}

function posted(path, fields) {
  const body = new URLSearchParams(fields);
  return fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
}

function button(words, act) {
  const made = element("button", { type: "button", className: "other", textContent: words });
  made.addEventListener("click", act);
  return made;
}
