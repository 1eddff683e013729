"""What every page has to be, whoever shows it: valid HTML, usable by everyone, and sent with our strict headers."""

import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Response

from tests.conftest import ROOT, missing
from tests.faces import NOON
from tests.patience import profile

MODULES = ROOT / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VALIDATOR = 'export { HtmlValidate } from "html-validate/browser"'
LOAD = (
    "(code) => { const script = document.createElement('script'); script.text = code; document.head.append(script); }"
)
BESIDE_THE_STANDARD = (
    "empty-heading", "empty-title", "hidden-focusable", "input-attributes", "no-inline-style", "no-missing-references",
    "unique-landmark", "wcag/h30", "wcag/h36", "wcag/h37", "wcag/h63", "wcag/h71",
)  # fmt: skip
"""What the standard leaves to other places, or to taste, and we hold to as well."""
VALIDATE = """async ([html, rules]) => {
    window.validator ??= new checker.HtmlValidate({
        root: true, extends: ["html-validate:standard"], rules: Object.fromEntries(rules.map((one) => [one, "error"])),
    });
    const report = await validator.validateString(html);
    return report.results.flatMap((one) => one.messages)
        .map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`);
}"""
EVERYTHING: Mapping[str, Any] = {}
WORDS: Mapping[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["cat.language", "cat.name-role-value", "cat.text-alternatives", "cat.forms"],
    },
    "rules": {"target-size": {"enabled": True}},
}
"""What a page can lose in one language alone: names, labels, the language itself, room for a finger. Colours and
structure come from the templates and styles, and are looked at in one language."""
ASK_AXE = """async (asked) => {
    const { violations } = await axe.run({ resultTypes: ["violations"], ...asked });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}"""
"""Only what is wrong comes back: everything that axe has looked at is as long as the page."""
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
MAY_DIFFER = ("Cache-Control", "Content-Security-Policy")
"""Of a file: our own scripts may be asked for again, a drawing is allowed even less."""
Trouble = tuple[str, str]
"""Where it is, and what it is."""


@dataclass
class HtmlChecker:
    """html-validate, with the rules of the HTML standard and a few more."""

    page: Page

    async def problems(self, html: str) -> list[str]:
        return list(await self.page.evaluate(VALIDATE, [html, BESIDE_THE_STANDARD]))


@asynccontextmanager
async def html_checker(browser: Browser, folder: Path) -> AsyncIterator[HtmlChecker]:
    """In the browser that the tests have anyway: not every machine has a Node.js that is new enough."""
    async with page_with(browser, "html-validate", VALIDATOR, folder) as page:
        yield HtmlChecker(page)


@asynccontextmanager
async def page_with(browser: Browser, package: str, code: str, folder: Path) -> AsyncIterator[Page]:
    """An empty page in which `checker` is what the code exports of an npm package."""
    if not (MODULES / package).exists():
        missing(package)
    bundle = folder / f"{package}.js"
    esbuild = next(MODULES.glob("@esbuild/*/bin/esbuild"))
    how = ["--bundle", "--format=iife", "--global-name=checker", "--log-level=error", f"--outfile={bundle}"]
    subprocess.run([esbuild, *how], input=code, text=True, cwd=ROOT, check=True)
    page = await (await profile(browser)).new_page()
    await page.evaluate(LOAD, bundle.read_text())
    yield page
    await page.context.close()


@dataclass
class Eye:
    """Looks at one page after the other and writes down what is wrong with each, so that one run tells it all."""

    page: Page
    checker: HtmlChecker
    headers: Mapping[str, str]
    """What every answer has to bring."""
    asked: Mapping[str, Any]
    """Of axe: EVERYTHING, or WORDS where another run has looked at the same pages in another language."""
    found: list[Trouble] = field(default_factory=list)
    last: Response | None = None
    """The answer that holds the present page."""

    @classmethod
    async def of(cls, page: Page, checker: HtmlChecker, headers: Mapping[str, str], asked: Mapping[str, Any]) -> "Eye":
        """Before the first page is opened."""
        await page.add_init_script(axe())
        eye = cls(page, checker, headers, asked)
        page.on("response", eye._note)
        return eye

    async def look(self, where: str, *, sent: str | None = None) -> None:
        """At the page as it was sent, and as it is now, after its script."""
        sent = sent or (await self.last.text() if self.last else "")
        await self.page.evaluate(UNFOLD)
        for html in dict.fromkeys(
            (sent, "<!doctype html>" + await self.page.evaluate("document.documentElement.outerHTML"))
        ):
            self.found += [(where, problem) for problem in await self.checker.problems(html)]
        self.found += [(where, problem) for problem in await unusable(self.page, self.asked)]
        if await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.found.append((where, "has to be scrolled sideways"))
        folds = [words.strip() for words in await self.page.locator("summary").all_inner_texts()]
        self.found += [(where, f"two folds have one name: {name}") for name in {*folds} if folds.count(name) > 1]
        if not await self.page.locator("h1").count():
            self.found.append((where, "has no heading"))

    def _note(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            self.last = answer
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        for name, value in self.headers.items():
            given = answer.headers.get(name.lower())
            if given != value and not (given and name in MAY_DIFFER and not is_page):
                self.found.append((answer.url, f"{name}: {given}"))


@dataclass
class StillClock:
    """The clock of a browser, which stands still until it is moved: what a test does there takes no time."""

    page: Page
    at: datetime = NOON

    async def stop(self) -> "StillClock":
        """Before the first page is opened."""
        await self.page.clock.install(time=self.at)
        await self.page.clock.set_fixed_time(self.at)
        return self

    async def move(self, **by: int) -> None:
        """What waits for a moment in between, or looks again and again, does so once."""
        self.at += timedelta(**by)
        await self.page.clock.set_fixed_time(self.at)
        await self.page.clock.fast_forward(int(timedelta(**by).total_seconds() * 1000))


async def unusable(page: Page, asked: Mapping[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds. It comes in past the page's own policy, which would not let it in."""
    await page.wait_for_load_state()  # a press waits only until the next page has begun
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    return list(await page.evaluate(ASK_AXE, asked))


@cache
def axe() -> str:
    """Half a megabyte: who looks at many pages puts it into each of them with `add_init_script`, and sends it once."""
    return AXE.read_text() if AXE.exists() else missing("axe-core")


ICON = "/static/favicon.svg"
"""A letter on a plain ground: what every page shows in its tab."""


async def icon(page: Page) -> str | None:
    """Where the picture in the tab comes from."""
    return await page.locator('link[rel="icon"]').get_attribute("href")
