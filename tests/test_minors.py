"""Under 18: the children's line instead of a form, everywhere, in every language, and never a parent's contact."""

from collections.abc import AsyncIterator
from itertools import product

import pytest

from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import OpenForm, Show
from bot.engine.heard import Pressed
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.step import step
from bot.runtime import Runtime
from bot.texts import plain
from tests.channels.forms import CALL, Visitor, furnish, visiting
from tests.faces import Clock

MINORS = ("under_13", "13_15", "16_17")
GROWN = ("adult", "60_plus", "skip")
OPEN = World(frozenset({"balvu-novads"}), True)
DUTY = {"lv": ("jāziņo", "par to ziņot"), "ru": ("сообщить",), "en": ("report",), "uk": ("повідом",)}


def asked_age(shipped: Content, language: str, age: str) -> State:
    """Somebody who has just said how old she is, on the way to a request."""
    here = State("request.age", language, answers=(("danger_gate", ("no",)),), callers=("menu",))
    return step(shipped.dialogue, here, Pressed("request.age", age), OPEN).state or here


@pytest.fixture
async def visitor(runtime: Runtime) -> AsyncIterator[Visitor]:
    await furnish(runtime)
    async with visiting(runtime) as one:
        yield one


@pytest.mark.parametrize("language, age", list(product(LANGUAGES, MINORS)))
def test_in_the_dialogue_a_child_is_led_to_its_own_line(
    shipped: Content, clock: Clock, language: str, age: str
) -> None:
    assert asked_age(shipped, language, age).screen == "request.minor"
    told = shipped.say("request.minor", language, clock().date())
    assert {"116111", "112"} <= {span.tel for span in told}
    assert any(word in plain(told) for word in DUTY[language])


@pytest.mark.parametrize("language, age", list(product(LANGUAGES, MINORS)))
def test_nothing_a_child_is_shown_then_opens_a_form(shipped: Content, language: str, age: str) -> None:
    here = asked_age(shipped, language, age)
    for choice in shipped.dialogue.screens["request.minor"].choices:
        turn = step(shipped.dialogue, here, Pressed("request.minor", choice.id), OPEN)
        assert not [effect for effect in turn.effects if isinstance(effect, OpenForm)]
        assert [effect for effect in turn.effects if isinstance(effect, Show)]


@pytest.mark.parametrize("language, age", list(product(LANGUAGES, GROWN)))
def test_everybody_else_goes_on(shipped: Content, language: str, age: str) -> None:
    assert asked_age(shipped, language, age).screen == "request.place"


def test_every_age_band_is_looked_at(shipped: Content) -> None:
    bands = {choice.id for choice in shipped.dialogue.screens["request.age"].choices}
    assert bands == set(MINORS) | set(GROWN) == set(shipped.request.fields["age_band"].options)
    assert set(shipped.request.fields["age_band"].minors) == set(MINORS)


@pytest.mark.parametrize("language, age", list(product(LANGUAGES, MINORS)))
async def test_on_the_form_page_a_child_is_shown_the_line_and_asked_for_nobodys_number(
    visitor: Visitor, runtime: Runtime, language: str, age: str
) -> None:
    await visitor.open(runtime, language, age_band=(age,))
    visitor.fill_in(CALL | {"age_band": age})
    page = await visitor.press("review")
    assert (page.screen, page.language) == ("form.minor", language)
    assert 'href="tel:116111"' in page.html
    assert 'href="tel:112"' in page.html
    shown = [control.name for form in page.forms for control in form.controls if control.kind != "hidden"]
    assert shown == []
    page = await visitor.post([*page.form("page.you").fields(), ("do", "send"), ("c.send_request", "yes")])
    assert page.screen == "form.minor"
    async with runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []


def test_from_the_pages_about_dating_no_button_leads_to_the_form_and_each_names_the_childrens_line(
    shipped: Content, clock: Clock
) -> None:
    begins = shipped.dialogue.screens[shipped.dialogue.topics["dating-violence"]]
    screens = [screen for screen in shipped.dialogue.screens.values() if screen.chapter == begins.chapter]
    assert len(screens) >= 3
    assert [screen.id for screen in screens if any(choice.enter or choice.form for choice in screen.choices)] == []
    for screen, language in product(screens, LANGUAGES):
        assert {"116111", "112"} <= {span.tel for span in shipped.say(screen.id, language, clock().date())}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_is_told_why_there_is_no_form(shipped: Content, clock: Clock, language: str) -> None:
    told = plain(shipped.say("dating-violence.form", language, clock().date()))
    assert any(word in told for word in DUTY[language])
