"""The page behind a code tells what has happened: read and by how many, each try by its day, and contact."""

from collections.abc import Awaitable, Callable

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import handling, letters
from bot.usecases.casework.states import Outcome
from tests.channels.code_page import HEAD, ILZE, KEPT, TODAYS, anything, first, lines, looked, read, sent, taken, tried
from tests.channels.forms import Visitor
from tests.faces import Clock

DAYS = {"lv": "23. novembrī", "ru": "23 ноября", "en": "23 November", "uk": "23 листопада"}
AGAIN = {
    "lv": "Dienests var mēģināt vēlreiz",
    "ru": "может попробовать ещё раз",
    "en": "may try once more",
    "uk": "може спробувати ще раз",
}
HER_TIMES = {
    "lv": "Bez jauniem laikiem",
    "ru": "Без нового времени",
    "en": "Without new times",
    "uk": "Без нового часу",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_called_kept_before_somebody_has_read_it(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    await letters.fetch(runtime, ILZE, (await anything(runtime)).id)  # in the browser, not opened
    page = await looked(visitor, code, language)
    assert KEPT[language] not in page.text
    assert len(lines(page)) == 2
    await read(runtime)
    page = await looked(visitor, code, language)
    assert KEPT[language] in lines(page)[1]


async def test_what_was_read_late_is_not_called_kept(visitor: Visitor, runtime: Runtime, clock: Clock) -> None:
    code = await sent(visitor, runtime)
    clock.move(days=7)
    await read(runtime)
    page = await looked(visitor, code)
    assert "Solījums nav izpildīts" in lines(page)[1]
    assert KEPT["lv"] not in page.text


async def test_the_number_told_is_how_many_workers_have_seen_it(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    assert 'id="count"' not in (await looked(visitor, code)).html
    for worker in (ILZE, ILZE, HEAD):
        await read(runtime, worker)
    assert "Cik darbinieku to ir redzējuši: 2." in (await looked(visitor, code)).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", TODAYS)
async def test_each_try_is_told_by_its_day_and_how_it_went(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, outcome: Outcome
) -> None:
    code = await sent(visitor, runtime, language)
    await taken(runtime)
    await tried(runtime, outcome)
    clock.move(days=1)
    told = next(line for line in lines(await looked(visitor, code, language)) if DAYS[language] in line)
    assert TODAYS[outcome][language] in told


@pytest.mark.parametrize("language", LANGUAGES)
async def test_only_after_the_last_try_something_follows(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    await taken(runtime)
    await tried(runtime, "no_answer", most=2)
    assert AGAIN[language] in lines(await looked(visitor, code, language))[3]
    clock.move(minutes=90)
    await tried(runtime, "no_answer", most=2)
    page = await looked(visitor, code, language)
    earlier, last = lines(page)[3:5]
    assert AGAIN[language] not in earlier
    assert HER_TIMES[language] in last
    assert HER_TIMES[language] in first(page), "what waits for her stands first"


async def test_after_the_last_allowed_try_nobody_promises_another(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await taken(runtime)
    await tried(runtime, "reached_not_safe", most=1)
    assert "izlemj dienesta vadība" in lines(await looked(visitor, code))[3]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_contacted_and_met_are_one_word_without_a_day(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    reference = await taken(runtime)
    await tried(runtime, "reached_verified")
    clock.move(days=1)
    contacted = await looked(visitor, code, language)
    assert not [line for line in lines(contacted) if DAYS[language] in line]
    await handling.meet(runtime, ILZE, reference)
    met = await looked(visitor, code, language)
    assert lines(met) == lines(contacted)
    assert first(met) == first(contacted)


async def called(runtime: Runtime) -> None:
    await tried(runtime, "reached_verified")


async def came(runtime: Runtime) -> None:
    await handling.note_arrival(runtime, ILZE, (await anything(runtime)).id)


@pytest.mark.parametrize("how", [called, came])
async def test_whether_she_was_called_or_came_looks_the_same(
    visitor: Visitor, runtime: Runtime, how: Callable[[Runtime], Awaitable[None]]
) -> None:
    code = await sent(visitor, runtime)
    await taken(runtime)
    await how(runtime)
    page = await looked(visitor, code)
    assert lines(page)[2:] == ["Pārņēmis darbinieks.", "Dienests ar Jums ir sazinājies."]
    assert "Dienests ar Jums ir sazinājies." in first(page)
