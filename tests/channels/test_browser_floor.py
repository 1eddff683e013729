"""The pages work in the browsers that people have: Chromium 80, Firefox 78, Safari 13, and everything newer.

What can be seen is that no newer syntax, style or function is there that they would need, and that the pages work while
each function is missing that one of them lacks. `make browsers` walks them in a real Chromium 80.
"""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.channels import pages
from bot.runtime import Runtime
from tests.channels.forms import Visitor
from tests.channels.test_browser_form import fill_in, go_on, launched, shows
from tests.channels.web import WebChat
from tests.conftest import ROOT, OpenPage, missing

STATIC = Path(pages.__file__).parent / "static"
OURS = sorted(path for path in STATIC.iterdir() if path.suffix in {".css", ".js"})
FLOOR = "chrome80,firefox78,safari13"
KNOWN_THERE = ["--supported:destructuring=true"]  # esbuild avoids it for a rare fault of Safari before 14.1
NEWER = {
    ".js": (
        *(r"\.replaceChildren\(", r"\.replaceAll\(", r"\.at\(", r"structuredClone", r"AbortSignal\.(timeout|any)"),
        *(r"Promise\.(any|withResolvers)", r"Object\.(hasOwn|groupBy)", r"randomUUID", r"\.findLast", r"\.toSorted"),
        *(
            r"\.toReversed",
            r"\.inert\b",
            r"\.showModal",
            r"requestSubmit",
            r"\.checkVisibility",
            r"WeakRef",
            r"\.flat\(",
        ),
        *(r"navigator\.(onLine|locks|userAgentData)", r"document\.startViewTransition", r"new FormData\([^)]*,"),
        *(r"\bBroadcastChannel\b", r"queueMicrotask", r"\.animate\(", r"ResizeObserver", r"IntersectionObserver"),
    ),
    ".css": (
        *(
            r"[;{]\s*inset(-\w+)*:",
            r"aspect-ratio:",
            r":is\(",
            r":where\(",
            r"\b\d+[dsl]v[hw]\b",
            r"@container",
            r"@layer",
        ),
        *(
            r"color-mix\(",
            r"light-dark\(",
            r"^\s*&",
            r"@property",
            r"translate:",
            r"rotate:",
            r"scale:",
            r"margin-inline",
        ),
        *(r"padding-inline", r"line-clamp", r"content-visibility", r"text-wrap", r"field-sizing", r"@starting-style"),
    ),
}
"""What one of the three lacks, and nothing of ours may need. BroadcastChannel is one that Safari 13 lacks."""
ASKED_FOR = {"BroadcastChannel"}
"""May be named all the same where the line itself looks whether it is there."""


def missing_in(text: str, suffix: str) -> list[str]:
    """Lines that use one of them without looking first."""
    return [
        line.strip()
        for line in text.splitlines()
        for newer in NEWER[suffix]
        if re.search(newer, line) and not line.lstrip().startswith(("@supports", "//", "/*"))
        if not any(f'"{name}" in window' in line or f"window.{name}" in line for name in ASKED_FOR)
    ]


def built(code: str, suffix: str, *how: str) -> str:
    """As esbuild prints it, which knows what each browser understands."""
    program = next((ROOT / "node_modules").glob("@esbuild/*/bin/esbuild"), None) or missing("esbuild")
    command = [str(program), f"--loader={suffix[1:]}", "--log-level=error", *how]
    return subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout


def in_the_floors_syntax(code: str, suffix: str) -> bool:
    known = KNOWN_THERE if suffix == ".js" else []
    return built(code, suffix, f"--target={FLOOR}", *known) == built(code, suffix, "--target=esnext")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_newer_syntax_gets_in(path: Path) -> None:
    assert in_the_floors_syntax(path.read_text(), path.suffix)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_newer_function_or_style_is_needed(path: Path) -> None:
    assert missing_in(path.read_text(), path.suffix) == []


@pytest.mark.parametrize(
    "code, suffix",
    [
        ("const a = b?.c;", ".js"),
        ("a = b ?? c;", ".js"),
        ("a ??= b;", ".js"),
        ("class A { #b = 1; }", ".js"),
        (".a { .b { color: red } }", ".css"),
        (".a { inset: 0 }", ".css"),
        ("a { color: hwb(90deg 20% 40%) }", ".css"),
    ],
)
def test_newer_syntax_is_found(code: str, suffix: str) -> None:
    assert not in_the_floors_syntax(code, suffix)


@pytest.mark.parametrize(
    "code, suffix",
    [
        ("document.body.replaceChildren();", ".js"),
        ("if (navigator.onLine) go();", ".js"),
        ("new FormData(form, submitter)", ".js"),
        ("new BroadcastChannel('a')", ".js"),
        ("#lost { position: fixed; inset: auto 0 0; }", ".css"),
        (".a { aspect-ratio: 1 }", ".css"),
    ],
)
def test_a_newer_function_or_style_is_found(code: str, suffix: str) -> None:
    assert missing_in(code, suffix)


def test_what_lies_side_by_side_does_not_touch_where_a_browser_knows_no_gap_there() -> None:
    """Each flexible row has its margins for browsers without `gap` in it."""
    text = "\n".join(path.read_text() for path in OURS if path.suffix == ".css")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    rows = re.findall(r"^([^{}@]+) {[^{}]*display: flex[^{}]*gap:", text, re.MULTILINE)
    (told,) = re.findall(r"@supports not \(inset: 0\) {(.*?)\n}", text, re.DOTALL)
    assert len(rows) > 5
    assert [
        row for row in rows if f"{row.strip().rpartition(' ')[2]} >" not in told and f"{row.strip()} >" not in told
    ] == []


# --- Without what one of them lacks -----------------------------------------------------------------------------------

GONE = {
    "which button was pressed": "Object.defineProperty(SubmitEvent.prototype, 'submitter', { get: () => undefined })",
    "the form's own submitter": "window.FormData = class extends FormData { constructor(form) { super(form); } }",
    "fetch that outlives its page": "delete Request.prototype.keepalive",
    "beacons": "delete Navigator.prototype.sendBeacon",
    "what no page may ask for": """
        delete Element.prototype.replaceChildren; delete Document.prototype.replaceChildren;
        delete String.prototype.replaceAll; delete Array.prototype.at; delete String.prototype.at;
        delete window.structuredClone;
        delete AbortSignal.timeout; delete AbortSignal.any; delete AbortSignal.prototype.reason;
        delete HTMLFormElement.prototype.requestSubmit;
        delete window.HTMLDialogElement; delete HTMLElement.prototype.inert;
    """,
    "channels between tabs": "delete window.BroadcastChannel; delete Navigator.prototype.locks",
    "persisted pages": "delete window.PageTransitionEvent",
    "fetch": "delete window.fetch",
    "aborting": "delete window.AbortController",
    "parsing pages": "delete window.DOMParser",
}
"""What is taken away before a page is opened: one thing at a time where a page looks whether it is there, because one
that is missing may hide another; together what no page looks for. Firefox 78 and Safari 13 cannot be had: they are
imitated so."""


@pytest.mark.parametrize("what", GONE)
async def test_the_chat_and_hiding_work_without(chat: WebChat, browser_page: OpenPage, what: str) -> None:
    page = await browser_page()
    broken = await noted(page)
    await page.add_init_script(GONE[what])
    await page.goto(chat.url)
    for choice, screen in (("go", "menu"), ("helplines", "helplines"), ("danger", "danger"), ("back", "helplines")):
        await page.locator(f'button[value="{choice}"]').click()
        await expect(page.locator("main")).to_have_attribute("data-screen", screen)
    token = await page.locator(".leave [name=token]").input_value()
    assert await chat.remembers(token)
    await page.locator("#leave").click()
    await page.wait_for_url(chat.elsewhere)
    await chat.answer("POST /leave")
    assert not await chat.remembers(token)
    assert broken == []


@pytest.mark.parametrize("what", GONE)
async def test_the_form_works_without(site: Visitor, runtime: Runtime, browser_page: OpenPage, what: str) -> None:
    page = await browser_page()
    broken = await noted(page)
    await page.add_init_script(GONE[what])
    await launched(site, runtime, page)
    await page.fill('[name="a.phone"]', "12") if await page.locator('[name="a.phone"]').is_visible() else None
    await page.locator("button.done").click()
    await expect(page.locator(".problems")).to_be_visible()
    await fill_in(page)
    await go_on(page, "review")
    for box in await page.locator('[type="checkbox"]').all():
        await box.check()
    await go_on(page, "receipt")
    await shows(page, "receipt")
    assert broken == []


async def noted(page: Page) -> list[str]:
    """Faults that nothing caught, as they come."""
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    return broken
