"""Two replicas on one PostgreSQL race: on one chat, one request, one take. And what one is told, the other knows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.content import Content
from bot.engine.heard import Pressed, Started, Typed
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.casework import requests
from bot.usecases.person import converse
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.services import offers
from storage.workers import DeskSession
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service, agrees, browser_of, serving
from tests.usecases.person.contact_service import Service, sent

ANNA = Address("telegram", "700100200300")
MANY = 6


@dataclass
class Both:
    """The same service on two replicas."""

    one: Service
    other: Service
    ilze: SignedIn
    zane: SignedIn

    @property
    def runtimes(self) -> tuple[Runtime, Runtime]:
        return self.one.runtime, self.other.runtime


@pytest.fixture
async def both(postgres_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Both]:
    async with runtime_on(postgres_url, clock, shipped) as one, runtime_on(postgres_url, clock, shipped) as other:
        await a_service(one)
        ilze, zane = [await a_desk_mate(one, login, "worker", "balvi") for login in ("ilze", "zane")]
        identity = await a_key(one, ilze)
        yield Both(Service(one, identity), Service(other, identity), ilze, zane)


async def test_what_is_brought_to_both_is_handled_once_and_presses_at_once_are_all_answered(both: Both) -> None:
    async def hear(runtime: Runtime, heard: Started | Pressed | Typed, update: int) -> bool:
        reply = await converse.hear(runtime, ANNA, heard, Arrival(update=update))
        assert reply.repeated or reply.card
        return reply.repeated

    way: list[Started | Pressed | Typed] = [Started(), Pressed("start", "go"), Pressed("menu", "court"), Typed("?")]
    for update, heard in enumerate(way):
        repeated = await asyncio.gather(*(hear(replica, heard, update) for replica in both.runtimes))
        assert sorted(repeated) == [False, True]
    presses = [hear(both.runtimes[number % 2], Typed("?"), 10 + number) for number in range(MANY)]
    assert await asyncio.gather(*presses) == [False] * MANY
    for runtime in both.runtimes:
        where = await converse.current(runtime, ANNA)
        assert where
        assert where.card
        assert where.card.screen == "court-protection"
    again = [hear(both.runtimes[number % 2], Typed("?"), 10 + number) for number in range(MANY)]
    assert await asyncio.gather(*again) == [True] * MANY


async def test_one_form_sent_to_both_makes_one_request_and_one_receipt(both: Both) -> None:
    receipts = await asyncio.gather(*(sent(service) for service in (both.one, both.other) * 2))
    assert len({receipt.code for receipt in receipts}) == 1
    assert [receipt.already for receipt in receipts].count(False) == 1
    assert len(await both.one.errands()) == 1
    assert [event for event, _ in await both.other.audit()].count("request_sent") == 1


async def test_two_who_take_at_two_replicas_one_has_it_and_the_other_reads_so(both: Both) -> None:
    references = [await waiting(both.one.runtime) for _ in range(3)]
    cookies = [await signed_in(both.one.runtime, mate) for mate in (both.ilze, both.zane)]
    for reference in references:
        answers = await asyncio.gather(
            *(take(replica, cookie, reference) for replica, cookie in zip(both.runtimes, cookies, strict=True))
        )
        refused = [text for status, text in answers if status == 409]
        assert sorted(status for status, _ in answers) == [303, 409]
        winner = (both.ilze, both.zane)[[status for status, _ in answers].index(303)]
        assert f"Par šo pieprasījumu rūpējas {winner.name}" in refused[0]
        assert (await requests.get_envelope(both.other.runtime, both.zane, reference)).taken_by == winner.name
    taken = [event for event, _ in await both.one.audit() if event == "request_taken"]
    assert len(taken) == len(references)


async def test_what_a_service_changed_at_one_replica_is_so_at_the_other_within_two_seconds(
    both: Both, clock: Clock
) -> None:
    one, other = both.runtimes

    async def told() -> tuple[str, bool]:
        words = await offers.service_words(other, "balvu-novads", "lv")
        world = await offers.world(other, form=True)
        return words["service:phone"], "balvu-novads" in world.addressable

    assert (await told())[1]
    async with one.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.phone = "+371 64500000"
        await store.services.retire(await recipient(one), clock())
    clock.move(seconds=2, microseconds=1)
    assert await told() == ("+371 64500000", False)


async def recipient(runtime: Runtime) -> str:
    offer = await offers.get_offer(runtime, "balvu-novads", "lv")
    assert offer.recipient
    return offer.recipient


async def waiting(runtime: Runtime) -> str:
    """A request more, and its reference."""
    async with runtime.database.store() as store:
        before = {request.id for request in await store.requests.waiting("balvi")}
    await a_request(runtime)
    async with runtime.database.store() as store:
        (new,) = {request.id for request in await store.requests.waiting("balvi")} - before
    return new


async def signed_in(runtime: Runtime, mate: SignedIn) -> str:
    """A session in the database that both replicas read; its token."""
    await agrees(runtime, mate.login)
    token, now = f"session of {mate.login}", runtime.now()
    async with runtime.database.store() as store:
        session = DeskSession(token_hash=token_hash(token), worker_id=mate.id, started_at=now, seen_at=now)
        await store.sessions.add(session)
    return token


async def take(runtime: Runtime, token: str, reference: str) -> tuple[int, str]:
    """Press “take” on the desk of one replica."""
    async with serving(runtime) as url, browser_of(url) as browser:
        browser.cookie_jar.update_cookies({"desk": token})
        async with browser.post(f"/requests/{reference}/take", allow_redirects=False) as answer:
            return answer.status, await answer.text()
