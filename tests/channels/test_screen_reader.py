"""The whole way to a sent request, by keyboard and ear. `pytest --rewrite` writes it anew; the diff is reviewed.

In the chat it presses what the transcript `to-the-request` does. The form is answered by what it asks, page after page.
"""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

from tests.channels.form_told import CODE
from tests.channels.form_walks import ONWARD
from tests.channels.forms import CALL, furnish
from tests.channels.listening import Listener, bundle
from tests.channels.web import web_chat
from tests.conftest import OpenPage
from tests.faces import TRANSCRIPTS, read

HEARD = TRANSCRIPTS / "heard"
PROPOSED = "request.code_word:"
"""The keys of the words that a form may propose to agree on: each form proposes another."""
MOST_PAGES = 40
"""Pages of the form until the receipt: more, and it asks the same again and again."""
ANSWERS = {**CALL, "conflict_known": "no", "children": "none", "windows1.from": "12:00"}


@pytest.mark.parametrize("language", ["lv", "ru"])
async def test_the_whole_way_to_a_sent_request_can_be_heard(
    language: str, tmp_path: Path, browser_page: OpenPage, request: pytest.FixtureRequest
) -> None:
    path = HEARD / f"to-the-receipt.{language}.txt"
    async with web_chat(tmp_path) as chat:
        await furnish(chat.runtime)
        page = await browser_page(locale=f"{language}-LV", viewport=(320, 640))
        listener = Listener(page, bundle(tmp_path))
        await page.goto(chat.url)
        await listener.read()
        await to_the_form(listener, language)
        await to_the_receipt(listener)
        words = [text for key, text in chat.runtime.content.words[language].items() if key.startswith(PROPOSED)]
    heard = CODE.sub("0000 0000 0000 0000", "\n".join(listener.heard)) + "\n"
    word = "|".join(map(re.escape, words))
    heard = re.sub(rf"(?<=: )({word})(?=,)|(?<=^  )({word})$", "(a word)", heard, flags=re.MULTILINE)
    assert silent_presses(heard) == []
    assert listener.cramped == []
    if request.config.getoption("--rewrite"):
        path.write_text(heard)
    assert heard == path.read_text()


async def to_the_form(listener: Listener, language: str) -> None:
    """As somebody does in the transcript, until a press opens the form."""
    for turn in read(TRANSCRIPTS / f"to-the-request.{language}.txt").turns[1:]:
        verb, _, what = turn.does.partition(" ")
        if verb == "type":
            await listener.page.fill("#text", what)
            await listener.press(listener.page.locator(".find button"))
        else:
            label = re.compile(rf"^\s*{re.escape(what)}\s*$")
            await listener.press(listener.page.locator("main button, nav button").filter(has_text=label).first)
        await listener.read()
        if (await screen_of(listener.page)).startswith("form."):
            return
    raise AssertionError("the transcript opens no form")


async def to_the_receipt(listener: Listener) -> None:
    for _ in range(MOST_PAGES):
        if await screen_of(listener.page) == "form.receipt":
            return
        await answer(listener)
        await listener.press(listener.page.locator(await listener.page.evaluate(ONWARD, ANSWERS)).first)
        await listener.read()
    raise AssertionError("no receipt")


async def answer(listener: Listener) -> None:
    """What this page asks, by keyboard: tick with Space, type letters. What it needs to be agreed to is agreed to."""
    page = listener.page
    for name, answers in ANSWERS.items():
        for wanted in [answers] if isinstance(answers, str) else answers:
            await give(page, page.locator(f'main [name="a.{name}"]'), wanted)
    agreeing = page.locator('main [type="checkbox"]:not([name^="a."]):visible')
    for number in range(await agreeing.count()):
        if not await agreeing.nth(number).is_checked():
            await agreeing.nth(number).press("Space")


async def give(page: Page, fields: Locator, wanted: str) -> None:
    if not await fields.count() or not await fields.first.is_visible():
        return
    if await fields.first.get_attribute("type") in ("radio", "checkbox"):
        field = fields.and_(page.locator(f'[value="{wanted}"]'))
        if not await field.is_checked():
            await field.press("Space")
    elif await fields.first.evaluate("(field) => field.localName") == "select":
        await fields.first.select_option(wanted)
    else:
        await fields.first.fill(wanted)


async def screen_of(page: Page) -> str:
    return str(await page.locator("main").get_attribute("data-screen"))


def silent_presses(heard: str) -> list[str]:
    """Presses after which nothing was heard: the focus went nowhere."""
    return re.findall(r"^> press .*\n  focus: nowhere$", heard, re.MULTILINE)
