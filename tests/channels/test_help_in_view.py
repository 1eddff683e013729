"""On every page that people see: 112, a human and the way out, not counting what a page says only when it is lost."""

import re
from pathlib import Path

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from tests.channels.forms import furnish, visiting
from tests.channels.test_every_page import form_pages
from tests.channels.web import every_screen, web_chat
from tests.faces import Clock

UNSEEN = re.compile(r'<p id="lost"[\s\S]*?</p>|<noscript>[\s\S]*?</noscript>')
"""Hidden until no answer comes, or shown without a script only."""
LEAVE = '<button id="leave"'


def lacking(html: str) -> list[str]:
    """What of the three is not on a page. A human is a number to call, or a button that leads to one."""
    seen = UNSEEN.sub("", html)
    header = seen.partition("</header>")[0]
    human = 'href="tel:116006"' in seen or 'value="human"' in seen or 'href="tel:116111"' in seen
    found = {"112": 'href="tel:112"' in header, "a human": human, "the way out": LEAVE in header}
    return [what for what, there in found.items() if not there]


async def test_on_every_screen_of_the_chat(tmp_path: Path) -> None:
    async with web_chat(tmp_path) as chat:
        pages = {(name, language): (await chat.at(name, language)).html for name, language in every_screen(chat)}
    assert len(pages) > 200
    assert {name: lacking(html) for name, html in pages.items() if lacking(html)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_every_page_of_the_form(runtime: Runtime, clock: Clock, language: str) -> None:
    await furnish(runtime)
    async with visiting(runtime) as visitor:
        pages = {name: page.html async for name, page in form_pages(visitor, runtime, clock, language)}
    assert len(pages) > 30
    assert {name: lacking(html) for name, html in pages.items() if lacking(html)} == {}
