"""The questions of a request on several pages, built from data alone: `pages` in dialogs/request.yaml."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pyrage
import pytest
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.forms import CALL, PULL, Visitor, in_pages, line_of, visiting

HOW, PHONE, WHEN = ("contact_mode", "device_watched"), ("phone", "phone_is"), ("windows", "valid_until")
OTHERS = {"note": "zīmīte", "topics": ["lawyer", "shelter"]}
FULL = CALL | OTHERS


@pytest.fixture
async def visitor(runtime: Runtime, identity: Identity) -> AsyncIterator[Visitor]:
    in_pages(runtime, HOW, PHONE, WHEN, ("age_band",))
    async with visiting(runtime) as one:
        yield one


async def letters(runtime: Runtime, identity: Identity) -> list[Any]:
    async with runtime.database.store() as store:
        waiting = await store.requests.waiting("balvi")
        whole = [await store.requests.by_id(request.id) for request in waiting]
        sealed = [request.sealed for request in whole if request and request.sealed]
    return [json.loads(pyrage.decrypt(letter, [identity]))["answers"] for letter in sealed]


def asks(visitor: Visitor) -> set[str]:
    """The questions that stand on the page."""
    return visitor.page.questions


async def test_page_after_page_leads_to_the_same_request_as_one_page(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await visitor.open(runtime)
    assert (await visitor.answer_pages(FULL)).screen == "form.review"
    assert (await visitor.agree()).screen == "form.receipt"
    in_pages(runtime)
    await visitor.open(runtime)
    visitor.fill_in(FULL)
    await visitor.press("review")
    await visitor.agree()
    several, one = await letters(runtime, identity)
    words = ("code_word",)  # another one is proposed each time
    assert {**several, **dict.fromkeys(words)} == {**one, **dict.fromkeys(words)}
    assert several["note"] == "zīmīte"


async def test_a_page_posts_its_own_answers_only(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime, place=("balvu-novads",))
    for expected in (HOW, PHONE):
        assert asks(visitor) == {*expected}
        form = visitor.page.form(visitor.page.onward)
        for name in expected:
            form.set(f"a.{name}", CALL[name])
        posted = [name.partition(".")[2] for name, _ in form.fields() if name.startswith("a.")]
        assert [*posted, form.pressed.split(".")[-2]] == [*expected]
        await visitor.press(visitor.page.onward)
    assert dict(visitor.page.carried)["a.phone"] == CALL["phone"]
    assert CALL["phone"] not in visitor.page.html


async def test_questions_whose_case_does_not_arise_take_no_page(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    form = visitor.page.form("next.p0")
    for name in HOW:
        form.set(f"a.{name}", PULL[name])
    await visitor.press("next.p0")
    assert asks(visitor) == {"age_band"}
    await visitor.press("page.p0")
    assert asks(visitor) == {*HOW}


async def test_what_is_wrong_on_a_page_is_said_there_and_nothing_else_yet(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    page = await visitor.answer_pages(FULL | {"phone": "12"})
    assert (page.onward, page.values("phone")) == ("next.p1", ["12"])
    assert page.html.split('class="notice problems"')[1].split("</ul>")[0].count("<li>") == 1
    assert (await visitor.answer_pages(FULL)).screen == "form.review"


async def test_going_back_keeps_what_both_pages_hold(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    await visitor.answer_pages(FULL | {"phone": "12"})
    visitor.page.form("page.p0").set("a.phone", "26 123 4")
    await visitor.press("page.p0")
    assert visitor.page.values("contact_mode") == ["call"]
    await visitor.press("next.p0")
    assert visitor.page.values("phone") == ["26 123 4"]


async def test_a_change_from_the_review_leads_back_to_the_review(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    await visitor.answer_pages(FULL)
    await visitor.press("change.phone")
    assert (asks(visitor), visitor.page.onward) == ({*PHONE}, "review")
    await visitor.press("language.en")
    assert (asks(visitor), visitor.page.onward, visitor.page.language) == ({*PHONE}, "review", "en")
    visitor.page.form("review").set("a.phone", "29 999 999")
    page = await visitor.press("review")
    assert line_of(page, "phone") == "+37129999999"
    assert line_of(page, "note") == "zīmīte"


async def test_a_change_that_asks_for_more_leads_to_the_page_of_that(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    await visitor.answer_pages(PULL)
    assert visitor.page.screen == "form.review"
    await visitor.press("change.contact_mode")
    visitor.page.form("review").set("a.contact_mode", "call")
    await visitor.press("review")
    assert asks(visitor) == {*PHONE}
    assert (await visitor.answer_pages(CALL)).screen == "form.review"


async def test_a_box_that_is_no_longer_ticked_is_not_handed_on(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    await visitor.answer_pages(FULL)
    await visitor.press("change.topics")
    visitor.page.form("review").set("a.topics", [])
    page = await visitor.press("review")
    assert page.values("topics") == []
    assert 'data-field="topics"' not in page.html


async def test_the_language_changes_on_the_page_where_one_is(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    await visitor.answer_pages(FULL | {"phone": "12"})
    await visitor.press("language.ru")
    assert (asks(visitor), visitor.page.language) == ({*PHONE}, "ru")
    assert visitor.page.values("phone") == ["12"]
    assert visitor.page.values("contact_mode") == ["call"]


async def test_a_child_is_shown_its_own_help_as_soon_as_it_says_its_age(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    for name in HOW:
        visitor.page.form("next.p0").set(f"a.{name}", PULL[name])
    await visitor.press("next.p0")
    visitor.page.form("next.p3").set("a.age_band", "13_15")
    assert (await visitor.press("next.p3")).screen == "form.minor"
    await visitor.press("page.p3")
    assert asks(visitor) == {"age_band"}


async def test_a_page_that_is_none_leads_to_the_first(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    for do in ("next.weather", "page.weather", "fill"):
        await visitor.post([*visitor.page.forms[1].fields(), ("do", do)])
        assert asks(visitor) == {*HOW}
