"""The line before slow work: lanes take turns, places come back, and nobody is worked for who has gone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.usecases.fair_queue import Busy, FairQueue, Lane
from bot.usecases.refused import NotFound
from tests.patience import patiently


async def nothing() -> None:
    """What most of them look up."""


async def turns() -> None:
    """Everybody who can go on does so: nothing here waits for anything outside."""
    for _ in range(10):
        await asyncio.sleep(0)


class Office:
    """A queue in which each piece of work goes on until the test ends it."""

    def __init__(self, at_once: int = 1, room: int = 4) -> None:
        self.queue = FairQueue(at_once, room)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.asked: dict[str, asyncio.Future[tuple[None, str]]] = {}

    async def asks(self, name: str, lane: Lane, gone: Callable[[], bool] = lambda: False) -> None:
        self._ends[name] = asyncio.Event()
        self.asked[name] = asyncio.ensure_future(self.queue.run(lane, nothing, self._work(name), gone))
        await turns()

    async def ends(self, name: str) -> str:
        """Whoever is next has begun when this answers."""
        self._ends[name].set()
        async with patiently():
            _, done = await self.asked[name]
        await turns()
        return done

    async def sends_back(self, name: str) -> None:
        """Nothing of hers was begun, and she hears of it at once."""
        with pytest.raises(Busy):
            async with patiently():
                await self.asked.pop(name)
        assert name not in self.begun

    async def all_end(self) -> list[str]:
        """Everything goes on to its end, one after the other. In which order it was begun."""
        at = 0
        while at < len(self.begun):
            await self.ends(self.begun[at])
            at += 1
        return self.begun

    def _work(self, name: str) -> Callable[[None], Awaitable[str]]:
        async def work(_: None) -> str:
            self.begun.append(name)
            async with patiently():
                await self._ends[name].wait()
            return name

        return work


def stranger(name: str) -> Lane:
    return Lane(name)


def owner(name: str) -> Lane:
    return Lane(name, proven=True)


async def test_lanes_take_turns_however_much_waits_in_one() -> None:
    office = Office(room=8)
    for number in range(4):
        await office.asks(f"a{number}", stranger("a"))
    await office.asks("b", stranger("b"))
    await office.asks("c", stranger("c"))
    assert await office.all_end() == ["a0", "a1", "b", "c", "a2", "a3"]


async def test_who_holds_something_that_strangers_lack_has_a_line_of_her_own() -> None:
    office = Office()
    for number in range(5):
        await office.asks(f"s{number}", stranger(str(number)))
    await office.asks("another", stranger("another"))
    await office.sends_back("another")
    for name in ("x", "y"):
        await office.asks(name, owner(name))
    assert await office.all_end() == ["s0", "x", "s1", "y", "s2", "s3", "s4"]


async def test_where_the_line_is_full_the_longest_lane_gives_up_its_newest() -> None:
    office = Office()
    for number in range(5):
        await office.asks(f"a{number}", stranger("a"))
    await office.asks("b", stranger("b"))
    await office.sends_back("a4")
    await office.asks("a5", stranger("a"))
    await office.sends_back("a5")
    assert await office.all_end() == ["a0", "a1", "b", "a2", "a3"]


async def test_who_has_gone_is_not_worked_for_and_gives_the_place_back() -> None:
    office, there = Office(), {"a": True, "b": True}
    await office.asks("first", stranger("first"))
    for name in there:
        await office.asks(name, stranger(name), lambda name=name: not there[name])  # type: ignore[misc]
    await office.asks("c", stranger("c"))
    await office.asks("d", stranger("d"))
    there["a"] = False
    await office.asks("e", stranger("e"))  # the line was full
    await office.sends_back("a")
    there["b"] = False
    assert await office.all_end() == ["first", "c", "d", "e"]
    await office.sends_back("b")


async def test_who_has_gone_before_her_turn_was_free_begins_nothing() -> None:
    office = Office()
    await office.asks("a", stranger("a"), lambda: True)
    await office.sends_back("a")


async def test_what_was_begun_keeps_its_place_to_the_end_also_when_who_asked_is_cancelled() -> None:
    office = Office()
    await office.asks("a", stranger("a"))
    await office.asks("b", stranger("b"))
    await office.asks("c", stranger("c"))
    for name in ("a", "b"):
        office.asked[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await office.asked[name]
    await turns()
    assert office.begun == ["a"], "its thread is still at work, so nobody else begins"
    office._ends["a"].set()
    office._ends["c"].set()
    async with patiently():
        assert await office.asked["c"] == (None, "c")
    assert office.begun == ["a", "c"]


@pytest.mark.parametrize("fails_at_once", [True, False])
async def test_a_place_comes_back_when_looking_up_or_the_work_fails(fails_at_once: bool) -> None:
    async def fails(*_: None) -> None:
        raise NotFound

    async def works(_: None) -> None:
        return None

    queue = FairQueue(at_once=1, room=1)
    for _ in range(3):
        with pytest.raises(NotFound):
            async with patiently():
                await queue.run(stranger("a"), fails if fails_at_once else nothing, works if fails_at_once else fails)


async def test_who_is_cancelled_while_it_is_looked_up_gives_the_place_back() -> None:
    looking, office = asyncio.Event(), Office()

    async def looks() -> None:
        looking.set()
        await asyncio.Event().wait()

    asking = asyncio.ensure_future(office.queue.run(stranger("a"), looks, office._work("a")))
    async with patiently():
        await looking.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await office.asks("b", stranger("b"))
    assert await office.all_end() == ["b"]
