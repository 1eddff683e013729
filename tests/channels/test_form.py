"""The form page without JavaScript: asked little, shown everything, sent once, and found again with the code."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.engine.heard import Pressed
from bot.runtime import Runtime
from bot.usecases.casework import requests as casework
from bot.usecases.person import contact, converse
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.person.leaving import new_token
from storage.contact_requests import ContactRequest
from tests.channels.code_page import ILZE, taken, tried
from tests.channels.forms import CALL, PULL, Visitor, in_pages, line_of

TO_THE_OFFER = (
    ("start", "go"),
    ("menu", "contact"),
    ("request.start", "no"),
    ("request.place", "place.balvu-novads"),
)


async def requests(runtime: Runtime) -> list[ContactRequest]:
    async with runtime.database.store() as store:
        return await store.requests.waiting("balvi")


async def answers_read_by(identity: Identity, runtime: Runtime) -> dict[str, object]:
    """What the service's worker reads."""
    (row,) = await requests(runtime)
    async with runtime.database.store() as store:
        whole = await store.requests.by_id(row.id)
    assert whole
    assert whole.sealed
    return dict(json.loads(decrypt(whole.sealed, [identity]))["answers"])


async def to_review(visitor: Visitor, runtime: Runtime, language: str = "lv", **over: str | list[str]) -> None:
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | over)
    await visitor.press("review")
    assert visitor.page.screen == "form.review"


async def sent(visitor: Visitor, runtime: Runtime, language: str = "lv", **over: str | list[str]) -> str:
    await to_review(visitor, runtime, language, **over)
    await visitor.agree()
    assert visitor.page.screen == "form.receipt"
    return visitor.page.code


# --- The way through --------------------------------------------------------------------------------------------------


async def test_a_request_is_filled_in_reviewed_agreed_to_and_sent(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_review(visitor, runtime, note="zvaniet klusi")
    shown = line_of(visitor.page, "code_word")
    await visitor.agree()
    answers = await answers_read_by(identity, runtime)
    assert answers["note"] == "zvaniet klusi"
    assert answers["code_word"] == shown
    assert answers["windows"] == [{"day": day, "begins": "12:00", "ends": "14:30"} for day in ("wed", "fri")]


async def test_what_was_pressed_in_the_dialogue_need_not_be_said_again(visitor: Visitor, runtime: Runtime) -> None:
    page = await visitor.open(
        runtime, "ru", place=("balvu-novads",), topics=("lawyer", "shelter"), age_band=("adult",), danger_gate=("no",)
    )
    assert page.language == "ru"
    assert page.values("area") == ["balvu-novads"]
    assert page.values("topics") == ["lawyer", "shelter"]
    assert page.values("age_band") == ["adult"]
    assert page.values("language") == ["ru"]
    assert page.values("danger_gate") == ["no"]
    visitor.fill_in(CALL)
    page = await visitor.press("review")
    assert "Социальная служба Балвского края" in page.text


async def test_at_first_nothing_is_ticked_that_would_allow_anything(visitor: Visitor, runtime: Runtime) -> None:
    in_pages(runtime)
    page = await visitor.open(runtime)
    for name in ("contact_mode", "device_watched", "phone_is", "urgency_self", "topics", "access_needs"):
        assert page.values(name) == []
    assert page.values("voicemail_ok") == page.values("sms_ok") == ["no"]
    assert page.values("if_other_answers") == ["say_wrong_number"]
    assert "aria-current" not in page.html


async def test_calling_oneself_is_the_first_choice_and_looks_like_the_others(
    visitor: Visitor, runtime: Runtime
) -> None:
    page = await visitor.open(runtime, place=("balvu-novads",))
    shown = re.findall(r'<button class="(\w+)" name="do" value="next.how.contact_mode.(\w+)"', page.html)
    assert shown == [("press", way) for way in ("i_will_call_you", "i_will_come", "call", "sms")]


async def test_the_first_questions_are_how_to_be_reached(visitor: Visitor, runtime: Runtime) -> None:
    page = await visitor.open(runtime, place=("balvu-novads",))
    assert (page.form("next.how").asks("urgency_self"), page.form("next.how").asks("contact_mode")) == (True, True)
    assert "a.phone" not in page.html


async def test_who_calls_herself_is_asked_for_no_number_and_no_second_consent(
    visitor: Visitor, runtime: Runtime
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(PULL)
    await visitor.press("review")
    assert visitor.page.screen == "form.review"
    assert [box.name for box in visitor.page.form("send").controls if box.kind == "checkbox"] == ["c.send_request"]
    page = await visitor.agree()
    assert "+371 00000000" in page.text


async def test_the_review_shows_each_line_that_is_sent_and_nothing_else(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_review(visitor, runtime, called="Anna", topics=["lawyer", "money"])
    lines = re.findall(r'data-field="(\w+)"', visitor.page.html)
    assert "+37126123456" in visitor.page.text
    assert "trešdien 12.00–14.30" in visitor.page.text
    await visitor.agree()
    assert lines == list(await answers_read_by(identity, runtime))


async def test_a_line_can_be_taken_away_and_another_changed(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime, note="par daudz", called="Anna")
    page = await visitor.press("remove.note")
    assert page.screen == "form.review"
    assert "par daudz" not in page.html
    page = await visitor.press("change.called")
    assert page.screen == "form.fill"
    assert 'value="Anna"' in page.html
    assert re.search(r'name="a.called"[^>]* autofocus', page.html)
    visitor.fill(called="Ilze")
    assert "Ilze" in (await visitor.press("review")).text


async def test_what_a_request_needs_cannot_be_taken_away(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    buttons = visitor.page.form("send").buttons
    assert not {"remove.area", "remove.phone", "remove.contact_mode", "remove.age_band"} & set(buttons)
    assert {"change.area", "change.phone"} <= set(buttons)


async def test_everything_wrong_stands_at_the_top_with_a_link_and_nothing_is_lost(
    visitor: Visitor, runtime: Runtime
) -> None:
    in_pages(runtime)
    await visitor.open(runtime, "ru")
    visitor.fill_in(CALL | {"phone": "123", "windows1.to": "12:00", "called": "Анна", "device_watched": "yes"})
    visitor.fill(contact_mode="call", sms_ok="yes_neutral_text", neutral_message="good_time")
    page = await visitor.press("review")
    assert page.screen == "form.fill"
    problems = page.html.split('role="alert"')[1].split("</div>")[0]
    linked = re.findall(r'<a href="#(f\d+)">', problems)
    assert len(linked) == 3
    assert all(f'id="{anchor}"' in page.html for anchor in linked)
    assert "В номере Латвии восемь цифр" in html.unescape(problems)
    assert page.values("phone") == ["123"]
    assert page.values("called") == ["Анна"]
    assert page.values("windows1.day") == ["wed", "fri"]
    assert page.html.count('aria-invalid="true"') > 0


async def test_a_time_over_midnight_and_a_pasted_number_come_back_as_they_were_meant(
    visitor: Visitor, runtime: Runtime
) -> None:
    await visitor.open(runtime)
    night = {"windows1.day": ["fri", "sun"], "windows1.from": ["22:00"], "windows1.to": ["02:00"]}
    visitor.fill_in(CALL | night | {"phone": "\u202a+371 26\u2011123\u2011456\u202c\u200e"})
    page = await visitor.press("review")
    assert "piektdien 22.00–24.00" in page.text
    assert "sestdien 0.00–2.00" in page.text
    assert page.values("phone") == ["+37126123456"]
    page = await visitor.press("change.windows")
    assert {name: page.values(name) for name in night} == night
    assert page.values("windows2.day") == page.values("windows3.day") == []


async def test_a_text_message_to_a_watched_phone_is_refused_kindly(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL | {"contact_mode": "sms", "device_watched": "not_sure"})
    page = await visitor.press("review")
    assert page.screen == "form.fill"
    assert "īsziņas nesūtām. Tā ir drošāk." in page.text


@pytest.mark.parametrize("age", ["under_13", "13_15", "16_17"])
async def test_a_child_is_shown_its_own_help_instead_of_sending(visitor: Visitor, runtime: Runtime, age: str) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL | {"age_band": age})
    page = await visitor.press("review")
    assert page.screen == "form.minor"
    assert 'href="tel:116111"' in page.html
    assert 'href="tel:112"' in page.html
    fields = visitor.page.form("page.you").fields()
    for do in ("consent", "send"):
        page = await visitor.post(
            [*fields, ("do", do), ("c.send_request", "yes"), ("c.contact_me_as_described", "yes")]
        )
        assert page.screen == "form.minor"
    assert await requests(runtime) == []


async def test_children_are_asked_about_only_after_the_duty_to_report_was_told(
    visitor: Visitor, runtime: Runtime
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL)
    await visitor.press("review")
    await visitor.press("add")
    page = await visitor.press("change.access_needs")
    assert page.html.index("ikvienam jāziņo") < page.html.index('value="review.children.at_home"')


async def test_a_service_that_cannot_be_addressed_is_named_with_its_phone(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL | {"area": "riga"})
    page = await visitor.press("review")
    assert page.screen == "form.closed"
    assert "67105048" in page.text
    page = await visitor.press("page.place")
    assert (page.values("area"), page.onward) == (["riga"], "next.place"), "the other questions follow"


async def test_a_key_that_died_meanwhile_stops_the_sending(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_review(visitor, runtime)
    async with runtime.database.store() as store:
        await store.services.retire(str(identity.to_public()), runtime.now())
    assert (await visitor.agree()).screen == "form.closed"
    assert await requests(runtime) == []


# --- Consent ----------------------------------------------------------------------------------------------------------


async def test_consent_is_asked_purpose_by_purpose_and_nothing_is_ticked(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    page = visitor.page
    boxes = [box for box in page.form("send").controls if box.kind == "checkbox"]
    assert [box.name for box in boxes] == ["c.send_request", "c.contact_me_as_described"]
    assert not any(box.on for box in boxes)
    for said in ("Balvu novada Sociālais dienests", "30 dienām", "jāziņo", "Datu valsts inspekcija", "ar kodu"):
        assert said in page.text


async def test_without_each_tick_nothing_is_sent_and_help_stays_in_reach(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    page = await visitor.press("send", **{"c.send_request": "yes"})
    assert page.screen == "form.review"
    assert "bez šīs atzīmes neko nesūtām" in page.text
    assert [box.on for box in page.form("send").controls if box.kind == "checkbox"] == [True, False]
    assert 'href="tel:116006"' in page.html
    assert await requests(runtime) == []


async def test_consent_to_other_words_than_were_shown_is_none(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    for control in visitor.page.form("send").controls:
        control.on = control.on or control.kind == "checkbox"
    page = await visitor.post([*visitor.page.form("send").fields(), ("wording", "0" * 16), ("do", "send")])
    assert page.screen == "form.review"
    assert await requests(runtime) == []


# --- Sending once -----------------------------------------------------------------------------------------------------


async def test_reloading_the_receipt_sends_nothing_twice_and_says_so(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    review = visitor.page
    first = (await visitor.agree()).code
    visitor.page = review
    again = await visitor.agree()
    assert again.code == first
    assert "jau bija nosūtīts" in again.text
    assert len(await requests(runtime)) == 1


@pytest.mark.parametrize(
    "language, gone, anew",
    [
        ("lv", "Tagad nekas nav nosūtīts", "jaunu pieprasījumu"),
        ("ru", "Сейчас ничего не отправлено", "новый запрос"),
        ("en", "Nothing was sent now", "new request"),
    ],
)
async def test_sending_again_after_taking_back_says_so_and_promises_nothing(
    visitor: Visitor, runtime: Runtime, language: str, gone: str, anew: str
) -> None:
    await to_review(visitor, runtime, language)
    review = visitor.page
    code = (await visitor.agree()).code
    await contact.withdraw(runtime, code)
    visitor.page = review
    page = await visitor.agree()
    assert (page.screen, page.language) == ("form.erased", language)
    assert gone in page.text
    assert anew in page.text
    assert runtime.content.text("request.standing.withdrawn", language) in page.text
    assert "14.00" not in page.text
    assert "14:00" not in page.text
    assert await requests(runtime) == []


async def test_what_was_typed_can_become_a_new_request_after_taking_back(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_review(visitor, runtime, note="zvaniet klusi")
    review = visitor.page
    code = (await visitor.agree()).code
    await contact.withdraw(runtime, code)
    visitor.page = review
    await visitor.agree()
    await visitor.press("language.en")
    assert (visitor.page.screen, visitor.page.language) == ("form.erased", "en")
    assert (await visitor.press("review")).screen == "form.review"
    page = await visitor.agree()
    assert page.screen == "form.receipt"
    assert page.code != code
    assert (await answers_read_by(identity, runtime))["note"] == "zvaniet klusi"


async def test_a_receipt_in_another_language_promises_nothing_after_taking_back(
    visitor: Visitor, runtime: Runtime
) -> None:
    code = await sent(visitor, runtime)
    await contact.withdraw(runtime, code)
    page = await visitor.press("language.ru")
    assert page.screen == "form.standing"
    assert runtime.content.text("request.standing.withdrawn", "ru") in page.text


async def test_sending_again_what_was_answered_shows_how_it_stands_with_its_code(
    visitor: Visitor, runtime: Runtime
) -> None:
    await to_review(visitor, runtime)
    review = visitor.page
    code = (await visitor.agree()).code
    reference = await taken(runtime)
    await tried(runtime, "reached_verified", most=2)
    await casework.close(runtime, ILZE, reference, "met")
    visitor.page = review
    page = await visitor.agree()
    assert (page.screen, page.code) == ("form.standing", code)
    assert "jau bija nosūtīts" in page.text


async def test_the_code_looks_like_an_ordinary_number(visitor: Visitor, runtime: Runtime) -> None:
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", await sent(visitor, runtime))


async def test_after_sending_the_way_back_leads_past_the_offer_to_send(visitor: Visitor, runtime: Runtime) -> None:
    token = new_token(runtime)
    for screen, pressed in TO_THE_OFFER:
        arrival = Arrival(language="lv", form=True)
        await converse.hear(runtime, Address("web", token), Pressed(screen, pressed), arrival)
    assert (await visitor.post([("token", token)], "/")).screen == "request.offer"
    await visitor.post([("token", token), ("form", "request")], "/")
    visitor.fill_in(CALL)
    await visitor.press("review")
    await visitor.agree()
    assert visitor.page.screen == "form.receipt"
    await visitor.post(visitor.page.forms[-1].fields(), "/")
    assert visitor.page.screen == "menu"


async def test_the_receipt_holds_nothing_of_what_was_sent(visitor: Visitor, runtime: Runtime) -> None:
    await sent(visitor, runtime, note="CANARY")
    assert "CANARY" not in visitor.page.html
    assert "26123456" not in visitor.page.html


async def test_two_forms_are_two_requests(visitor: Visitor, runtime: Runtime) -> None:
    assert await sent(visitor, runtime) != await sent(visitor, runtime)
    assert len(await requests(runtime)) == 2


# --- Nothing is kept before sending -----------------------------------------------------------------------------------


async def test_typed_words_are_nowhere_before_they_are_sent(
    visitor: Visitor, runtime: Runtime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    await to_review(visitor, runtime, note="CANARY-note", called="CANARY-name", code_word_own="CANARY-w")
    await visitor.press("language.ru")
    await visitor.press("change.phone")
    visitor.fill(phone="CANARY-phone")
    await visitor.press("review")
    visitor.fill(phone="29999999")
    await visitor.press("review")
    await visitor.press("send")
    await runtime.database.shrink()
    for place in (*(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()), caplog.text.encode()):
        for words in (b"CANARY", b"26123456", b"29999999"):
            assert words not in place


# --- With a code ------------------------------------------------------------------------------------------------------


async def test_with_the_code_the_request_is_found_and_taken_back(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await visitor.go("/form")
    await visitor.press("code.lv")
    page = await visitor.press("look", code=code)
    assert page.screen == "form.standing"
    assert "līdz pirmdienai, 23. novembrim, plkst. 14.00" in page.text
    await visitor.press("withdraw")
    page = await visitor.press("withdraw-now")
    assert "Saturs ir dzēsts" in page.text
    assert "withdraw" not in {do for form in page.forms for do in form.buttons}
    assert await requests(runtime) == []


async def test_every_wrong_code_gives_the_same_page(visitor: Visitor, runtime: Runtime) -> None:
    await sent(visitor, runtime)
    seen, token = set(), new_token(runtime)
    for do in ("look", "withdraw", "withdraw-now", "unsafe", "unsafe-now"):
        for code in ("", "1", "0000 0000 0000 0000", "x" * 90):
            await visitor.post([("do", "code.lv"), ("from", "web"), ("token", token)])
            form_ = visitor.page.form("look")
            form_.set("code", code)
            page = await visitor.post([*form_.fields(), ("do", do)], form_.action)
            seen.add((page.status, page.html))
    assert len(seen) == 1


# --- Anything anybody sends -------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["do", "at", "once", "token", "language", "from", "launch", "code", "mode", "wording", "c.send_request"]
    + [f"a.{name}" for name in (*CALL, "note", "valid_until", "topics", "code_word_own")]
)
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "send",
        "review",
        "consent",
        "language.ru",
        "remove.note",
        "change.x",
        "open",
        "code.xx",
        "receipt",
        "call",
        "12:00",
    ]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
@given(st.lists(st.tuples(NAMES, TEXTS), max_size=25))
async def test_whatever_is_posted_is_answered_with_a_page(visitor: Visitor, pairs: list[tuple[str, str]]) -> None:
    page = await visitor.post(pairs)
    assert page.status in (200, 410)
    assert 'href="tel:112"' in page.html
