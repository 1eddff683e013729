"""New times are laid over the letter in the worker's browser: without the agreed word they only narrow what holds."""

import random
from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import expect

from bot.engine.request import DAYS, Values, Window
from bot.runtime import RIGA
from bot.usecases.casework import handling, requests
from bot.usecases.casework.call_permission import CallsLocked
from bot.usecases.person import additions
from tests.desk.browsing import Desk, Waiting
from tests.faces import Clock
from tests.people import PASSPHRASE, a_colleague, acting

MERGED = """async ([payload, added, standing]) => {
    const { merged } = await import("/static/additions.js");
    return merged(payload, added, standing);
}"""
BOTH = """async (pairs) => {
    const { allowedByBoth } = await import("/static/additions.js");
    return pairs.map(([one, other]) => allowedByBoth(one, other));
}"""
RIGHT = """async (pairs) => {
    const { isTheWord } = await import("/static/additions.js");
    return pairs.map(([agreed, typed]) => isTheWord(agreed, typed));
}"""
TIED = {"request": "r", "service": "s"}
Times = list[dict[str, str]]


def window(day: str, begins: str, ends: str) -> dict[str, str]:
    return {"day": day, "begins": begins, "ends": ends}


LETTER: dict[str, Any] = {
    **TIED,
    "answers": {
        "contact_mode": "call", "phone": "+447700900123", "code_word": "ezers", "valid_until": "2026-11-30",
        "windows": [window("mon", "09:00", "10:00")],
    },
}  # fmt: skip
ALWAYS = [window(day, "00:00", "24:00") for day in DAYS]


def times(number: int, windows: Times, until: str, word: str = "", **more: Any) -> dict[str, Any]:
    answers = {"windows": windows, "valid_until": until}
    return {"number": number, "said": {**TIED, "kind": "times", "answers": answers, "word": word, **more}}


@pytest.fixture
async def merging(desk: Desk) -> Desk:
    """A page of the desk, whose scripts can be called."""
    await desk.go("/sign-in")
    return desk


async def merged(desk: Desk, *added: dict[str, Any], letter: dict[str, Any] = LETTER, **standing: Any) -> Any:
    return await desk.page.evaluate(MERGED, [letter, list(added), standing])


async def test_who_finds_the_code_cannot_widen_the_times(merging: Desk) -> None:
    found = await merged(merging, times(1, ALWAYS, "2026-12-20"), times(2, ALWAYS, "2026-12-20", "upe"))
    assert found["answers"]["windows"] == [window("mon", "09:00", "10:00")]
    assert found["answers"]["valid_until"] == "2026-11-30"
    assert found["word"] == 0
    assert [(change["given"], change["right"]) for change in found["changes"]] == [(False, False), (True, False)]


async def test_the_right_word_replaces_the_times_and_names_its_addition(merging: Desk) -> None:
    new = [window("tue", "12:00", "14:00")]
    found = await merged(merging, times(7, new, "2026-12-20", "Ezers"))
    assert found["answers"]["windows"] == new
    assert found["answers"]["valid_until"] == "2026-12-20"
    assert found["word"] == 7
    assert found["changes"][0]["before"]["windows"] == [window("mon", "09:00", "10:00")]
    assert (await merged(merging, times(7, new, "2026-12-20", "Ezers"), call_until="2026-12-01"))["answers"][
        "valid_until"
    ] == "2026-12-01"


async def test_each_addition_is_laid_over_what_those_before_it_left(merging: Desk) -> None:
    narrowed = times(1, [window("mon", "09:30", "12:00")], "2026-11-25")
    found = await merged(merging, narrowed, times(2, ALWAYS, "2026-12-20"))
    assert found["answers"]["windows"] == [window("mon", "09:30", "10:00")]
    assert found["answers"]["valid_until"] == "2026-11-25"
    found = await merged(merging, narrowed, times(2, ALWAYS, "2026-12-20", "ezers"), times(3, ALWAYS[:1], "2026-12-24"))
    assert found["answers"]["windows"] == ALWAYS[:1]
    assert found["answers"]["valid_until"] == "2026-12-20"
    assert found["word"] == 2


async def test_after_three_wrong_words_none_is_right_any_more(merging: Desk) -> None:
    guesses = [times(number, ALWAYS, "2026-12-20", word) for number, word in enumerate(("upe", "jūra", "purvs"), 1)]
    twice = await merged(merging, *guesses[:2], times(8, ALWAYS, "2026-12-20", "ezers"))
    assert (twice["answers"]["windows"], twice["word"]) == (ALWAYS, 8)
    too_often = await merged(merging, *guesses, times(9, ALWAYS, "2026-12-20", "ezers"))
    assert (too_often["answers"]["windows"], too_often["word"]) == ([window("mon", "09:00", "10:00")], 0)


async def test_where_no_word_was_agreed_nothing_is_right(merging: Desk) -> None:
    for agreed in ("", None, "…"):
        letter = LETTER | {"answers": LETTER["answers"] | {"code_word": agreed}}
        found = await merged(merging, times(1, ALWAYS, "2026-12-20", str(agreed or "")), letter=letter)
        assert found["answers"]["windows"] == [window("mon", "09:00", "10:00")]
        assert found["word"] == 0


@pytest.mark.parametrize(
    "unread",
    [
        {"number": 1, "said": None},
        {"number": 1, "said": {**TIED, "request": "another", "kind": "times"}},
        {"number": 1, "said": "no object"},
    ],
)
async def test_an_addition_that_cannot_be_read_stops_calls(merging: Desk, unread: dict[str, Any]) -> None:
    found = await merged(merging, unread, times(2, ALWAYS, "2026-12-20", "ezers"))
    assert found["answers"]["unread"]
    assert "phone" not in found["answers"]


async def test_a_cover_story_that_somebody_has_heard_stands_in_the_letter_no_more(merging: Desk) -> None:
    letter = LETTER | {"answers": LETTER["answers"] | {"if_other_answers": "say_wrong_number"}}
    for outcomes, left in (
        ([], "say_wrong_number"),
        (["no_answer"], "say_wrong_number"),
        (["other_person", "no_answer"], "hang_up"),
    ):
        found = await merged(merging, letter=letter, outcomes=outcomes)
        assert found["answers"]["if_other_answers"] == left, outcomes


async def test_times_that_are_none_permit_nothing(merging: Desk) -> None:
    for broken in (
        {},
        {"windows": "always"},
        {"windows": [window("someday", "9", "25:00")], "valid_until": "for ever"},
    ):
        said = {**TIED, "kind": "times", "answers": broken, "word": "ezers"}
        found = await merged(merging, {"number": 1, "said": said})
        assert (found["answers"]["windows"], found["answers"]["valid_until"]) == ([], "")


async def test_times_in_which_nobody_can_call_stay_so_until_the_right_word(merging: Desk) -> None:
    letter = LETTER | {"unanswerable": True}
    assert (await merged(merging, letter=letter))["answers"]["unanswerable"]
    assert (await merged(merging, times(1, ALWAYS, "2026-12-20"), letter=letter))["answers"]["unanswerable"]
    assert not (await merged(merging, times(1, ALWAYS, "2026-12-20", "ezers"), letter=letter))["answers"][
        "unanswerable"
    ]
    assert (await merged(merging, times(1, ALWAYS, "2026-12-20", unanswerable=True)))["answers"]["unanswerable"]


WORDS = [
    ("ezers", "ezers", True), ("Ezers", " EZERS. ", True), ("bērzs", "be\u0304rzs", True),
    ("zaļa  lapa", "Zaļa lapa!", True),
    ("«ёлка»", "Ёлка", True), ("ezers", "ezeri", False), ("ezers", "", False), ("", "", False), ("?", "!", False),
    ("zaļa lapa", "zaļalapa", False),
]  # fmt: skip


async def test_a_word_is_right_whatever_its_capitals_and_punctuation(merging: Desk) -> None:
    found = await merging.page.evaluate(RIGHT, [[agreed, typed] for agreed, typed, _ in WORDS])
    assert found == [right for _, _, right in WORDS]


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def allowed(windows: Times) -> set[tuple[str, int]]:
    """Every single minute of the week, one by one."""
    return {(span["day"], at) for span in windows for at in range(minutes(span["begins"]), minutes(span["ends"]))}


def some_times(chance: random.Random) -> Times:
    found = []
    for _ in range(chance.randrange(6)):
        begins, ends = sorted(chance.sample(range(0, 24 * 60 + 1, chance.choice((1, 30))), 2))
        clocks = [f"{at // 60:02}:{at % 60:02}" for at in (begins, ends)]
        found.append(window(chance.choice(DAYS[:3]), *clocks))
    return found


async def test_what_both_allow_is_exactly_each_minute_that_both_allow(merging: Desk) -> None:
    chance = random.Random(10)
    pairs = [[some_times(chance), some_times(chance)] for _ in range(400)]
    for (first, second), both in zip(pairs, await merging.page.evaluate(BOTH, pairs), strict=True):
        assert allowed(both) == allowed(first) & allowed(second), (first, second, both)
        assert sum(minutes(each["ends"]) - minutes(each["begins"]) for each in both) == len(allowed(both)), "no overlap"


async def test_old_and_new_times_stand_side_by_side_and_a_wrong_word_changes_nothing(waiting: Waiting) -> None:
    desk = waiting.desk
    new: Values = {"windows": tuple(Window(day, "00:00", "24:00") for day in DAYS), "valid_until": "2026-12-20"}
    await additions.change_times(desk.runtime, waiting.code, new, "lv", "ezers")
    line = await waiting.open()
    assert line.startswith("Vai zvanīt tagad? JĀ – drošais laiks beidzas 12:30.")
    added = desk.page.locator("#added")
    await expect(added).to_contain_text("nosūtītā parole nav norunātā sarunas parole")
    old, wanted = await added.locator("dd").all_inner_texts()
    assert old == "pirmdien 09:00–12:30 (Droši laiki ir spēkā līdz: 30. novembris)"
    assert "00:00–24:00 (Droši laiki ir spēkā līdz: 20. decembris)" in wanted
    assert "word_found_right" not in await waiting.events()


async def test_the_right_word_widens_the_times_and_lets_the_number_be_called_again(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    await additions.block_calls(desk.runtime, waiting.code)
    new: Values = {"windows": (Window("mon", "09:00", "20:00"),), "valid_until": "2026-12-20"}
    await additions.change_times(desk.runtime, waiting.code, new, "lv", "zaļkods")
    await waiting.open()
    await expect(page.locator("#header-line strong")).to_have_text(
        "Vai zvanīt tagad? JĀ – drošais laiks beidzas 20:00."
    )
    await expect(page.locator("#phone")).to_be_visible()
    row = await waiting.row()
    assert (row.call_blocked, str(row.call_until)) == (False, "2026-12-20")
    assert row.word_addition
    await waiting.open()
    assert (await waiting.events()).count("word_found_right") == 1


async def test_a_number_called_unsafe_after_the_right_word_stays_unsafe(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    new: Values = {"windows": (Window("mon", "09:00", "20:00"),), "valid_until": "2026-12-20"}
    await additions.change_times(desk.runtime, waiting.code, new, "lv", "zaļkods")
    await additions.block_calls(desk.runtime, waiting.code)
    await waiting.open()
    await expect(page.locator("#header-line strong")).to_contain_text("šis numurs vairs nav drošs")
    assert "+447700900123" not in await page.content()


async def test_what_cannot_be_opened_among_the_additions_is_said_and_stops_calls(waiting: Waiting) -> None:
    desk, page = waiting.desk, waiting.desk.page
    new: Values = {"windows": (Window("mon", "09:00", "20:00"),), "valid_until": "2026-12-20"}
    await additions.change_times(desk.runtime, waiting.code, new, "lv", "zaļkods")
    async with desk.runtime.database.store() as store:
        (added,) = await store.additions.of_request(waiting.reference)
        added.sealed = b"age-encryption.org/v1\nnothing of ours"
    await desk.go(f"/requests/{waiting.reference}")
    await desk.unlock(PASSPHRASE)
    assert "NĒ – kaut ko, ko cilvēks papildināja, nevar izlasīt" in await desk.opened()
    await expect(page.locator("#added")).to_contain_text("Nezvaniet")
    assert await page.locator("#phone").count() == 0
    assert await page.locator("#script").is_hidden()


async def test_after_the_last_day_on_the_envelope_the_server_itself_refuses(waiting: Waiting, clock: Clock) -> None:
    runtime = waiting.desk.runtime
    head = await acting(runtime, clock, await a_colleague(runtime, clock, "haralds", "head", "balvi"))
    await requests.take(runtime, head, waiting.reference)
    clock.now = datetime(2026, 11, 30, 23, 59, tzinfo=RIGA)
    assert await requests.reveal(runtime, head, waiting.reference) == 0
    clock.move(minutes=1)
    with pytest.raises(CallsLocked):
        await requests.reveal(runtime, head, waiting.reference)
    with pytest.raises(CallsLocked):
        await handling.reveal_outside(runtime, head, waiting.reference, "the hospital asked us to ring now")
