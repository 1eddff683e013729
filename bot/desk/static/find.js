// Finds the request of a person who calls or comes in without a receipt code: searches the letters this browser may
// open for the agreed word and one more detail. Only those fields are kept, and nothing is said of a request until both
// fit. The word alone finds nothing: among thirty letters, a guess fits too often.

import { isTheWord } from "/static/additions.js";
import { rigaClock } from "/static/call_permission.js";
import { kept, opened as decrypt, openedCopies, post, unlock } from "/static/keyring.js";
import { belongs, parsed } from "/static/payload.js";

const place = document.getElementById("find");
const form = document.getElementById("find-by-word");
if (place?.open) begin();
else place?.addEventListener("toggle", begin, { once: true });

async function begin() {
  const words = JSON.parse(document.getElementById("find-words").textContent);
  let own = await kept();
  const passphrase = form.elements.passphrase;
  passphrase.parentElement.hidden = own !== null;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.inert = true; // not twice
    await search().catch(() => tell(words.offline));
    form.inert = false;
  });

  async function search() {
    const asked = fields(form);
    if (!asked.word || !(asked.day || asked.way || asked.language)) return tell(words.more);
    tell(words.working);
    own ??= await unlock(passphrase.value);
    if (own === null) return tell(words.wrong);
    passphrase.value = "";
    passphrase.parentElement.hidden = true;
    const answer = await post("/requests/letters", { purpose: "find" });
    if (answer === null) return tell(words.offline);
    const fitting = (await letters(answer, own)).filter((one) => fits(one, asked));
    if (new Set(fitting.map((one) => one.case)).size !== 1) return tell(words.none);
    const hers = fitting.find((one) => one.case === one.reference) ?? fitting[0]; // before a report that is joined to it
    form.reset();
    location.assign(`/requests/${hers.reference}`);
  }
}

/** Keep the reference and the compared fields of each letter that belongs to its envelope; drop the rest. */
export async function letters({ letters: all, copies, service }, own) {
  const keys = await openedCopies(own, copies);
  const found = [];
  for (const { reference, case: of, sent, ciphertext } of all) {
    const payload = parsed(await decrypt(ciphertext, (one) => keys.forEach((key) => one.addIdentity(key))));
    if (!belongs(payload, { reference, service })) continue;
    const { code_word, contact_mode, language } = payload.answers ?? {};
    found.push({ reference, case: of, day: rigaClock(new Date(sent)).date, code_word, contact_mode, language });
  }
  return found;
}

function fits(letter, { word, day, way, language }) {
  return isTheWord(letter.code_word, word)
    && (!day || letter.day === day)
    && (!way || letter.contact_mode === way)
    && (!language || letter.language === language);
}

function fields({ elements }) {
  return Object.fromEntries(["word", "day", "way", "language"].map((name) => [name, elements[name].value.trim()]));
}

function tell(sentence) {
  const told = document.getElementById("find-told");
  told.textContent = sentence;
  told.hidden = false;
}
