"""A press that was never answered: the next one counts from where she looks, whether the first was heard or not."""

from dataclasses import replace

import pytest

from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import Show
from bot.engine.heard import Pressed, Typed
from bot.engine.state import State
from bot.engine.step import step

WORLD = World(frozenset({"balvu-novads"}), form=True)
MENU = State("menu", "lv")


def after(content: Content, state: State, *choices: str) -> State:
    for choice in choices:
        state = step(content.dialogue, state, Pressed(state.screen, choice), WORLD).state or state
    return state


def shown(content: Content, state: State, heard: Pressed | Typed) -> tuple[State, Show]:
    turn = step(content.dialogue, state, heard, WORLD)
    assert turn.state
    return turn.state, next(effect for effect in turn.effects if isinstance(effect, Show))


@pytest.mark.parametrize("first", ["helplines", "help", "danger", "human", "topic.court-protection", "contact"])
@pytest.mark.parametrize("second", ["court", "danger", "human", "children"])
@pytest.mark.parametrize("heard", [True, False], ids=["it was heard", "it was not"])
def test_the_newest_press_leads_where_it_would_have_led_alone(
    shipped: Content, first: str, second: str, heard: bool
) -> None:
    before = after(shipped, MENU, first) if heard else MENU
    there, show = shown(shipped, before, Pressed("menu", second, unanswered=True))
    assert show.notice is None
    assert there == after(shipped, MENU, second)


@pytest.mark.parametrize("choice", ["helplines", "danger", "human", "contact", "topic.court-protection"])
def test_the_same_press_made_again_leads_where_it_led(shipped: Content, choice: str) -> None:
    once = after(shipped, MENU, choice)
    there, show = shown(shipped, once, Pressed("menu", choice, unanswered=True))
    assert (there, show.notice) == (once, None)


def test_back_made_again_goes_back_once(shipped: Content) -> None:
    inside = after(shipped, MENU, "help", "rehab")
    once = after(shipped, inside, "back")
    there, show = shown(shipped, once, Pressed(inside.screen, "back", unanswered=True))
    assert (there.screen, show.notice) == ("menu.help", None)
    assert after(shipped, there, "back").screen == "menu"


def test_an_answer_that_a_newer_press_took_the_place_of_is_forgotten(shipped: Content) -> None:
    asked = State("request.age", "lv", trail=())
    given = after(shipped, asked, "13_15")
    assert given.answer("age_band") == ("13_15",)
    there, _ = shown(shipped, given, Pressed("request.age", "adult", unanswered=True))
    assert there.answer("age_band") == ("adult",)


def test_words_are_looked_for_where_they_were_typed(shipped: Content) -> None:
    asked = State("request.place", "lv")
    gone_on = after(shipped, asked, "skip")
    assert gone_on.screen != "request.place"
    there, show = shown(shipped, gone_on, Typed("balv", screen="request.place"))
    assert there.screen == "request.place"
    assert "place.balvu-novads" in show.options


def test_without_that_mark_an_old_button_is_told_as_ever(shipped: Content) -> None:
    there, show = shown(shipped, after(shipped, MENU, "helplines"), Pressed("menu", "court"))
    assert (there.screen, show.notice) == ("helplines", "notice.old-button")


def test_a_screen_that_is_none_moves_nobody(shipped: Content) -> None:
    stands = after(shipped, MENU, "helplines")
    there, _ = shown(shipped, stands, Pressed("no-such-screen", "danger", unanswered=True))
    assert there == after(shipped, replace(stands), "danger")
