// While the number is on the screen, polls the desk whether it is still hers to call.

const AGAIN = 15 * 1000;
const NOT_HERS = [401, 403, 410];

/** Passes the desk's answer `{ open, may_show, said }` to `heard`. No answer changes nothing. */
export function watch({ path, isShown, heard }) {
  let before = "";
  setInterval(async () => {
    if (!isShown()) { before = ""; return; }
    const standing = await standingAt(path);
    if (!standing || !isShown() || JSON.stringify(standing) === before) return;
    before = JSON.stringify(standing);
    heard(standing);
  }, AGAIN);
}

async function standingAt(path) {
  try {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, redirect: "error" });
    const said = await answer.json().catch(() => ({}));
    if (NOT_HERS.includes(answer.status)) return said.explanation ? { open: false, may_show: false, said: said.explanation } : null;
    return answer.ok ? { open: said.open, may_show: said.may_show, said: said.said } : null;
  } catch {
    return null;
  }
}
