"""The conversation and the plan: who may keep them, and that they go with their request."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, key_change, papers, requests
from bot.usecases.casework.key_change import RESEALED_SIZE, Piece
from bot.usecases.casework.papers import NotAPaper
from bot.usecases.person import contact
from bot.usecases.refused import AlreadyTaken, NotAllowed
from bot.usecases.services.keys import SEALED
from tests.people import a_desk_mate, a_key, a_request, a_service, the_request


def a_paper() -> bytes:
    return SEALED + secrets.token_bytes(RESEALED_SIZE - len(SEALED))


class Talk:
    """A request whose person is in contact with ilze, who holds the key."""

    def __init__(self, runtime: Runtime, ilze: SignedIn, reference: str, code: str, recipient: str) -> None:
        self.runtime, self.ilze, self.reference, self.code, self.recipient = runtime, ilze, reference, code, recipient

    async def save(
        self, kind: Any = "conversation", worker: SignedIn | None = None, version: int = 0, **more: Any
    ) -> int:
        given: dict[str, Any] = {"recipient": self.recipient, "sealed": a_paper(), "version": version, **more}
        return await papers.save(self.runtime, worker or self.ilze, self.reference, kind, **given)

    async def left(self) -> int:
        async with self.runtime.database.store() as store:
            return len(await store.papers.of_request(self.reference))


@pytest.fixture
async def talk(runtime: Runtime) -> Talk:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    identity = await a_key(runtime, ilze)
    code = await a_request(runtime)
    reference = await the_request(runtime)
    await handling.note_arrival(runtime, ilze, reference)
    return Talk(runtime, ilze, reference, code, str(identity.to_public()))


async def test_there_is_one_of_each_kind_and_saving_again_replaces_it(talk: Talk) -> None:
    first = await talk.save()
    assert await talk.save(version=first) > first
    await talk.save("plan")
    found = await papers.list_papers(talk.runtime, talk.ilze, talk.reference)
    assert [(paper.kind, paper.by) for paper in found] == [("conversation", "Ilze"), ("plan", "Ilze")]


async def test_of_two_who_save_at_once_the_second_is_told_and_nothing_is_overwritten(talk: Talk) -> None:
    await talk.save()
    with pytest.raises(AlreadyTaken):
        await talk.save(version=0)


async def test_before_the_person_is_in_contact_there_is_nothing_to_write(talk: Talk) -> None:
    await a_request(talk.runtime)
    other = await the_request(talk.runtime)
    with pytest.raises(NotAllowed):
        await papers.save(talk.runtime, talk.ilze, other, "conversation", talk.recipient, a_paper(), 0)


async def test_only_who_has_the_request_or_leads_writes(talk: Talk) -> None:
    janis = await a_desk_mate(talk.runtime, "janis", "worker", "balvi")
    with pytest.raises((NotAllowed, AlreadyTaken)):
        await talk.save(worker=janis)


@pytest.mark.parametrize("sealed", [b"in the clear", SEALED + bytes(RESEALED_SIZE)])
async def test_what_is_not_sealed_to_the_one_size_is_refused(talk: Talk, sealed: bytes) -> None:
    with pytest.raises(NotAPaper):
        await talk.save(sealed=sealed)


async def test_only_the_nearest_day_of_a_plan_stands_on_the_envelope(talk: Talk) -> None:
    day = talk.runtime.today() + timedelta(days=5)
    await talk.save("plan", next_due=day)
    assert (await requests.get_envelope(talk.runtime, talk.ilze, talk.reference)).next_due == day
    with pytest.raises(NotAPaper):
        await talk.save("conversation", next_due=day)
    with pytest.raises(NotAPaper):
        await talk.save("plan", version=1, next_due=day + papers.FURTHEST)


async def test_they_go_with_the_letter(talk: Talk) -> None:
    await talk.save()
    await talk.save("plan", next_due=talk.runtime.today())
    assert await talk.left() == 2
    assert await contact.withdraw(talk.runtime, talk.code)
    assert await talk.left() == 0
    async with talk.runtime.database.store() as store:
        row = await store.requests.by_id(talk.reference)
    assert row
    assert row.next_due is None


async def test_a_change_of_the_key_covers_them(talk: Talk) -> None:
    await talk.save()
    async with talk.runtime.database.store() as store:
        left = await key_change.pieces(store, "balvi", "age1another")
        (paper,) = await store.papers.of_request(talk.reference)
    assert Piece(talk.reference, "papers", paper.id) in left
