"""The form page without JavaScript: little is asked, carefully, and what was typed is neither lost nor kept."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.form_requests import answers_read_by, to_review
from tests.channels.forms import CALL, PULL, Visitor, in_pages, line_of


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


async def test_children_are_asked_about_only_after_the_duty_to_report_was_told(
    visitor: Visitor, runtime: Runtime
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL)
    await visitor.press("review")
    await visitor.press("add")
    page = await visitor.press("change.access_needs")
    assert page.html.index("ikvienam jāziņo") < page.html.index('value="review.children.at_home"')


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
