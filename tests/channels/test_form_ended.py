"""The page behind a code says how a request ended and what can be done now, and of any good end the same."""

from collections.abc import Awaitable, Callable

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import handling, requests, sweeping, undoing
from tests.channels.code_page import (
    ILZE,
    KEPT,
    TODAYS,
    anything,
    closed,
    first,
    lines,
    looked,
    read,
    sent,
    taken,
    tried,
)
from tests.channels.forms import Visitor
from tests.faces import Clock

OPENED_AGAIN = {
    "lv": "atvēris no jauna",
    "ru": "снова его открыла",
    "en": "opened it again",
    "uk": "знову його відкрила",
}


async def erased_at_the_desk(runtime: Runtime) -> None:
    await handling.erase_at_wish(runtime, ILZE, await taken(runtime))


@pytest.mark.parametrize(
    "end, words",
    [
        (lambda runtime: closed(runtime, "met"), "Ja palīdzība vajadzīga vēl"),
        (lambda runtime: closed(runtime, "could_not_reach_safely"), "neizdevās droši sazināties"),
        (erased_at_the_desk, "kā Jūs vēlējāties"),
    ],
    ids=["done", "not reached", "erased at the desk"],
)
async def test_how_it_ended_and_what_can_be_done_now(
    visitor: Visitor, runtime: Runtime, end: Callable[[Runtime], Awaitable[None]], words: str
) -> None:
    code = await sent(visitor, runtime)
    await end(runtime)
    page = await looked(visitor, code)
    assert words in first(page)
    assert not {"times", "unsafe", "screen"} & {do for form in page.forms for do in form.buttons}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_closed_by_mistake_says_that_the_service_opened_it_again(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    reference = await taken(runtime)
    await tried(runtime, "no_answer")
    await requests.close(runtime, ILZE, reference, "could_not_reach_safely")
    assert OPENED_AGAIN[language] not in (await looked(visitor, code, language)).text
    await undoing.reopen(runtime, ILZE, reference)
    page = await looked(visitor, code, language)
    assert OPENED_AGAIN[language] in first(page)
    assert TODAYS["no_answer"][language] in lines(page)[-2]
    assert {"lv": "no jauna", "ru": "снова", "en": "again", "uk": "знову"}[language] in lines(page)[-1], (
        "the tries come before"
    )
    await requests.close(runtime, ILZE, reference, "met")
    page = await looked(visitor, code, language)
    assert OPENED_AGAIN[language] not in first(page), "how it ended is said now"


async def test_of_any_good_end_the_page_says_the_same(visitor: Visitor, runtime: Runtime) -> None:
    """Met, referred and declined are told apart at the desk only."""
    code, seen = await sent(visitor, runtime), set()
    await closed(runtime, "met")
    reference = (await anything(runtime)).id
    for reason in ("met", "referred", "declined"):
        async with runtime.database.store() as store:
            whole = await store.requests.by_id(reference)
            assert whole
            whole.closed_as = reason
        seen.add(first(await looked(visitor, code)) + str(lines(visitor.page)))
    assert len(seen) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_expired_unread_says_so_and_what_can_be_done(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    clock.move(days=31)
    await sweeping.sweep(runtime)
    page = await looked(visitor, code, language)
    never = {
        "lv": "neviens nav izlasījis",
        "ru": "никто не прочитал",
        "en": "Nobody has read",
        "uk": "ніхто не прочитав",
    }
    assert never[language] in first(page)
    assert 'href="tel:116006"' in first(page)
    assert KEPT[language] not in page.text


async def test_what_expired_after_somebody_had_read_it_does_not_say_unread(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    code = await sent(visitor, runtime)
    await read(runtime)
    clock.move(days=31)
    await sweeping.sweep(runtime)
    page = await looked(visitor, code)
    assert "neviens nav izlasījis" not in page.text
    assert "termiņš ir beidzies" in first(page)
