// Editing one screen: shows what is typed as people will see it, checks it, and saves it automatically. A text counts
// as unsaved until the desk confirms it. Nothing is stored in the browser.

const form = document.getElementById("texts");
const state = document.getElementById("state");
const said = state.dataset;
const LOOK = 300, SAVE = 1000, RETRY = 5000, PRESENT = 15000;

const waiting = new Map(); // names of fields with unsaved text
const held = new Set(); // names of fields that would overwrite a colleague's text: saved only on request
let looking, saving, busy = false, looked = 0;

form.addEventListener("input", (event) => {
  if (event.target.tagName === "TEXTAREA") typed(event.target);
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.id === "insert") insert();
  else save(true);
  event.preventDefault();
});
addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
addEventListener("online", () => save());
let last = form.querySelector("textarea");
form.addEventListener("focusin", (event) => { if (event.target.tagName === "TEXTAREA") last = event.target; });
setInterval(present, PRESENT);

function typed(field) {
  waiting.set(field.name, field);
  tell(said.unsaved);
  clearTimeout(looking);
  clearTimeout(saving);
  looking = setTimeout(look, LOOK);
  saving = setTimeout(save, SAVE);
}

/** Insert a fact where the cursor last was, in one language: its place differs from language to language. */
function insert() {
  const fact = document.getElementById("fact").value;
  if (!fact) return;
  last.setRangeText(`{fact:${fact}}`, last.selectionStart, last.selectionEnd, "end");
  last.focus();
  typed(last);
}

async function save(told = false) {
  if (told === true) held.clear();
  if (busy || !waiting.size) return;
  busy = true;
  clearTimeout(saving);
  tell(said.saving);
  let again = 0;
  for (const [name, field] of [...waiting]) {
    if (held.has(name)) continue;
    const text = field.value;
    const answer = await post(form.action, only(name));
    if (!answer) { tell(said.lost); again = RETRY; break; }
    if (answer.status === 401 || answer.status === 403) { tell(said.out); again = RETRY; break; }
    const { kept = {}, unkept = {} } = await answer.json().catch(() => ({}));
    if (!kept[name] && !unkept[name] && !answer.ok) { tell(said.lost); again = RETRY; break; }
    if (kept[name]) stands(name, kept[name].seen, kept[name].mark);
    clash(name, unkept[name]);
    if (unkept[name]) held.add(name);
    else if (field.value === text) waiting.delete(name);
    else again = SAVE;
  }
  busy = false;
  if (again) saving = setTimeout(save, again);
  else tell(held.size ? said.clash : said.saved);
}

function stands(name, seen, mark) {
  form.elements[`seen|${name}`].value = seen;
  form.elements[`mark|${name}`].value = mark;
}

/** Show a colleague's newer text beside one's own. The next save knowingly overwrites it. */
function clash(name, met) {
  const place = finding(name).querySelector(".clash");
  place.replaceChildren();
  if (!met) return;
  if (met.why) place.append(line(`${said.wrong} ${met.why}`));
  if (!met.clash) return;
  if (met.by) place.append(line(said.theirs.replace("{name}", met.by)), line(met.theirs, "theirs"));
  place.append(line(said.yours));
  stands(name, met.seen, met.mark);
}

async function look() {
  const turn = ++looked;
  const answer = await post(`${form.action}/look`, new FormData(form));
  if (!answer?.ok || turn !== looked) return;
  const { found, previews } = await answer.json();
  for (const [name, one] of Object.entries(found)) show(finding(name), one);
  for (const [language, one] of Object.entries(previews)) draw(language, one);
}

function show(place, found) {
  if (!place) return;
  place.querySelector(".length").textContent = found.length;
  place.querySelector(".sentence").textContent = found.sentence;
  place.querySelector(".amiss").replaceChildren(...found.wrong.map((one) => made("li", one)));
}

function draw(language, seen) {
  const at = (name) => document.querySelector(`.preview[data-language="${language}"] ${name}`);
  at(".message").textContent = seen.message;
  at(".message-length").textContent = seen.message.length;
  at(".keyboard").replaceChildren(...seen.rows.map((row) => made("div", row.map((one) => made("span", one)), "keys")));
  at(".heading").textContent = seen.heading;
  at(".blocks").replaceChildren(...seen.blocks.map(block));
  at(".pressed").replaceChildren(...seen.buttons.map((one) => made("span", one)));
  at(".leaving").replaceChildren(...seen.exits.map((one) => made("span", one)));
  at(".aloud").textContent = seen.aloud;
}

function block({ listed, lines }) {
  if (listed) return made("ul", lines.map((one) => made("li", one)));
  return made("p", lines.flatMap((one, place) => (place ? [document.createElement("br"), one] : [one])));
}

/** Show who else is on this screen. */
async function present() {
  const body = new FormData();
  body.set("screen", form.dataset.screen);
  const answer = await post(`${form.dataset.root}/present`, body);
  if (!answer?.ok) return;
  const { here } = await answer.json();
  const place = document.getElementById("present");
  place.hidden = !here.length;
  place.replaceChildren(line(`${place.dataset.say} ${here.join(", ")}`));
}

function only(name) {
  const body = new FormData();
  for (const one of [name, `seen|${name}`, `mark|${name}`]) body.set(one, form.elements[one].value);
  return body;
}

async function post(path, body) {
  try {
    return await fetch(path, { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json" } });
  } catch {
    return null;
  }
}

const finding = (name) => document.getElementById(`finding-${name}`);
const tell = (words) => { state.textContent = words; };
const line = (words, kind) => made("p", words, kind);

function made(tag, inside, kind) {
  const one = document.createElement(tag);
  if (kind) one.className = kind;
  one.append(...[inside].flat());
  return one;
}

for (const field of form.querySelectorAll("textarea")) {
  if (field.value !== field.defaultValue) typed(field); // typed before this script loaded
}
