"""The page behind a code: what has happened, whose turn it is, and nothing for whoever finds the code."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import handling, letters, requests, sweeping, undoing
from bot.usecases.casework.states import Outcome
from bot.usecases.person import standing
from bot.usecases.services import escalation
from tests.channels.code_page import HEAD, ILZE, OTHER_TIMES, anything, change_times, first, lines, read, taken, tried
from tests.channels.forms import Visitor
from tests.channels.test_form_code import looked, sent
from tests.faces import Clock

DAYS = {"lv": "23. novembrī", "ru": "23 ноября", "en": "23 November", "uk": "23 листопада"}
TODAYS = {
    "no_answer": {
        "lv": "neviens neatbildēja",
        "ru": "никто не ответил",
        "en": "nobody answered",
        "uk": "ніхто не відповів",
    },
    "other_person": {
        "lv": "atbildēja kāds cits",
        "ru": "ответил кто-то другой",
        "en": "somebody else answered",
        "uk": "відповів хтось інший",
    },
    "wrong_number": {
        "lv": "izrādījās nepareizs",
        "ru": "оказался неверным",
        "en": "wrong number",
        "uk": "виявився неправильним",
    },
    "reached_not_safe": {
        "lv": "runāt nevarējāt",
        "ru": "не могли говорить",
        "en": "you could not talk",
        "uk": "не могли говорити",
    },
}
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
HER_WORD = {
    "lv": "līdz to atkal atļaujat",
    "ru": "пока вы не разрешите",
    "en": "until you say so",
    "uk": "поки Ви не дозволите",
}
KEPT = {
    "lv": "Solījums ir izpildīts",
    "ru": "Обещание выполнено",
    "en": "The promise was kept",
    "uk": "Обіцянку виконано",
}
WORD = {"lv": "sarunas parol", "ru": "кодов", "en": "agreed word", "uk": "кодов"}
OPENED_AGAIN = {
    "lv": "atvēris no jauna",
    "ru": "снова его открыла",
    "en": "opened it again",
    "uk": "знову його відкрила",
}
STANDS = {
    "lv": "pieprasījums vēl ir spēkā",
    "ru": "запрос ещё действует",
    "en": "your request still stands",
    "uk": "запит ще діє",
}


# --- What has happened ------------------------------------------------------------------------------------------------


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


# --- Whose turn it is -------------------------------------------------------------------------------------------------


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


# --- The end ----------------------------------------------------------------------------------------------------------


async def closed(runtime: Runtime, reason: requests.Reason) -> None:
    await requests.close(runtime, ILZE, await taken(runtime), reason)


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


# --- Asked once more --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["withdraw", "unsafe"])
async def test_the_first_press_changes_nothing_and_the_second_does(
    visitor: Visitor, runtime: Runtime, language: str, what: str
) -> None:
    code = await sent(visitor, runtime, language)
    await looked(visitor, code, language)
    page = await visitor.press(what)
    assert (page.screen, page.language) == ("form.confirm", language)
    before = await anything(runtime)
    assert (before.status, before.call_blocked) == ("new", False)
    assert (await visitor.press("look")).screen == "form.standing"
    await visitor.press(what)
    page = await visitor.press("language.ru" if language == "lv" else "language.lv")
    assert page.screen == "form.confirm", "a change of language asks the same again"
    page = await visitor.press(f"{what}-now")
    assert page.screen == "form.standing"
    after = await anything(runtime)
    assert (after.status, after.call_blocked) == {"withdraw": ("withdrawn", False), "unsafe": ("new", True)}[what]


@pytest.mark.parametrize("what", ["withdraw", "unsafe"])
async def test_nothing_is_asked_about_what_is_over(visitor: Visitor, runtime: Runtime, what: str) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press("withdraw")
    await visitor.press("withdraw-now")
    page = await visitor.post([("do", what), ("code", code), ("language", "lv")])
    assert page.screen == "form.standing"


async def test_the_button_to_take_back_does_not_lie_below_the_one_to_look(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.post([("do", "code"), ("language", "lv")])
    choices = visitor.page.html.split('<div class="choices">')[1].split("</div>")[0]
    assert 'value="look"' in choices
    assert 'value="withdraw"' not in choices


# --- How it stands, of itself -----------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("press", ["withdraw-now", "unsafe-now"])
async def test_without_a_database_the_press_with_the_code_is_kept_and_works_when_it_is_back(
    visitor: Visitor, runtime: Runtime, press: str
) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press(press.removesuffix("-now"))
    runtime.database.is_open = False
    gone = await visitor.press(press)
    assert (gone.status, 'href="tel:112"' in gone.html, 'href="tel:116006"' in gone.html) == (503, True, True)
    runtime.database.is_open = True
    await visitor.press(press)
    request = await anything(runtime)
    assert (request.status, request.call_blocked) == (
        ("withdrawn", False) if press == "withdraw-now" else ("new", True)
    )
