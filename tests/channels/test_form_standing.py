"""The page behind a code says first how the request stands, whose turn it is, and what the person can do now."""

from datetime import date, timedelta

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import handling, letters, requests
from bot.usecases.person import standing
from bot.usecases.services import escalation
from tests.channels.code_page import (
    ILZE,
    OTHER_TIMES,
    TODAYS,
    anything,
    change_times,
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

HER_WORD = {
    "lv": "līdz to atkal atļaujat",
    "ru": "пока вы не разрешите",
    "en": "until you say so",
    "uk": "поки Ви не дозволите",
}
WORD = {"lv": "sarunas parol", "ru": "кодов", "en": "agreed word", "uk": "кодов"}
STANDS = {
    "lv": "pieprasījums vēl ir spēkā",
    "ru": "запрос ещё действует",
    "en": "your request still stands",
    "uk": "запит ще діє",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_she_learns_first_that_somebody_else_answered_and_what_she_can_do(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    await taken(runtime)
    await tried(runtime, "other_person")
    page = await looked(visitor, code, language)
    told = first(page)
    assert TODAYS["other_person"][language] in told
    assert HER_WORD[language] in told
    assert WORD[language] in told
    assert 'href="tel:116006"' in told
    assert 'href="tel:112"' in told
    assert "+371 00000000" in told
    assert told.index('value="times"') < told.index('value="unsafe"'), "both at hand, before what has happened"
    assert HER_WORD[language] in lines(page)[3]


async def test_a_wrong_number_leads_to_another_request_and_not_to_other_times(
    visitor: Visitor, runtime: Runtime
) -> None:
    code = await sent(visitor, runtime)
    await taken(runtime)
    await tried(runtime, "wrong_number")
    told = first(await looked(visitor, code))
    assert "Lai dotu citu numuru, atsauciet šo pieprasījumu un nosūtiet jaunu." in told
    assert "Ja sarunas paroles nav" not in told


async def test_new_times_are_seen_to_wait_for_the_word_until_a_worker_found_it_right(
    visitor: Visitor, runtime: Runtime
) -> None:
    code = await sent(visitor, runtime)
    reference = await taken(runtime)
    await tried(runtime, "other_person")
    page = await change_times(visitor, code, "ezers")
    assert "Kopš tā laika ir nosūtīti jauni laiki." in first(page)
    assert HER_WORD["lv"] in first(page), "nobody calls before the word was found right"
    async with runtime.database.store() as store:
        newest = await store.additions.newest(reference)
    await letters.confirm_word(runtime, ILZE, reference, newest)
    page = await looked(visitor, code)
    assert HER_WORD["lv"] not in page.text
    assert "Pieprasījumu skata darbinieks." in first(page)


async def test_who_said_she_would_come_is_waited_for_and_the_day_is_not_told(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    code = await sent(visitor, runtime)
    reference = await taken(runtime)
    await handling.await_person(runtime, ILZE, reference, date(2026, 11, 26))
    page = await looked(visitor, code)
    assert "gaida, kad sazināsieties Jūs" in first(page)
    assert "26." not in page.text
    assert {"times", "unsafe", "screen", "withdraw"} <= set(page.form("times").buttons)
    clock.move(days=4)
    page = await looked(visitor, code)
    assert "pieprasījums vēl ir spēkā" in first(page)
    assert 'href="tel:116006"' in first(page)


async def test_while_she_is_awaited_she_can_change_and_take_back_everything(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await handling.await_person(runtime, ILZE, await taken(runtime), date(2026, 11, 30))
    await change_times(visitor, code)
    assert (await anything(runtime)).status == "awaited", "whether the word is right only a worker's browser can tell"
    found = await standing.get_standing(runtime, code, "lv")
    assert found
    assert found.can_be_changed
    assert found.can_be_withdrawn


async def test_a_request_that_was_read_and_not_taken_says_so(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await read(runtime)
    assert "Pašlaik to nav pārņēmis neviens darbinieks" in first(await looked(visitor, code))


async def test_who_gave_a_number_is_not_asked_whether_she_did(visitor: Visitor, runtime: Runtime) -> None:
    page = await looked(visitor, await sent(visitor, runtime))
    assert page.text.index("Ja kaut kas ir mainījies") < page.text.index("Mainīt drošos laikus")
    assert "Ja norād" not in page.text


@pytest.mark.parametrize("language, times", [("lv", "laik"), ("ru", "новое время"), ("en", "times")])
async def test_who_calls_or_comes_herself_and_did_not_is_not_asked_for_new_times(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, times: str
) -> None:
    code = await sent(visitor, runtime, language, contact_mode="i_will_come")
    await handling.await_person(runtime, ILZE, await taken(runtime), date(2026, 11, 26))
    clock.move(days=4)
    page = await looked(visitor, code, language)
    assert STANDS[language] in first(page)
    assert times not in first(page).replace("Šis laiks ir pagājis", "")
    assert not {"times", "unsafe"} & set(page.form("withdraw").buttons)


async def test_when_the_last_day_of_her_times_is_over_she_is_asked_for_others(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    code = await sent(visitor, runtime)
    await taken(runtime)
    clock.move(days=8)
    await requests.take(runtime, ILZE, (await anything(runtime)).id)
    assert "Laiks, kurā atļāvāt sazināties, ir beidzies." in first(await looked(visitor, code))


async def test_times_that_are_over_by_now_are_not_called_new(visitor: Visitor, runtime: Runtime, clock: Clock) -> None:
    code = await sent(visitor, runtime)
    await change_times(visitor, code)
    clock.move(days=8)
    assert "Kopš tā laika" not in first(await looked(visitor, code))
    assert "Kopš tā laika" in first(await change_times(visitor, code))


async def test_new_times_for_what_has_ended_are_not_said_to_be_sent(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press("times")
    for name, value in OTHER_TIMES.items():
        visitor.page.form("new-times").set(f"a.{name}", value)
    await closed(runtime, "met")
    page = await visitor.press("new-times")
    assert "Jaunie laiki ir nosūtīti" not in page.text
    assert "Nekas nav mainīts." in page.text


async def test_a_blocked_number_can_be_allowed_again_by_new_times_with_the_word(
    visitor: Visitor, runtime: Runtime
) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press("unsafe")
    page = await visitor.press("unsafe-now")
    assert "jaunus laikus ar sarunas paroli" in first(page)
    assert "Ja sarunas paroles nav" in first(page)
    assert "Atkal atļaut sazināties" in page.form("times").buttons["times"]
    assert "unsafe" not in page.form("times").buttons
    page = await change_times(visitor, code)
    assert (await anything(runtime)).call_blocked
    assert "atzīmēts kā nedrošs" in first(page)


async def test_the_day_before_it_goes_unread_she_is_told_and_what_can_be_done(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    code = await sent(visitor, runtime)
    clock.now = (await anything(runtime)).purge_at - timedelta(hours=20)
    await escalation.escalate(runtime)
    told = first(await looked(visitor, code))
    assert "neviens nav izlasījis" in told
    assert "drīz dzēsīs" in told
    assert "jaunu pieprasījumu" in told
