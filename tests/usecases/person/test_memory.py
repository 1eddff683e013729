"""What is kept of a conversation is small, reads back equal, and its length tells next to nothing."""

import json

from hypothesis import given
from hypothesis import strategies as some

from bot.engine.languages import LANGUAGES
from bot.engine.state import State, Step
from bot.usecases.person.memory import STEP, Memory

WORDS = some.text(min_size=1, max_size=12)
PAIRS = some.tuples(WORDS, some.none() | some.tuples(WORDS))
STATES = some.builds(
    State,
    WORDS,
    some.sampled_from(LANGUAGES),
    some.lists(some.tuples(WORDS, some.tuples(WORDS, WORDS)), max_size=3).map(tuple),
    some.lists(some.builds(Step, WORDS, some.tuples(WORDS), some.lists(PAIRS, max_size=2).map(tuple)), max_size=3).map(
        tuple
    ),
)
NUMBERS = some.lists(some.integers(0, 2**52), max_size=8).map(tuple)


@given(some.none() | STATES, some.sampled_from(["", "7001", "-100123"]), NUMBERS, NUMBERS, some.binary(max_size=32))
def test_a_memory_is_read_back_equal(
    state: State | None, chat: str, messages: tuple[int, ...], updates: tuple[int, ...], before: bytes
) -> None:
    memory = Memory(state, chat, messages, updates, before)
    kept = memory.to_bytes()
    assert Memory.from_bytes(kept) == memory
    assert len(kept) % STEP == 0


def test_the_usual_way_takes_no_more_than_two_steps_of_size() -> None:
    way = ("start", "menu", "request.start", "request.no-form", "request.age", "request.place")
    answers = (("danger_gate", ("no",)), ("age_band", ("adult",)), ("place", ("balvu-novads",)))
    state = State("request.offer", "lv", answers, tuple(Step(screen, ("menu",)) for screen in way), ("menu",))
    memory = Memory(state, "7001234567", (1041, 1062), tuple(range(700_000_001, 700_000_009)))
    assert len(memory.to_bytes()) <= 2 * STEP


def test_what_an_earlier_version_wrote_is_read_and_a_later_form_is_empty() -> None:
    state = State("menu", "ru", (("place", ("balvu-novads",)),), (Step("start"),))
    earlier = json.dumps([state.to_json(), "7001", [5, 6], [70, 71]]).encode()
    assert Memory.from_bytes(earlier) == Memory(state, "7001", (5, 6), (70, 71))
    assert Memory.from_bytes(b"\xff" + bytes(63)) == Memory()
