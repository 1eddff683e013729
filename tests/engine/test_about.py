"""What a request is about: the way tells it, nobody is asked, and each kind has a form that fits."""

from collections.abc import Iterator

import pytest

from bot.channels.form_view import label
from bot.content import Content
from bot.engine.dialogue import Dialogue, World
from bot.engine.heard import Pressed, Started, Typed
from bot.engine.invariants import LINE_FOR_HARMED
from bot.engine.languages import LANGUAGES
from bot.engine.request import ABOUT, RequestForm, Values, prefilled, removable
from bot.engine.request_pages import asked_on, can_be_added, walked
from bot.engine.state import State
from bot.engine.step import step
from bot.engine.withheld import CITED
from tests.engine.test_request import CALL, FORM, filled

WORLDS = [World(places, form) for places in (frozenset({"balvu-novads"}), frozenset[str]()) for form in (True, False)]
OPEN = WORLDS[0]
ABOUT_THE_OTHER = {"lives_with", "who"}
MODES = ("call", "sms", "i_will_call_you", "i_will_come")
OWN, OTHER, HARMED = "own_behaviour", "somebody_else", "done_to_me"


def walk(dialogue: Dialogue, *presses: str, state: State | None = None, world: World = OPEN) -> State:
    """Go from the first screen, or from `state`, by these presses."""
    at = state or step(dialogue, None, Started("lv"), world).state
    for press in presses:
        assert at is not None
        at = step(dialogue, at, Pressed(at.screen, press), world).state
    assert at is not None
    return at


TO_OWN = ("go", "other", "myself")
TO_FRIEND = ("go", "other", "friend", "friend")


# --- The way tells ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way, begins, about",
    [
        ((*TO_OWN, "contact"), "stop-my-violence.request", OWN),
        ((*TO_OWN, "now", "contact"), "stop-my-violence.request", OWN),
        ((*TO_OWN, "course", "contact"), "stop-my-violence.request", OWN),
        ((*TO_FRIEND, "contact"), "helping-someone.request", OTHER),
        (("go", "contact"), "request.start", None),
        (("go", "court", "contact"), "request.start", None),
    ],
)
def test_the_topic_she_comes_from_tells_what_her_request_is_about(
    shipped: Content, way: tuple[str, ...], begins: str, about: str | None
) -> None:
    at = walk(shipped.dialogue, *way)
    assert at.screen == begins
    at = walk(shipped.dialogue, "no", state=at)
    assert at.answer(ABOUT) == ((about,) if about else ())


@pytest.mark.parametrize("exit_", ["danger", "human"])
def test_whoever_asks_there_for_help_at_once_stays_who_he_is(shipped: Content, exit_: str) -> None:
    assert walk(shipped.dialogue, *TO_OWN, exit_, "contact").screen == "stop-my-violence.request"
    assert walk(shipped.dialogue, *TO_FRIEND, exit_, "contact").screen == "helping-someone.request"
    assert walk(shipped.dialogue, "go", exit_, "contact").screen == "request.start"


@pytest.mark.parametrize(
    "way", [("danger", "hurt"), ("danger", "silent", "speaking"), ("human", "helplines", "numbers")], ids="-".join
)
def test_whoever_reads_on_about_help_at_once_stays_who_he_is(shipped: Content, way: tuple[str, ...]) -> None:
    assert walk(shipped.dialogue, *TO_OWN, *way, "contact").screen == "stop-my-violence.request"
    assert walk(shipped.dialogue, *TO_FRIEND, *way, "contact").screen == "helping-someone.request"
    assert walk(shipped.dialogue, "go", *way, "contact").screen == "request.start"


def test_where_no_request_can_be_sent_he_is_told_so(shipped: Content) -> None:
    closed = World(frozenset(), form=True)
    place = walk(shipped.dialogue, *TO_OWN, "contact", "no", world=closed)
    while place.screen != "request.place":
        place = walk(shipped.dialogue, "adult" if place.screen == "request.age" else "go", state=place, world=closed)
    there = walk(shipped.dialogue, "place.balvu-novads", state=place, world=closed)
    assert there.screen == "stop-my-violence.closed"


def test_another_topic_takes_back_what_the_first_one_told(shipped: Content) -> None:
    after = walk(shipped.dialogue, *TO_OWN, "contact", "leave", "menu", "court", "contact")
    assert after.screen == "request.start"
    assert after.answer(ABOUT) == ()


def test_back_brings_back_what_the_way_told_there(shipped: Content) -> None:
    there = walk(shipped.dialogue, *TO_OWN, "contact", "no")
    gone = walk(shipped.dialogue, "back", "back", "back", "back", "contact", state=there)
    assert gone.answer(ABOUT) == ()
    assert walk(shipped.dialogue, "danger", "back", state=there).answer(ABOUT) == (OWN,)


def test_typed_words_lead_to_the_way_of_the_topic_they_are_typed_in(shipped: Content) -> None:
    at = walk(shipped.dialogue, *TO_OWN)
    found = step(shipped.dialogue, at, Typed("x", ("court-protection",)), OPEN).state
    assert found is not None
    other = walk(shipped.dialogue, "topic.court-protection", "contact", state=found)
    assert (other.screen, other.answer(ABOUT)) == ("request.start", ())


def test_it_reaches_the_form_and_without_it_the_form_is_that_of_somebody_harmed() -> None:
    assert (ABOUT, OWN) in prefilled(FORM, {ABOUT: (OWN,)}, "lv")
    assert filled(*CALL).values[ABOUT] == HARMED
    assert filled(*CALL, over=[(ABOUT, OWN)]).values[ABOUT] == OWN


# --- Nobody is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_nobody_passes_the_question_what_it_is_about(mode: str) -> None:
    values: Values = {**filled(*CALL).values, "contact_mode": mode}
    asked = {name for page in walked(FORM, values) for name in asked_on(FORM, page, values)}
    assert ABOUT not in asked
    assert ABOUT not in can_be_added(FORM, values)


def test_in_the_review_it_is_changed_and_never_only_taken_out() -> None:
    for about in (HARMED, OTHER, OWN):
        assert not removable(FORM, ABOUT, {ABOUT: about})


# --- A form that fits -------------------------------------------------------------------------------------------------


def everything_asked(form: RequestForm, about: str) -> set[str]:
    def asked() -> Iterator[str]:
        for mode in MODES:
            values: Values = {**filled(*CALL).values, "contact_mode": mode, ABOUT: about}
            for page in form.pages:
                yield from asked_on(form, page, values)

    return {*asked()}


def test_of_his_own_behaviour_the_form_asks_nothing_about_the_other_person() -> None:
    asked = everything_asked(FORM, OWN)
    assert not ABOUT_THE_OTHER & asked
    assert "topics_own" in asked
    assert not {"topics", "topics_help"} & asked


def test_of_a_helper_it_asks_nothing_about_the_other_person_nor_her_children() -> None:
    asked = everything_asked(FORM, OTHER)
    assert not {*ABOUT_THE_OTHER, "children"} & asked
    assert "topics_help" in asked
    assert not {"topics", "topics_own"} & asked


def test_whoever_is_harmed_is_asked_what_she_was_asked_before() -> None:
    asked = everything_asked(FORM, HARMED)
    assert {*ABOUT_THE_OTHER, "children", "topics"} <= asked
    assert not {"topics_own", "topics_help"} & asked


def test_what_was_answered_about_the_other_person_is_not_sent_once_it_is_about_himself() -> None:
    hers = filled(*CALL, ("who", "partner"), ("lives_with", "yes"), ("topics", "shelter"))
    assert {*ABOUT_THE_OTHER, "topics"} <= set(hers.values)
    his = filled(*CALL, ("who", "partner"), ("lives_with", "yes"), ("topics", "shelter"), over=[(ABOUT, OWN)])
    assert his.ready
    assert not {*ABOUT_THE_OTHER, "topics"} & set(his.values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_of_his_form_speaks_of_this_person(shipped: Content, language: str) -> None:
    speaks = {"lv": "šo cilvēku", "ru": "этого человека", "en": "this person", "uk": "цю людину"}[language]
    assert speaks in shipped.text("request.conflict_known", language)
    for about in (OWN, OTHER):
        for name in everything_asked(FORM, about) - {"expects_message"}:
            assert speaks not in label(shipped, name, {ABOUT: about}, language), name


# --- His way never names the line for those who are harmed -----------------------------------------------------------


ELSEWHERE = {"request.minor", "request.receipt", "request.receipt-elsewhere"}
"""Where the way to the form ends: whoever is under 18, and whoever looks up a request, is anybody."""


def screens_on_the_way(dialogue: Dialogue, world: World) -> set[str]:
    """Every screen from his first question to the form or to a telephone, by its own buttons."""
    begins = walk(dialogue, *TO_OWN, "contact", world=world)
    waiting, seen = [begins], {begins.screen}
    while waiting:
        at = waiting.pop()
        screen = dialogue.screens[at.screen]
        presses = [choice.id for choice in screen.choices if not choice.returns]
        for press in [*presses, *(["place.balvu-novads", "skip"] if screen.place else [])]:
            after = step(dialogue, at, Pressed(at.screen, press), world).state
            assert after is not None
            assert after.answer(ABOUT) == (OWN,)
            if after.screen not in seen | ELSEWHERE:
                seen.add(after.screen)
                waiting.append(after)
    return seen


@pytest.mark.parametrize("world", WORLDS, ids=["open", "open-no-form", "closed", "closed-no-form"])
def test_his_way_to_the_form_never_names_the_line_for_those_who_are_harmed(shipped: Content, world: World) -> None:
    dialogue = shipped.dialogue
    seen = screens_on_the_way(dialogue, world)
    assert {"stop-my-violence.danger", "request.place", "stop-my-violence.anywhere"} <= seen
    cited = {name: CITED.findall(shipped.text(name, language)) for name in seen for language in dialogue.languages}
    assert [name for name, facts in cited.items() if LINE_FOR_HARMED in facts] == []
