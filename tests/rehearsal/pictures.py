"""The pictures of docs/operating.md, taken on the walk: what an operator and the first two people see.

No picture holds what opens something. An invitation's link is cut before its token, and the QR code beside it, which
says the same, is drawn as a grey field of its size: the machine is gone, but nobody who looks at a page can know that.
"""

import re
from html import escape

from playwright.async_api import Browser, Locator, Page, ViewportSize

from tests.conftest import PHONE
from tests.patience import profile
from tests.pictures import place
from tests.rehearsal.town import DESK

WIDE = (1280, 800)
TOKEN = re.compile(rf"(https://{DESK}/join/)\S+")
QR = re.compile(r"^[ █▀▄]{20,}$", re.MULTILINE)
TERMINAL = "margin:0;padding:14px 18px;display:inline-block;background:#1d2126;color:#e6e6e6;font:13px/1.25 monospace"


async def take(of: Page | Locator, name: str) -> None:
    await of.screenshot(path=place(name))


async def take_terminal(browser: Browser, name: str, said: str) -> None:
    """What a command said, as it stands on a terminal."""
    context = await profile(browser)
    page = await context.new_page()
    await page.set_content(f'<pre style="{TERMINAL}">{escape(discreet(said))}</pre>')
    await take(page.locator("pre"), name)
    await context.close()


async def take_on_a_phone(browser: Browser, name: str, url: str, shown: str) -> None:
    """A page as whoever follows a link on her phone sees it, once `shown` is there."""
    context = await profile(browser, viewport=size(PHONE), ignore_https_errors=True, locale="lv-LV")
    page = await context.new_page()
    await page.goto(url)
    await page.locator(shown).first.wait_for()
    await take(page, name)
    await context.close()


def shortened(said: str) -> str:
    """What `setup` says, without all links but the first and all lines of the doctor but the last."""
    before, _, after = said.partition("\n\nworker: ")
    asks = "\nWould a person who writes now get help?\n"
    return "\n".join([before, "", "⋮", asks, "⋮", "", after.splitlines()[-1]])


def discreet(said: str) -> str:
    return QR.sub(lambda found: "░" * len(found[0]), TOKEN.sub(r"\1…", said))


def size(of: tuple[int, int]) -> ViewportSize:
    return {"width": of[0], "height": of[1]}
