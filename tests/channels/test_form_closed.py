"""Where no request can be sent, by a child or to a service without a key, the form names whom to call instead."""

import pytest
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.form_requests import requests, to_review
from tests.channels.forms import CALL, Visitor


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
