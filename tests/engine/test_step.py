"""How a conversation goes on, whatever a person does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.engine.dialogue import Choice, Dialogue, Municipality, Screen, Way, World
from bot.engine.effects import HideTraces, OpenForm, Show, Tell
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.state import LONGEST_TRAIL, State
from bot.engine.step import step

BALVI = Municipality("balvu-novads", {"lv": "Balvu novads", "ru": "Балвский край"}, ("Viļakas novads",))
OPEN = World(frozenset({"balvu-novads"}))


def screens(*those: Screen) -> dict[str, Screen]:
    return {screen.id: screen for screen in those}


DIALOGUE = Dialogue(
    screens(
        Screen("start", "start", choices=(Choice("go", to="menu"),)),
        Screen("danger", "start", choices=(Choice("on", to="start"),)),
        Screen("human", "start", choices=(Choice("ask", enter="request.age"),)),
        Screen("despair", "start", topic="despair", choices=(Choice("on", to="start"),)),
        Screen(
            "menu",
            "start",
            choices=(Choice("court", to="court"), Choice("request", enter="request.age"), Choice("quiet", tells=True)),
        ),
        Screen(
            "court",
            "rights",
            topic="court",
            choices=(Choice("menu", to="menu"), Choice("request", enter="request.age")),
        ),
        Screen(
            "request.age",
            "request",
            asks="age_band",
            choices=(Choice("adult", to="request.place"), Choice("under_13", to="request.minor")),
        ),
        Screen("request.minor", "request", choices=(Choice("done", returns=True),)),
        Screen("request.place", "request", place="place", to="request.topics", skip="request.national"),
        Screen("request.topics", "request", several="topics", options=("lawyer", "shelter"), to="request.route"),
        Screen(
            "request.route",
            "request",
            branch=(Way("request.offer", (("service", ("open",)),)), Way("request.national")),
        ),
        Screen("request.offer", "request", choices=(Choice("form", form="request"), Choice("leave", returns=True))),
        Screen("request.national", "request", choices=(Choice("leave", returns=True),)),
    ),
    {"balvu-novads": BALVI},
    despair="despair",
)


def walk(*heard: Heard, world: World = OPEN) -> State:
    state: State | None = None
    for event in heard:
        state = step(DIALOGUE, state, event, world).state
    assert state is not None
    return state


def press(path: str) -> list[Pressed]:
    return [Pressed(*pair.split(" ")) for pair in path.split(", ")]


def shown(state: State | None, heard: Heard, world: World = OPEN) -> Show:
    return next(effect for effect in step(DIALOGUE, state, heard, world).effects if isinstance(effect, Show))


def test_a_first_press_on_the_first_screen_needs_no_start_before_it() -> None:
    assert shown(None, Pressed("start", "go")) == Show("menu")


def test_a_conversation_begins_in_the_language_of_the_device() -> None:
    assert walk(Started("ru")).language == "ru"
    assert walk(Started("de")).language == "lv"


def test_whoever_comes_back_after_the_end_is_told_and_begins_again() -> None:
    assert shown(None, Pressed("court", "menu")) == Show("start", "notice.restarted")


def test_a_place_typed_after_the_end_is_no_topic() -> None:
    for place in ("Balvi", "balvu novads", "Балвский край"):
        assert shown(None, Typed(place, topics=("privacy",))) == Show("start", "notice.restarted")
    assert shown(None, Typed("Balvi", danger=True)).screen == "danger"


def test_words_of_danger_are_heard_also_where_a_place_is_asked_for() -> None:
    asked = walk(*press("start go, menu request, request.age adult"))
    assert asked.screen == "request.place"
    assert shown(asked, Typed("viņš mani nogalinās", danger=True)) == Show("danger", "notice.danger-heard")


def test_words_of_despair_are_heard_also_where_a_place_is_asked_for_and_after_the_end() -> None:
    asked = walk(*press("start go, menu request, request.age adult"))
    assert shown(asked, Typed("gribu nomirt", despair=True)) == Show("despair", "notice.despair-heard")
    assert shown(None, Typed("Balvi", despair=True)).screen == "despair"


def test_emergency_help_is_one_press_away_even_from_a_button_of_long_ago() -> None:
    assert shown(walk(*press("start go, menu court")), Pressed("start", "danger")) == Show("danger")
    assert shown(None, Pressed("no-such-screen", "danger")).screen == "danger"


def test_back_goes_back_and_forgets_the_answer_given_there() -> None:
    asked = walk(*press("start go, menu request, request.age adult"))
    assert asked.answer("age_band") == ("adult",)
    back = step(DIALOGUE, asked, Pressed("request.place", "back"), OPEN).state
    assert back is not None
    assert (back.screen, back.answer("age_band")) == ("request.age", ())


def test_back_restores_the_answer_of_before_when_it_was_given_twice() -> None:
    way = "start go, menu request, request.age under_13, request.minor done, menu request, request.age adult"
    back = step(DIALOGUE, walk(*press(way)), Pressed("request.place", "back"), OPEN).state
    assert back is not None
    assert back.answer("age_band") == ("under_13",)


def test_back_on_the_first_screen_stays_there() -> None:
    assert shown(walk(Started()), Pressed("start", "back")) == Show("start")


def test_a_chapter_returns_to_whoever_entered_it() -> None:
    entered = "request.age under_13, request.minor done"
    assert walk(*press(f"start go, menu court, court request, {entered}")).screen == "court"
    assert walk(*press(f"start go, menu request, {entered}")).screen == "menu"


def test_the_language_changes_on_the_same_screen_and_keeps_every_answer() -> None:
    before = walk(*press("start go, menu request, request.age adult"))
    after = walk(*press("start go, menu request, request.age adult, request.place language.ru"))
    assert after == replace(before, language="ru")


def test_an_old_button_shows_the_present_screen() -> None:
    assert shown(walk(*press("start go, menu court")), Pressed("start", "go")) == Show("court", "notice.old-button")


def test_a_double_press_on_an_option_changes_nothing_the_second_time() -> None:
    way = "start go, menu request, request.age adult, request.place place.balvu-novads, request.topics +lawyer"
    once = walk(*press(way))
    assert once.answer("topics") == ("lawyer",)
    assert walk(*press(f"{way}, request.topics +lawyer")) == once
    assert walk(*press(f"{way}, request.topics -lawyer")).answer("topics") == ()


@pytest.mark.parametrize("typed", ["Viļaka", "vilaka", "Balvi"])
def test_a_name_of_before_leads_to_the_municipality_of_today(typed: str) -> None:
    place = walk(*press("start go, menu request, request.age adult"))
    assert shown(place, Typed(typed)) == Show("request.place", "notice.place-found", ("place.balvu-novads",))


def test_an_unknown_place_is_no_error_and_can_be_skipped() -> None:
    place = walk(*press("start go, menu request, request.age adult"))
    assert shown(place, Typed("Atlantis")).notice == "notice.place-unknown"
    assert shown(place, Pressed("request.place", "skip")) == Show("request.national")


def test_the_way_to_a_request_depends_on_whether_the_service_can_be_addressed() -> None:
    way = "start go, menu request, request.age adult, request.place place.balvu-novads, request.topics done"
    assert walk(*press(way)).screen == "request.offer"
    assert walk(*press(way), world=World()).screen == "request.national"


def test_the_form_opens_only_where_it_can_be_opened() -> None:
    offer = walk(
        *press("start go, menu request, request.age adult, request.place place.balvu-novads, request.topics done")
    )
    assert OpenForm("request") in step(DIALOGUE, offer, Pressed("request.offer", "form"), OPEN).effects
    here = step(DIALOGUE, offer, Pressed("request.offer", "form"), replace(OPEN, form=False))
    assert here.effects == (Show("request.offer"),)


def test_own_words_offer_topics_and_a_topic_opens_from_any_screen() -> None:
    menu = walk(*press("start go"))
    assert shown(menu, Typed("?", ("court", "unknown"))) == Show("menu", "notice.found", ("topic.court",))
    assert shown(menu, Pressed("", "topic.court")) == Show("court")
    assert shown(walk(*press("start go, menu court")), Pressed("menu", "topic.court")) == Show("court")
    assert shown(menu, Pressed("", "topic.gone")) == Show("menu", "notice.old-button")


def test_words_of_danger_put_112_first_and_back_says_that_it_is_not_so() -> None:
    menu = walk(*press("start go"))
    turn = step(DIALOGUE, menu, Typed("?", ("court",), danger=True), OPEN)
    assert turn.effects == (Show("danger", "notice.danger-heard", ("topic.court",)),)
    assert shown(turn.state, Pressed("danger", "back")) == Show("menu")


def test_words_of_despair_put_the_crisis_line_first_and_back_says_that_it_is_not_so() -> None:
    menu = walk(*press("start go"))
    turn = step(DIALOGUE, menu, Typed("?", ("despair", "court"), despair=True), OPEN)
    assert turn.effects == (Show("despair", "notice.despair-heard", ("topic.court",)),)
    assert shown(turn.state, Pressed("despair", "back")) == Show("menu")


def test_where_danger_and_despair_are_both_heard_112_stands_before_the_crisis_line() -> None:
    menu = walk(*press("start go"))
    turn = step(DIALOGUE, menu, Typed("?", ("despair", "court"), danger=True, despair=True), OPEN)
    assert turn.effects == (Show("danger", "notice.both-heard", ("topic.despair", "topic.court")),)


def test_content_without_a_screen_for_despair_answers_it_with_112() -> None:
    heard = Typed("?", ("court",), despair=True)
    turn = step(replace(DIALOGUE, despair="gone"), walk(*press("start go")), heard, OPEN)
    assert turn.effects == (Show("danger", "notice.danger-heard", ("topic.court",)),)


def test_a_pop_up_leaves_the_screen_as_it_is() -> None:
    menu = walk(*press("start go"))
    turn = step(DIALOGUE, menu, Pressed("menu", "quiet"), OPEN)
    assert (turn.state, Tell("menu:quiet.tell") in turn.effects) == (menu, True)


def test_hiding_ends_the_conversation() -> None:
    turn = step(DIALOGUE, walk(*press("start go")), Pressed("menu", "hide"), OPEN)
    assert (turn.state, turn.effects) == (None, (HideTraces(),))


def test_a_screen_that_exists_no_longer_leads_to_the_nearest_that_does() -> None:
    court = walk(*press("start go, menu court"))
    smaller = replace(DIALOGUE, screens={name: screen for name, screen in DIALOGUE.screens.items() if name != "court"})
    turn = step(smaller, court, Pressed("court", "menu"), OPEN)
    assert turn.effects == (Show("menu", "notice.restarted"),)


def test_the_way_back_is_kept_short_so_that_little_is_kept() -> None:
    state = walk(*press("start go, " + ", ".join(["menu court, court menu"] * 20)))
    assert len(state.trail) == LONGEST_TRAIL
    assert len(state.to_json()) < 500


ANYTHING: some.SearchStrategy[Heard] = some.one_of(
    some.builds(Started, some.none() | some.text(max_size=5)),
    some.builds(Pressed, some.sampled_from([*DIALOGUE.screens, "gone"]), some.text(max_size=12)),
    some.builds(
        Pressed,
        some.sampled_from([*DIALOGUE.screens]),
        some.sampled_from(
            [
                "go",
                "court",
                "menu",
                "request",
                "adult",
                "under_13",
                "done",
                "skip",
                "place.balvu-novads",
                "group.0",
                "+lawyer",
                "-lawyer",
                "leave",
                "form",
                "back",
                "danger",
                "human",
                "language",
                "language.ru",
                "hide",
            ]
        ),
    ),
    some.builds(Typed, some.text()),
    some.builds(Sent, some.sampled_from(["voice", "photo", "contact"])),
    some.just(Unknown()),
)


@given(some.lists(ANYTHING, max_size=40))
def test_nothing_a_person_does_raises_and_the_state_survives_being_written_down(heard: list[Heard]) -> None:
    state: State | None = None
    for event in heard:
        turn = step(DIALOGUE, state, event, OPEN)
        state = turn.state
        assert state is None or State.from_json(state.to_json()) == state
        assert any(isinstance(effect, Show | HideTraces) for effect in turn.effects)
        assert state is None or state.screen in DIALOGUE.screens
