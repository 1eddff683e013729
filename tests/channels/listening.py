"""What a screen reader says of a page.

It is a virtual one, Guidepup's, brought into the real page past the page's own policy. It speaks the accessibility tree
as the standards describe it. It is neither NVDA nor VoiceOver, and says nothing of how these read.
"""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page

from tests.conftest import ROOT, missing
from tests.patience import PATIENCE_MS

MODULES = ROOT / "node_modules"
READER = 'export { virtual } from "@guidepup/virtual-screen-reader/browser.js"'
PREPARE = """() => {
    for (const told of document.querySelectorAll("noscript")) told.remove();  // it would be read, as if no script ran
    for (const button of document.querySelectorAll("button[value]")) {  // the value is sent and never spoken
        button.dataset.sent = button.value;
        button.removeAttribute("value");
    }
}"""
RESTORE = """() => {
    for (const button of document.querySelectorAll("button[data-sent]")) {
        button.value = button.dataset.sent;
        delete button.dataset.sent;
    }
}"""
READ = """async (most) => {
    await screenReader.virtual.start({ container: document.body });
    for (let said = 0; (await screenReader.virtual.lastSpokenPhrase()) !== "end of document"; said += 1) {
        if (said > most) throw new Error("the page has no end");
        await screenReader.virtual.next();
    }
    const log = await screenReader.virtual.spokenPhraseLog();
    await screenReader.virtual.stop();
    return log;
}"""
FOCUSED = """async () => {
    await screenReader.virtual.start({ container: document.activeElement });
    const [said] = await screenReader.virtual.spokenPhraseLog();
    await screenReader.virtual.stop();
    return document.activeElement === document.body ? "" : said;
}"""
TURN = """() => {
    const before = document.querySelector("main");
    window.turned = new Promise((turned, never) => {
        const look = () => document.querySelector("main") !== before && turned();
        new MutationObserver(look).observe(document, { childList: true, subtree: true });
        setTimeout(never, %d);
    });
}"""
CRAMPED = """() => {
    const root = document.documentElement;
    root.style.fontSize = "200%";
    const bar = document.querySelector(".bar").offsetHeight / innerHeight;
    const wide = root.scrollWidth - innerWidth;
    root.style.fontSize = "";
    return [...(bar > 1 / 4 ? [`the bar takes ${bar} of the screen`] : []), ...(wide > 0 ? [`${wide} too wide`] : [])];
}"""
MOST = 2000
"""Phrases. No page has as many."""
UNSPOKEN = ("paragraph", "form", "document", "status", "term", "definition", "generic", "group", "list")
UNSPOKEN_TOO = ("end of ", "end, ", "listitem, ")
"""What it says of the structure, and readers that people use do not, or not of what has no name."""
PLACES = ("banner", "main", "navigation", "contentinfo")


def bundle(folder: Path) -> str:
    """The reader as one script."""
    if not (MODULES / "@guidepup").exists():
        missing("@guidepup/virtual-screen-reader")
    made = folder / "screen-reader.js"
    esbuild = next(MODULES.glob("@esbuild/*/bin/esbuild"))
    how = ["--bundle", "--format=iife", "--global-name=screenReader", "--log-level=error", f"--outfile={made}"]
    subprocess.run([esbuild, *how], input=READER, text=True, cwd=ROOT, check=True)
    return f"{made.read_text()}\nglobalThis.screenReader = screenReader;"


@dataclass
class Listener:
    """Somebody who uses a page by keyboard and ear, and writes down what is heard."""

    page: Page
    reader: str
    """The script of the reader."""
    heard: list[str] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=dict)
    """What was heard last of each part of the page: what has not changed is not written down again."""
    cramped: list[str] = field(default_factory=list)
    """What does not fit with letters twice as large."""

    async def read(self) -> None:
        """The whole page, from its beginning to its end."""
        await self._bring()
        await self.page.evaluate(PREPARE)
        said = await self.page.evaluate(READ, MOST)
        await self.page.evaluate(RESTORE)
        for place, lines in _by_place(said).items():
            if self.known.get(place) != lines:
                self.known[place] = lines
                self.heard += [f"  ({place})", *(f"  {line}" for line in lines)]
        screen = await self.page.locator("main").get_attribute("data-screen")
        self.cramped += [f"{screen}: {found}" for found in await self.page.evaluate(CRAMPED)]

    async def press(self, button: Locator) -> None:
        """A button, by keyboard, and what is heard at once: where the focus goes, and what is announced."""
        await button.focus()
        label = " ".join((await button.inner_text()).split())
        self.heard += ["", f"> press {label}"]
        await self.page.evaluate(TURN % PATIENCE_MS)
        await self.page.keyboard.press("Enter")
        await self.page.evaluate("() => window.turned.then(() => null)")
        await self._bring()
        await self.page.evaluate(PREPARE)
        focused = await self.page.evaluate(FOCUSED)
        await self.page.evaluate(RESTORE)
        self.heard.append(f"  focus: {focused or 'nowhere'}")
        if announced := await self.page.locator("#said").inner_text():
            self.heard.append(f"  announced: {announced}")

    async def _bring(self) -> None:
        if not await self.page.evaluate("'screenReader' in globalThis"):
            await self.page.evaluate(self.reader)


def _by_place(said: list[Any]) -> dict[str, list[str]]:
    """Sort what was said by the parts of the page, without what says nothing."""
    found: dict[str, list[str]] = {}
    place = named = ""
    for phrase in map(str, said):
        kind, _, name = phrase.partition(", ")
        if kind in PLACES:
            place = phrase
        elif phrase in UNSPOKEN or phrase.startswith(UNSPOKEN_TOO) or (kind == "option" and "not selected" in phrase):
            continue
        elif phrase not in named:  # the words inside a control, once more
            found.setdefault(place, []).append(phrase)
            named = name
    return found
