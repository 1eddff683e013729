// Short notes between colleagues, sealed to the service's key and opened in this browser, each padded to the same size.
// A note being typed survives a failed save, and goes with everything else when the page is left.

import { belongs, parsed } from "/static/payload.js";
import { sealedPayload } from "/static/sealing.js";

const SIZE = 4096; // the server expects exactly this
const NUMBER = /(?:\d[\s-]?){8,}/; // a telephone, a personal code, a receipt code
const DAY = /\b20\d\d-[01]\d-[0-3]\d\b/g; // is none
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g; // all except line breaks

/** The text of a decrypted note; null if it belongs to another request or cannot be read. */
export function saidIn(decrypted, envelope) {
  const note = parsed(decrypted);
  return belongs(note, envelope) && note.kind === "note" && typeof note.text === "string" ? note.text : null;
}

/** Draw the notes, and a form for a new one. `save(sealed)` returns author and time, or null. `remove(id)` tells
 * whether an unreadable note is gone: such a note must not stay for good. */
export function drawn(found, { envelope, recipient, words, save, remove }) {
  const list = element("ul", { className: "notes" }, ...found.map((one) => entry(one, words, removal)));
  const form = envelope.open && found.length < words.most ? formFor() : ""; // no notes on a closed request
  const told = element("p", { className: "soft", role: "status" });
  const part = element("section", { className: "sheet", id: "notes" },
    element("h2", { textContent: words.heading }),
    element("p", { className: "soft", textContent: words.who }), list, form, told);
  part.querySelector("form")?.addEventListener("submit", (event) => { event.preventDefault(); keep(event.target); });
  return part;

  function formFor() {
    const field = element("textarea", { name: "note", rows: 3, maxLength: words.longest, required: true, autocomplete: "off" });
    return element("form", {},
      element("label", {}, words.label, " ", element("small", { textContent: words.limits }), field),
      element("button", { textContent: words.save }));
  }

  function removal(one) {
    const button = element("button", { type: "button", className: "quiet", textContent: words.remove });
    button.addEventListener("click", async () => {
      if (!confirm(words.sure)) return;
      button.disabled = true;
      const gone = await remove(one.id).catch(() => false);
      button.disabled = false;
      told.textContent = gone ? words.removed : words.not_removed;
      if (gone) button.closest("li").remove();
    });
    return button;
  }

  async function keep(form) {
    const [field, button] = [form.querySelector("textarea"), form.querySelector("button")];
    const typed = field.value;
    const said = typed.replace(CONTROLS, "").trim();
    if (!said) return;
    if (NUMBER.test(said.replace(DAY, ""))) {
      told.textContent = words.number;
      return field.focus();
    }
    button.disabled = true;
    const written = await sealedPayload(recipient, noteOf(said, envelope), SIZE).then(save).catch(() => null);
    button.disabled = false;
    told.textContent = written ? words.saved : words.failed;
    if (!written) return;
    if (field.value === typed) field.value = ""; // otherwise she is already typing the next one
    list.append(entry({ ...written, said }, words, removal));
    if (list.children.length >= words.most) form.remove();
  }
}

/** Whether there is unsaved text. */
export function unsaved(page) {
  return Boolean(page.querySelector("#notes textarea")?.value.trim());
}

function entry(one, words, removal) {
  return element("li", {},
    element("p", { className: "story", textContent: one.said ?? words.unreadable }),
    element("p", { className: "soft", textContent: `${one.by}, ${one.at}` }),
    ...(one.said === null ? [removal(one)] : []));
}

function noteOf(said, { reference, service }) {
  return { request: reference, service, kind: "note", text: said };
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
