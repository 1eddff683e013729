"""A form that is sent again makes no second request: its page says what became of the first."""

import pytest
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from bot.usecases.casework import requests as casework
from bot.usecases.person import contact
from tests.channels.code_page import ILZE, taken, tried
from tests.channels.form_requests import answers_read_by, requests, sent, to_review
from tests.channels.forms import Visitor


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
        ("uk", "Зараз нічого не надіслано", "новий запит"),
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


async def test_two_forms_are_two_requests(visitor: Visitor, runtime: Runtime) -> None:
    assert await sent(visitor, runtime) != await sent(visitor, runtime)
    assert len(await requests(runtime)) == 2
