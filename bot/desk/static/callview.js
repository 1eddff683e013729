// While the number is on the screen: number, script and outcome form one view, and the rest of the letter is folded.

const ABOVE = "--above";
const sight = new ResizeObserver(fit);

addEventListener("resize", fit);

/** Begin or end the call view. Repeating a call changes nothing. */
export function inOneView(opened, on) {
  const begins = on && !document.body.classList.contains("in-call");
  const ends = !on && document.body.classList.contains("in-call");
  document.body.classList.toggle("in-call", on);
  if (begins || ends) {
    opened.querySelector("#script")?.toggleAttribute("open", begins);
    opened.querySelector("#rest")?.toggleAttribute("open", ends);
    scrollTo(0, 0);
  }
  sight.disconnect();
  if (!on) return;
  for (const part of [document.getElementById("told"), document.getElementById("workbar")]) sight.observe(part);
  fit();
}

/** How much of the window the view can use. */
function fit() {
  const view = document.getElementById("call");
  if (!view || !document.body.classList.contains("in-call")) return;
  view.style.setProperty(ABOVE, `${Math.round(view.getBoundingClientRect().top + scrollY)}px`);
  view.style.setProperty("--bar", `${barBelow()}px`);
}

/** On a phone the bar is at the bottom; at a desk it is at the top, so already counted. */
function barBelow() {
  const bar = document.getElementById("workbar");
  return getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
}
