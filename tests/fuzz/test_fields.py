"""Single fields that somebody types: a line at the terminal, a calendar, an address, a number in any script."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.__main__ import main
from bot.channels import terminal
from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import Show
from bot.engine.heard import Pressed, Typed
from bot.engine.request import DAYS, phone_number, receipt_code
from bot.engine.state import State
from bot.engine.step import step
from bot.usecases.services import calendar_form
from tests.faces import TODAY
from tests.fuzz.test_files import small

DIGITS = st.text(st.characters(categories=["Nd", "No", "Nl"]), min_size=1, max_size=4) | st.sampled_from(
    ["9" * 5000, "²", "፩", "①", "-1", "1" * 40, "０", "00000000000001"]
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
CLOCK = st.sampled_from(
    ["08:30", "17:00", "08:30+01:00", "24:00", "T08", "0830", "08:30:59.999999", "17:00Z", "25:00", "8"]
)
DATES = st.sampled_from(["1.1.2027", "2027-01-01 – 2027-01-05", "0001-01-01", "9999-12-31", "፩.1.2026", "31.2.2027"])


@given(DIGITS | TEXT)
def test_any_line_at_the_terminal_is_a_button_or_typed_words(line: str) -> None:
    content = small()
    card = cards.make(content, State(content.dialogue.first, "lv"), Show(content.dialogue.first), TODAY, {})
    assert isinstance(terminal.interpret(line, card), Pressed | Typed)


@given(st.sampled_from(["group.", "place.", "topic.", "language.", "+", "-", ""]), DIGITS | TEXT)
def test_any_choice_of_any_screen_is_answered_with_a_screen(shipped: Content, begins: str, rest: str) -> None:
    for screen in shipped.dialogue.screens.values():
        if not screen.branch and (screen.place or screen.several or screen.id == shipped.dialogue.first):
            turn = step(shipped.dialogue, State(screen.id, "lv"), Pressed(screen.id, begins + rest), World(frozenset()))
            assert turn.state
            assert turn.state.screen in shipped.dialogue.screens


CHOICES = calendar_form.Choices({}, frozenset())


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from([f"{day}.{end}" for day in DAYS[:2] for end in ("from", "to")]), CLOCK | TEXT),
    st.lists(DATES | TEXT, max_size=3).map("\n".join),
    st.sampled_from(['"a"@b.c', "a@b.c", "a@[", "@", "a\n@b.c", "=?utf-8?q?a?=@b.c", "a@b.c,d@e.f", "(@b.c"]) | TEXT,
    DIGITS,
)
def test_any_calendar_is_taken_or_refused_field_by_field(
    hours: dict[str, str], days: str, address: str, minutes: str
) -> None:
    written = {**hours, "closed_days": days, "email": address, "reads_within_minutes": minutes}
    calendar, problems = calendar_form.parse(written, "balvi", CHOICES, TODAY)
    assert calendar.email is None or "email" in problems or "\n" not in calendar.email
    again, _ = calendar_form.parse(calendar_form.as_written(calendar), "balvi", CHOICES, TODAY)
    assert problems or again == calendar


@given(DIGITS | TEXT)
def test_any_text_is_a_number_that_can_be_rung_or_none(text: str) -> None:
    number = phone_number(text)
    assert number is None or (number.isascii() and number[:1] == "+" and number[1:].isdecimal() and len(number) <= 16)
    code = receipt_code(text)
    assert code is None or (code.isascii() and len(code) == 16)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["find", "--lang", "²", "9" * 5000],
        ["leaflet", "--on", "31.2.2027", "--to", "x"],
        ["check", "/nowhere\0"],
        ["content", "import", "/nowhere"],
        ["service", "add", "balvi", "--hours", "mon=08:30+01:00-17:00"],
        ["service", "add", "balvi", "--hours", "=", "mon", "mon=-"],
    ],
)
def test_any_arguments_are_carried_out_or_refused_with_a_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("BOT_DATABASE", f"sqlite:///{tmp_path_factory.mktemp('arguments') / 'x.sqlite'}")
    monkeypatch.setenv("BOT_SECRET", "x" * 40)
    with contextlib.suppress(SystemExit):
        assert main(arguments) in {0, 1}
