"""What a request is about, on the form: told by the way, shown in the review, changed there, sealed in the letter."""

import json

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import allotting, requests
from bot.usecases.refused import HeadAllots
from tests.channels.code_page import HEAD, ILZE
from tests.channels.forms import CALL, PULL, Visitor, line_of
from tests.channels.test_form_pages import letters

OWN, OTHER, HARMED = "own_behaviour", "somebody_else", "done_to_me"


async def to_the_review(visitor: Visitor, runtime: Runtime, about: str = "", language: str = "lv") -> None:
    way = {"about": (about,)} if about else {}
    await visitor.open(runtime, language, place=("balvu-novads",), **way)
    visitor.fill_in(CALL)
    await visitor.press("review")
    assert visitor.page.screen == "form.review"


@pytest.mark.parametrize("about", ["", OWN, OTHER])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_review_says_what_it_is_about_and_can_change_it(
    visitor: Visitor, runtime: Runtime, about: str, language: str
) -> None:
    await to_the_review(visitor, runtime, about, language)
    said = runtime.content.text(f"request.about:{about or HARMED}", language)
    assert line_of(visitor.page, "about") == said
    buttons = visitor.page.form("send").buttons
    assert "change.about" in buttons
    assert "remove.about" not in buttons


@pytest.mark.parametrize("about", [OWN, OTHER])
async def test_what_the_way_told_is_sealed_in_the_letter(
    visitor: Visitor, runtime: Runtime, identity: Identity, about: str
) -> None:
    await to_the_review(visitor, runtime, about)
    await visitor.agree()
    (letter,) = await letters(runtime, identity)
    assert letter["about"] == about
    assert not {"who", "lives_with", "topics"} & set(letter)


async def test_the_receipt_offers_the_risk_questions_only_to_whoever_is_harmed(
    visitor: Visitor, runtime: Runtime
) -> None:
    """They ask about the other person. In another language the page says the same."""
    for about, offered in ((OWN, False), (OTHER, False), (HARMED, True)):
        await to_the_review(visitor, runtime, about)
        await visitor.agree()
        assert visitor.page.screen == "form.receipt"
        assert ('id="questions-how"' in visitor.page.html) is offered, about
        await visitor.press("language.ru")
        assert visitor.page.screen == "form.receipt"
        assert ('id="questions-how"' in visitor.page.html) is offered, about


@pytest.mark.usefixtures("as_it_is")
async def test_nothing_of_it_is_on_the_envelope(visitor: Visitor, runtime: Runtime, identity: Identity) -> None:
    for about in (OWN, HARMED):
        await to_the_review(visitor, runtime, about)
        await visitor.agree()
    async with runtime.database.store() as store:
        first, second = await store.requests.waiting("balvi")
        sealed = [whole.sealed for request in (first, second) if (whole := await store.requests.by_id(request.id))]
    left = {"id", "once_hash", "receipt_hash", "sealed", "version"}
    columns = [column.name for column in first.__table__.columns if column.name not in left]
    assert [name for name in columns if getattr(first, name) != getattr(second, name)] == []
    assert len({len(letter or b"") for letter in sealed}) == 1


async def test_changed_in_the_review_it_takes_along_the_questions_that_fit(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_the_review(visitor, runtime)
    for name, value in (("who", "partner"), ("about", OWN)):
        if f"change.{name}" not in visitor.page.form("send").buttons:
            await visitor.press("add")
        await visitor.press(f"change.{name}")
        visitor.page.form("review").set(f"a.{name}", value)
        await visitor.press("review")
    assert 'data-field="who"' not in visitor.page.html
    await visitor.press("add")
    offered = visitor.page.html
    assert "change.topics_own" in offered
    assert "change.who" not in offered
    await visitor.press("review")
    await visitor.agree()
    (letter,) = await letters(runtime, identity)
    assert letter["about"] == OWN
    assert "who" not in letter


async def test_whoever_is_harmed_passes_no_question_of_it(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime, "lv", place=("balvu-novads",))
    own = [runtime.content.text(f"request.about:{about}", "lv") for about in (OWN, OTHER)]
    visitor.fill_in(PULL)
    pages = 0
    while visitor.page.screen == "form.fill":
        assert not [words for words in own if words in visitor.page.html]
        form = visitor.page.form(visitor.page.onward)
        for name, value in PULL.items():
            if form.asks(name):
                form.set(f"a.{name}", value)
        await visitor.press(visitor.page.onward)
        pages += 1
    assert pages == 5
    assert not [words for words in own if words in visitor.page.html]


async def test_his_pages_are_the_same_byte_for_byte_whether_or_not_the_other_side_is_known(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    async def review() -> str:
        await visitor.open(runtime, "lv", place=("balvu-novads",), about=(OWN,))
        visitor.fill_in({**CALL, "code_word": "none"})
        await visitor.press("review")
        return visitor.page.bare

    async def behind(code: str) -> str:
        await visitor.post([("do", "code.lv")])
        await visitor.press("look", code=code)
        assert visitor.page.screen == "form.standing"
        return visitor.page.bare

    first = await review()
    await visitor.agree()
    code = visitor.page.code
    unknown = await behind(code)
    await to_the_review(visitor, runtime)  # hers
    await visitor.agree()
    async with runtime.database.store() as store:
        one, two = [row.id for row in await store.requests.waiting("balvi")]
    await allotting.mark(runtime, HEAD, one, two)
    assert await behind(code) == unknown
    assert await review() == first
    his, hers = (one, two) if await is_his(runtime, identity, one) else (two, one)
    await requests.take(runtime, ILZE, hers)
    with pytest.raises(HeadAllots):
        await requests.take(runtime, ILZE, his)
    assert await behind(code) == unknown


async def is_his(runtime: Runtime, identity: Identity, reference: str) -> bool:
    async with runtime.database.store() as store:
        row = await store.requests.by_id(reference)
    assert row
    assert row.sealed
    return bool(json.loads(decrypt(row.sealed, [identity]))["answers"]["about"] == OWN)
