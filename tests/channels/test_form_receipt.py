"""The receipt holds a code and nothing of what was sent; the code finds the request, and a wrong one tells nothing."""

import re

from bot.engine.heard import Pressed
from bot.runtime import Runtime
from bot.usecases.person import contact, converse
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.person.leaving import new_token
from tests.channels.form_requests import requests, sent
from tests.channels.forms import CALL, Visitor

TO_THE_OFFER = (
    ("start", "go"),
    ("menu", "contact"),
    ("request.start", "no"),
    ("request.place", "place.balvu-novads"),
)


async def test_the_code_looks_like_an_ordinary_number(visitor: Visitor, runtime: Runtime) -> None:
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", await sent(visitor, runtime))


async def test_the_receipt_holds_nothing_of_what_was_sent(visitor: Visitor, runtime: Runtime) -> None:
    await sent(visitor, runtime, note="CANARY")
    assert "CANARY" not in visitor.page.html
    assert "26123456" not in visitor.page.html


async def test_a_receipt_in_another_language_promises_nothing_after_taking_back(
    visitor: Visitor, runtime: Runtime
) -> None:
    code = await sent(visitor, runtime)
    await contact.withdraw(runtime, code)
    page = await visitor.press("language.ru")
    assert page.screen == "form.standing"
    assert runtime.content.text("request.standing.withdrawn", "ru") in page.text


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
