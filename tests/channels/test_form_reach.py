"""What the form says about reaching her, without JavaScript: the first possible moment, what would help where there is
none, who answers tonight, and what who calls or comes needs to know.
"""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.engine.languages import LANGUAGES
from bot.engine.services import SocialService
from bot.runtime import RIGA, Runtime
from tests.channels.code_page import added, looked, row
from tests.channels.forms import CALL, PULL, Shown, Visitor
from tests.faces import Clock

SATURDAY = CALL | {"windows1.day": ["sat"], "windows1.from": "10:00", "windows1.to": "12:00"}
EVENING = CALL | {"windows1.day": ["wed"], "windows1.from": "18:00", "windows1.to": "19:30"}
NOBODY = {
    "lv": "Šajos laikos neviens no dienesta nevar ar Jums sazināties.",
    "ru": "В это время никто из службы не сможет с вами связаться.",
    "en": "In these times nobody from the service can contact you.",
    "uk": "У цей час ніхто зі служби не зможе з Вами зв’язатися.",
}
NEVER_CALLED = {
    "lv": "Jūsu laikos neviens ar Jums nesazināsies",
    "ru": "В ваше время никто с вами не свяжется",
    "en": "Nobody will contact you in your times",
    "uk": "У Ваш час ніхто з Вами не зв’яжеться",
}


async def reviewed(visitor: Visitor, runtime: Runtime, answers: dict[str, Any], language: str = "lv") -> Shown:
    await visitor.open(runtime, language)
    visitor.fill_in(answers)
    return await visitor.press("review")


async def sent(visitor: Visitor, runtime: Runtime, answers: dict[str, Any], language: str = "lv") -> Shown:
    await reviewed(visitor, runtime, answers, language)
    return await visitor.agree()


async def letter(runtime: Runtime, identity: Identity) -> dict[str, Any]:
    waiting = await row(runtime)
    async with runtime.database.store() as store:
        request = await store.requests.by_id(waiting.id)
    assert request
    assert request.sealed
    return dict(json.loads(decrypt(request.sealed, [identity])))


def mends(page: Shown) -> set[str]:
    return {do.removeprefix("mend.") for form in page.forms for do in form.buttons if do.startswith("mend.")}


def at(clock: Clock, text: str) -> None:
    clock.now = datetime.fromisoformat(text).replace(tzinfo=RIGA)


# --- Before it is sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "language, first",
    [
        ("lv", "Agrākais brīdis, kad dienests var ar Jums sazināties: trešdien, 25. novembrī, plkst. 12.00."),
        ("ru", "Самое раннее, когда служба может с вами связаться, – в среду, 25 ноября, в 12:00."),
        ("en", "The earliest the service can contact you is on Wednesday, 25 November, at 12:00."),
    ],
)
async def test_the_review_and_the_receipt_say_when_she_can_be_reached_first(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str, first: str
) -> None:
    page = await reviewed(visitor, runtime, CALL, language)
    assert first in page.text
    assert not mends(page)
    assert first in (await visitor.agree()).text
    assert "unanswerable" not in await letter(runtime, identity)
    for other in LANGUAGES:
        if other != language:
            assert "12" in (await visitor.press(f"language.{other}")).text.split("25")[1][:40]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_that_nobody_can_reach_her_is_said_before_anything_is_agreed_to(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    page = await reviewed(visitor, runtime, SATURDAY, language)
    assert NOBODY[language] in page.text
    assert mends(page) == {"week", "i_will_call_you"}
    assert page.html.index('id="nobody"') < page.html.index('id="wording"')
    for control in page.form("send").controls:
        control.on = control.on or control.kind == "checkbox"
    page = await visitor.post([*page.form("send").fields(), ("knowing", ""), ("do", "send")])
    assert (page.screen, NOBODY[language] in page.text) == ("form.review", True), "nothing was sent without that"


async def test_what_was_said_of_other_times_does_not_count(visitor: Visitor, runtime: Runtime) -> None:
    await reviewed(visitor, runtime, SATURDAY)
    said = dict(visitor.page.carried)["knowing"]
    await reviewed(visitor, runtime, EVENING)
    for control in visitor.page.form("send").controls:
        control.on = control.on or control.kind == "checkbox"
    others = visitor.page.form("send").fields()
    assert (await visitor.post([*others, ("knowing", said), ("do", "send")])).screen == "form.review"


@pytest.mark.parametrize(
    "answers, press, first",
    [
        (EVENING, "days", "trešdien, 25. novembrī, plkst. 8.30"),
        (SATURDAY, "week", "pirmdien, 23. novembrī, plkst. 12.00"),
        (CALL | {"windows1.day": ["tue"], "valid_until": "2026-11-26"}, "longer", "otrdien, 1. decembrī, plkst. 12.00"),
    ],
)
async def test_one_press_makes_it_possible_and_shows_the_review_again(
    visitor: Visitor, runtime: Runtime, clock: Clock, answers: dict[str, Any], press: str, first: str
) -> None:
    if press == "longer":
        at(clock, "2026-11-24T15:00")
        answers = answers | {"valid_until": "2026-11-27"}
    page = await reviewed(visitor, runtime, answers)
    assert press in mends(page)
    assert first in page.text  # the moment that the press would bring stands beside it
    page = await visitor.press(f"mend.{press}")
    assert (page.screen, mends(page)) == ("form.review", set())
    assert f"Agrākais brīdis, kad dienests var ar Jums sazināties: {first}." in page.text
    assert page.values("phone") == ["+37126123456"]
    assert first in (await visitor.agree()).text


async def test_calling_instead_takes_the_number_away_and_says_where_to_call(visitor: Visitor, runtime: Runtime) -> None:
    await reviewed(visitor, runtime, SATURDAY)
    page = await visitor.press("mend.i_will_call_you")
    assert page.values("contact_mode") == ["i_will_call_you"]
    assert page.values("phone") == page.values("windows1.day") == []
    assert "+371 00000000" in page.text
    assert "Šodien atvērts līdz plkst. 17.00." in page.text


@pytest.mark.parametrize("way", ["call", "sms"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_sent_as_it_is_the_receipt_and_the_letter_say_that_nobody_makes_contact(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str, way: str
) -> None:
    page = await sent(visitor, runtime, SATURDAY | {"contact_mode": way, "neutral_message": "good_time"}, language)
    assert page.screen == "form.receipt"
    assert NEVER_CALLED[language] in page.text
    assert (await letter(runtime, identity))["unanswerable"] is True
    for other in LANGUAGES:
        if other != language:
            assert NEVER_CALLED[other] in (await visitor.press(f"language.{other}")).text


async def test_times_that_went_by_while_she_read_are_said_before_anything_is_sent(
    visitor: Visitor, runtime: Runtime, clock: Clock
) -> None:
    at(clock, "2026-11-25T11:45")
    await reviewed(visitor, runtime, CALL | {"windows1.day": ["wed"], "valid_until": "2026-11-28"})
    at(clock, "2026-11-25T14:30")
    page = await visitor.agree()
    assert (page.screen, NOBODY["lv"] in page.text) == ("form.review", True)
    async with runtime.database.store() as store:
        assert not await store.requests.waiting("balvi")


# --- Today, while it is closed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "language, closed",
    [
        ("lv", "Dienests pieprasījumu izlasīs līdz pirmdienai, 30. novembrim, plkst. 11.00."),
        ("ru", "Служба прочитает запрос до понедельника, 30 ноября, 11:00."),
        ("en", "The service will read the request by Monday, 30 November, 11:00."),
    ],
)
async def test_who_needs_help_today_is_told_who_answers_while_the_service_is_closed(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, closed: str
) -> None:
    at(clock, "2026-11-29T16:00")
    page = await reviewed(visitor, runtime, PULL | {"urgency_self": "today"}, language)
    told = page.html.split('id="today"')[1].split("</p>")[0]
    assert closed in page.text
    assert all(f'href="tel:{number}"' in told for number in ("112", "116006", "116123"))
    assert closed in (await visitor.agree()).text
    assert 'id="today"' in (await visitor.press("language." + ("ru" if language == "lv" else "lv"))).html


@pytest.mark.parametrize("moment, urgency", [("2026-11-30T10:00", "today"), ("2026-11-29T16:00", "this_week")])
async def test_nobody_else_is_told_so(
    visitor: Visitor, runtime: Runtime, clock: Clock, moment: str, urgency: str
) -> None:
    at(clock, moment)
    assert 'id="today"' not in (await reviewed(visitor, runtime, PULL | {"urgency_self": urgency})).html
    assert 'id="today"' not in (await visitor.agree()).html


# --- Who calls or comes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "language, told",
    [
        ("lv", ["Piezvanīt var: +371 00000000. Darba laiks: pirmdien–piektdien 8.30–17.00.",
                "Atvērs pirmdien, 30. novembrī, plkst. 8.30.",
                "„Labdien! Zvanu par savu pieprasījumu.”"]),
        ("ru", ["Позвонить можно: +371 00000000. Время работы: понедельник–пятница 8:30–17:00.",
                "Откроется в понедельник, 30 ноября, в 8:30.",
                "«Здравствуйте! Звоню по своему запросу»."]),
        ("en", ["You can call: +371 00000000. Open: Monday–Friday 8:30–17:00.",
                "It opens on Monday, 30 November, at 8:30.",
                "“Hello, I am calling about my request.”"]),
    ],
)  # fmt: skip
async def test_who_calls_learns_number_hours_whether_it_is_open_and_what_to_say(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, told: list[str]
) -> None:
    at(clock, "2026-11-29T16:00")
    page = await sent(visitor, runtime, PULL | {"contact_mode": "i_will_call_you"}, language)
    assert [sentence for sentence in told if sentence not in page.text] == []


@pytest.mark.parametrize(
    "language, told",
    [
        ("lv", ["Atnākt var: Raiņa iela 52", "Tālrunis: +371 00000000", "Šodien atvērts līdz", "parādīt šo kodu"]),
        ("ru", ["Прийти можно: Raiņa iela 52", "Телефон: +371 00000000", "Сегодня открыто до", "показать этот код"]),
        ("en", ["You can come to: Raiņa iela 52", "Phone: +371 00000000", "Open today until", "show this code"]),
    ],
)
async def test_who_comes_learns_where_with_its_doubt_and_what_is_enough(
    visitor: Visitor, runtime: Runtime, language: str, told: list[str]
) -> None:
    listed = in_the_directory(runtime)
    page = await sent(visitor, runtime, PULL | {"contact_mode": "i_will_come"}, language)
    assert [sentence for sentence in told if sentence not in page.text] == []
    assert listed.doubted(language)
    assert listed.address + listed.doubted(language) in page.text


def in_the_directory(runtime: Runtime, **differs: Any) -> SocialService:
    """As if the directory knew the service of these tests: there it has an address."""
    listed = replace(runtime.content.services["balvu-novads"], **{"id": "balvi", "places": (), **differs})
    runtime.content = replace(runtime.content, services={**runtime.content.services, "balvi": listed})
    return listed


@pytest.mark.parametrize(
    "mode, phone, address, told",
    [
        ("i_will_call_you", "", False, "Dienesta numuru mēs nezinām, to var uzzināt pašvaldībā. Darba laiks:"),
        ("i_will_come", "+371 00000000", False, "Kurp nākt, pajautājiet pa tālruni: +371 00000000."),
        ("i_will_come", "", True, "Atnākt var: Raiņa iela 52, Balvi, LV-4501"),
        ("i_will_come", "", False, "Adresi un numuru mēs nezinām, tos var uzzināt pašvaldībā."),
    ],
)
async def test_what_is_not_known_of_a_service_is_not_offered(
    visitor: Visitor, runtime: Runtime, mode: str, phone: str, address: bool, told: str
) -> None:
    await with_phone(runtime, phone)
    if address:
        in_the_directory(runtime)
    page = await sent(visitor, runtime, PULL | {"contact_mode": mode})
    assert told in page.text
    assert "numuru var uzzināt pašvaldībā, " not in page.text
    ways = {"i_will_call_you"} if phone else set()
    assert mends(await reviewed(visitor, runtime, SATURDAY)) == {"week", *ways, *({"i_will_come"} if address else ())}


async def with_phone(runtime: Runtime, phone: str) -> None:
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.phone = phone
    runtime.caches.forget_world()


async def test_an_address_that_is_too_old_is_not_shown(visitor: Visitor, runtime: Runtime) -> None:
    in_the_directory(runtime, expires_on=date(2026, 1, 1))
    assert "Raiņa iela" not in (await sent(visitor, runtime, PULL | {"contact_mode": "i_will_come"})).text


@pytest.mark.parametrize(
    "language, closed, unsafe, late",
    [
        ("lv", "Tā numuru mēs nezinām, to var uzzināt pašvaldībā.",
         "Balvu novada Sociālais dienests: numuru var uzzināt pašvaldībā. Darba laiks:",
         "Lūdzu, negaidiet. Balvu novada Sociālais dienests: numuru var uzzināt pašvaldībā."),
        ("ru", "Её номера мы не знаем, его можно узнать в самоуправлении.",
         "Социальная служба Балвского края: номер можно узнать в самоуправлении. Время работы:",
         "Пожалуйста, не ждите. Социальная служба Балвского края: номер можно узнать в самоуправлении."),
        ("en", "We do not know its number; the municipality can tell you.",
         "Balvu novada Sociālais dienests: your municipality can tell you the number. Open:",
         "Please do not wait. Balvu novada Sociālais dienests: your municipality can tell you the number."),
    ],
)  # fmt: skip
async def test_without_a_phone_no_page_says_to_call_it(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, closed: str, unsafe: str, late: str
) -> None:
    """Whom to ask stands there instead: where it cannot be written to, is late, or the number is not safe."""
    code = (await sent(visitor, runtime, CALL, language)).code
    await with_phone(runtime, "")
    assert closed in (await reviewed(visitor, runtime, CALL | {"area": "jelgava"}, language)).text
    await looked(visitor, code, language)
    await visitor.press("unsafe")
    assert unsafe in (await visitor.press("unsafe-now")).text
    clock.move(days=7)
    assert late in (await looked(visitor, code, language)).text


@pytest.mark.parametrize("mode", ["i_will_call_you", "i_will_come"])
async def test_who_calls_or_comes_reads_nothing_of_safe_times(visitor: Visitor, runtime: Runtime, mode: str) -> None:
    page = await sent(visitor, runtime, PULL | {"contact_mode": mode})
    assert "droš" not in page.text.lower().replace("drošāk", "")
    assert "Ar kodu var redzēt, vai pieprasījums izlasīts, un to atsaukt." in page.text
    standing = await looked(visitor, page.code)
    assert "droš" not in standing.text.lower(), "there is no number, and are no times"
    assert not {"times", "unsafe"} & set(standing.form("withdraw").buttons)
    assert "screen" in standing.form("withdraw").buttons


@pytest.mark.parametrize(
    "language, asked",
    [("lv", "darbinieks palūgs to pateikt"), ("ru", "попросит его назвать"), ("en", "asks you to say it")],
)
async def test_the_receipt_says_how_the_agreed_word_is_asked_for_and_not_the_word(
    visitor: Visitor, runtime: Runtime, language: str, asked: str
) -> None:
    page = await sent(visitor, runtime, CALL | {"code_word_own": "vilciens"}, language)
    assert asked in page.text
    assert "vilciens" not in page.html


async def test_with_the_code_alone_no_hour_of_hers_is_shown(visitor: Visitor, runtime: Runtime) -> None:
    """The first possible moment stands on the receipt, which is shown once."""
    code = (await sent(visitor, runtime, CALL | {"windows1.from": "13:00", "windows1.to": "13:30"})).code
    assert "plkst. 13.00." in visitor.page.text
    assert "25. novembrī" not in (await looked(visitor, code)).text
    again = await visitor.post([("do", "receipt"), ("code", code), ("mode", "call")])
    assert (again.screen, "25. novembrī" in again.text) == ("form.receipt", False)


@pytest.mark.parametrize("first", ["0001-01-01T00:00+14:00", "9999-12-31", "x", "2026-02-30T10:00", "none "])
async def test_what_the_receipt_did_not_write_itself_says_nothing(
    visitor: Visitor, runtime: Runtime, first: str
) -> None:
    code = (await sent(visitor, runtime, CALL)).code
    page = await visitor.post([("do", "receipt"), ("code", code), ("mode", "call"), ("first", first)])
    assert page.status == 200
    assert "Agrākais brīdis" not in page.text


# --- Other times ------------------------------------------------------------------------------------------------------

OTHER_SATURDAY = {f"a.windows1.{name}": value for name, value in
                  (("day", "sat"), ("from", "10:00"), ("to", "12:00"))}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_new_times_in_which_nobody_can_reach_her_are_said_before_they_are_taken(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str
) -> None:
    await looked(visitor, (await sent(visitor, runtime, CALL, language)).code, language)
    await visitor.press("times")
    page = await visitor.press("new-times", **OTHER_SATURDAY)
    assert (page.screen, NOBODY[language] in page.text) == ("form.times", True)
    assert await added(runtime, identity) == []
    page = await visitor.press("new-times")  # as they are
    told = runtime.content.text("request.times.sent.none", language).split("{")[0]
    assert (page.screen, told in page.text) == ("form.standing", True)
    (addition,) = await added(runtime, identity)
    assert addition["unanswerable"] is True
    assert addition["answers"]["windows"] == [{"day": "sat", "begins": "10:00", "ends": "12:00"}]


async def test_one_press_puts_times_into_the_page_that_can_be_used(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await looked(visitor, (await sent(visitor, runtime, CALL)).code)
    await visitor.press("times")
    await visitor.press("new-times", **OTHER_SATURDAY)
    page = await visitor.press("times.week")
    assert (page.screen, page.values("windows1.day")) == ("form.times", ["mon", "tue", "wed", "thu", "fri"])
    page = await visitor.press("new-times")
    assert "Agrākais brīdis, kad tas var ar Jums sazināties: pirmdien, 23. novembrī, plkst. 12.00." in page.text
    (addition,) = await added(runtime, identity)
    assert "unanswerable" not in addition


async def test_having_been_told_of_some_times_is_not_having_been_told_of_others(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await looked(visitor, (await sent(visitor, runtime, CALL)).code)
    await visitor.press("times")
    await visitor.press("new-times", **OTHER_SATURDAY)
    page = await visitor.press("new-times", **{"a.windows1.day": "sun"})
    assert page.screen == "form.times"
    assert await added(runtime, identity) == []


async def test_a_wrong_code_learns_nothing_about_times(visitor: Visitor, runtime: Runtime) -> None:
    await looked(visitor, (await sent(visitor, runtime, CALL)).code)
    await visitor.press("times")
    form = visitor.page.form("new-times")
    for name, value in OTHER_SATURDAY.items():
        form.set(name, value)
    page = await visitor.post([*form.fields(), ("code", "1"), ("do", "new-times")])
    assert page.screen == "form.code"
