"""The machine's clock is set: forward by a day, back by an hour, while people talk, workers work and notices wait."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot import jobs
from bot.engine.heard import Pressed, Started, Typed
from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.casework import letters, requests
from bot.usecases.operation import audit
from bot.usecases.person import contact, converse, form_links, standing
from bot.usecases.person.converse import Address, Arrival
from bot.usecases.refused import AlreadyTaken
from bot.usecases.services import delivery
from storage.workers import DeskSession
from tests.faces import Clock
from tests.patience import patiently
from tests.people import a_desk_mate, a_key, a_request, a_service, an_own_key, gives_the_key, the_request
from tests.usecases.services.test_delivery import Post, listening, told_by

ANNA = Address("telegram", "700100200300")
TOKEN = "a desk session"


@dataclass
class World:
    """What lives when the clock is set: a conversation, a form about to be opened, a session, a promise, a notice."""

    runtime: Runtime
    clock: Clock
    ilze: SignedIn
    zane: SignedIn
    receipt: str
    reference: str
    form: str

    async def says(self, heard: Pressed | Started | Typed, update: int) -> converse.Reply:
        return await converse.hear(self.runtime, ANNA, heard, Arrival(update=update))

    async def screen(self) -> str | None:
        reply = await converse.current(self.runtime, ANNA)
        return reply.card.screen if reply and reply.card else None

    async def run(self, *names: str) -> None:
        for name in names or jobs.timetable(self.runtime, None):
            await jobs.timetable(self.runtime, None)[name][1]()

    async def signed_in(self) -> bool:
        return await workers.get_signed_in(self.runtime, TOKEN) is not None

    async def state(self) -> str:
        return (await requests.get_envelope(self.runtime, self.ilze, self.reference)).state


@pytest.fixture
async def world(runtime: Runtime, clock: Clock) -> World:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
    identity = await a_key(runtime, ilze)
    await an_own_key(runtime, zane)
    await gives_the_key(runtime, ilze, zane, identity)
    receipt = await a_request(runtime)
    form = form_links.form_token(runtime, {}, "lv")
    made = World(runtime, clock, ilze, zane, receipt, await the_request(runtime), form)
    await made.says(Started(), 1)
    await made.says(Pressed("start", "go"), 2)
    async with runtime.database.store() as store:
        now = clock()
        hashed = token_hash(TOKEN)
        await store.sessions.add(DeskSession(token_hash=hashed, worker_id=ilze.id, started_at=now, seen_at=now))
    return made


async def test_set_back_by_an_hour_nothing_is_lost_and_nothing_handled_twice(world: World) -> None:
    await requests.take(world.runtime, world.ilze, world.reference)
    world.clock.move(hours=-1)
    await world.run()
    assert await world.screen() == "menu"
    assert (await world.says(Pressed("start", "go"), 2)).repeated
    assert await world.state() == "taken"
    with pytest.raises(AlreadyTaken):
        await requests.take(world.runtime, world.zane, world.reference)
    assert (await letters.fetch(world.runtime, world.ilze, world.reference)).ciphertext
    assert await standing.get_standing(world.runtime, world.receipt, "lv")
    assert await audit.find_break(world.runtime) is None


async def test_set_back_by_an_hour_nothing_lives_longer_than_it_may(world: World) -> None:
    assert await world.signed_in()
    world.clock.move(hours=-1)
    await world.run("expire_conversations")
    assert not await world.signed_in(), "nobody knows for how long that browser was left alone"
    assert await form_links.redeem(world.runtime, world.form) is None
    world.clock.move(minutes=29)
    assert await world.screen() == "menu"
    world.clock.move(minutes=1)
    assert await world.screen() is None


async def test_set_back_by_an_hour_two_hours_of_reading_are_still_the_most(world: World) -> None:
    world.clock.move(hours=-1)
    for update in range(3, 11):
        await world.says(Typed("?"), update)
        assert await world.screen() == "menu"
        world.clock.move(minutes=15)
    assert await world.screen() is None


async def test_set_back_by_an_hour_a_notice_comes_once_and_by_the_clock(world: World) -> None:
    """Claimed by somebody who died, on a clock that ran ahead: its claim ends, and it is sent."""
    async with world.runtime.database.store() as store:
        assert await store.outbox.claim(world.clock(), 10, delivery.CLAIMED_FOR)
    world.clock.move(hours=-1)
    post = Post()
    async with listening(post) as server:
        told = told_by(world.runtime, server)
        for _ in range(8):
            world.clock.move(minutes=15)
            await delivery.deliver_due(told)
    assert len(post.came) == 1


async def test_set_forward_by_a_day_and_put_right_again_nothing_is_lost_or_handled_twice(world: World) -> None:
    await requests.take(world.runtime, world.ilze, world.reference)
    world.clock.move(days=1)
    await world.run()
    assert await world.screen() is None, "as after a day of silence"
    assert not await world.signed_in()
    assert await form_links.redeem(world.runtime, world.form) is None
    assert await world.state() == "new", "a promise that ran out returns to the queue"
    assert (await requests.take(world.runtime, world.zane, world.reference)).mine
    world.clock.move(days=-1)
    await world.run()
    assert not await world.signed_in(), "what ended stays ended"
    with pytest.raises(AlreadyTaken):
        await requests.take(world.runtime, world.ilze, world.reference)
    assert (await letters.fetch(world.runtime, world.zane, world.reference)).ciphertext
    assert await audit.find_break(world.runtime) is None
    await world.says(Pressed("menu", "court"), 3)
    assert await world.screen() == "start"
    assert await contact.withdraw(world.runtime, world.receipt)


async def test_when_the_clock_is_put_back_no_job_waits_for_the_old_time(runtime: Runtime) -> None:
    """The scheduler alone would let a job wait the hour once more."""
    ran = asyncio.Queue[None]()

    async def job() -> None:
        ran.put_nowait(None)

    async with jobs.scheduled(runtime, {"write_counts": (timedelta(hours=1), job)}), patiently():
        await ran.get()
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=True):
            await ran.get()
