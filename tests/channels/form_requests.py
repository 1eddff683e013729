"""A request that is sent by the form: filled in up to the review, agreed to, waiting, and read by the service."""

import json

from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from storage.contact_requests import ContactRequest
from tests.channels.forms import CALL, Visitor


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
