"""What cannot be undone is asked once more: the first press changes nothing, and the second does."""

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from tests.channels.code_page import anything, looked, sent
from tests.channels.forms import Visitor


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["withdraw", "unsafe"])
async def test_the_first_press_changes_nothing_and_the_second_does(
    visitor: Visitor, runtime: Runtime, language: str, what: str
) -> None:
    code = await sent(visitor, runtime, language)
    await looked(visitor, code, language)
    page = await visitor.press(what)
    assert (page.screen, page.language) == ("form.confirm", language)
    before = await anything(runtime)
    assert (before.status, before.call_blocked) == ("new", False)
    assert (await visitor.press("look")).screen == "form.standing"
    await visitor.press(what)
    page = await visitor.press("language.ru" if language == "lv" else "language.lv")
    assert page.screen == "form.confirm", "a change of language asks the same again"
    page = await visitor.press(f"{what}-now")
    assert page.screen == "form.standing"
    after = await anything(runtime)
    assert (after.status, after.call_blocked) == {"withdraw": ("withdrawn", False), "unsafe": ("new", True)}[what]


@pytest.mark.parametrize("what", ["withdraw", "unsafe"])
async def test_nothing_is_asked_about_what_is_over(visitor: Visitor, runtime: Runtime, what: str) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press("withdraw")
    await visitor.press("withdraw-now")
    page = await visitor.post([("do", what), ("code", code), ("language", "lv")])
    assert page.screen == "form.standing"


async def test_the_button_to_take_back_does_not_lie_below_the_one_to_look(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.post([("do", "code"), ("language", "lv")])
    choices = visitor.page.html.split('<div class="choices">')[1].split("</div>")[0]
    assert 'value="look"' in choices
    assert 'value="withdraw"' not in choices


@pytest.mark.parametrize("press", ["withdraw-now", "unsafe-now"])
async def test_without_a_database_the_press_with_the_code_is_kept_and_works_when_it_is_back(
    visitor: Visitor, runtime: Runtime, press: str
) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press(press.removesuffix("-now"))
    runtime.database.is_open = False
    gone = await visitor.press(press)
    assert (gone.status, 'href="tel:112"' in gone.html, 'href="tel:116006"' in gone.html) == (503, True, True)
    runtime.database.is_open = True
    await visitor.press(press)
    request = await anything(runtime)
    assert (request.status, request.call_blocked) == (
        ("withdrawn", False) if press == "withdraw-now" else ("new", True)
    )
