"""The line in which people wait: fair between buckets, bounded, and nobody who went away holds a place in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.usecases.fair_queue import MOST_KEPT, Busy, FairQueue, Lane
from tests.patience import PATIENCE, patiently


class Served:
    """One line, everybody who stands in it, and in which order they were served."""

    def __init__(self, longest: int = 100, rest: Callable[[Lane], float] = lambda _: 0.0) -> None:
        self.line = FairQueue(1, longest, PATIENCE, rest)
        self.order: list[str] = []
        self.sent_back: list[str] = []
        self.waiting: dict[str, asyncio.Task[None]] = {}
        self.doors = asyncio.Event()

    async def comes(self, who: str, urgent: bool = False, gone: Callable[[], bool] = lambda: False) -> None:
        """The first letter says from which bucket."""
        self.waiting[who] = asyncio.create_task(self._wait(who, urgent, gone))
        await settled()

    async def goes(self, who: str) -> None:
        self.waiting[who].cancel()
        await settled()

    async def _wait(self, who: str, urgent: bool, gone: Callable[[], bool]) -> None:
        try:
            async with self.line.turn(Lane(who[0]), gone, urgent=urgent, name=who.encode()):
                await self.doors.wait()
                self.order.append(who)
        except Busy:
            self.sent_back.append(who)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Somebody else holds the only place, until all who shall wait have come."""
        await self.comes("*")
        yield
        self.doors.set()
        async with patiently():
            await asyncio.gather(*self.waiting.values(), return_exceptions=True)


async def settled() -> None:
    """Until everybody has done all that can be done without waiting for another."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_each_bucket_has_its_turn_however_many_wait_in_another() -> None:
    here = Served()
    async with here.busy():
        for who in ("a1", "a2", "a3", "a4", "b1", "c1", "c2"):
            await here.comes(who)
    assert here.order == ["*", "a1", "b1", "c1", "a2", "c2", "a3", "a4"]


async def test_in_one_bucket_taking_back_comes_before_looking_and_else_who_came_first() -> None:
    here = Served()
    async with here.busy():
        await here.comes("a1")
        await here.comes("a2")
        await here.comes("a3", urgent=True)
        await here.comes("a4", urgent=True)
    assert here.order == ["*", "a3", "a4", "a1", "a2"]


async def test_in_a_full_line_the_newest_of_the_fullest_bucket_makes_room() -> None:
    here = Served(longest=4)
    async with here.busy():
        for who in ("a1", "a2", "a3", "b1"):
            await here.comes(who)
        await here.comes("c1")
        assert here.sent_back == ["a3"]
        await here.comes("a4")
        assert here.sent_back == ["a3", "a4"]
        await here.comes("d1")
        assert here.sent_back == ["a3", "a4", "a2"]
        assert here.line.waiting() == 4
    assert here.order == ["*", "a1", "b1", "c1", "d1"]


async def test_who_was_sent_back_has_her_place_when_she_comes_again() -> None:
    here = Served(longest=2)
    async with here.busy():
        for who in ("a1", "a2", "a3"):
            await here.comes(who)
        assert here.sent_back == ["a3"]
        await here.goes("a1")
        await here.comes("a4")
        await here.comes("a3")
        assert here.sent_back == ["a3", "a4"], "she came before, so the other makes room"
    assert here.order == ["*", "a2", "a3"]


async def test_who_waits_for_long_is_told_so_and_keeps_her_place() -> None:
    line = FairQueue(1, 100, 0.0)
    async with line.turn(Lane("a"), name=b"first"):
        for _ in range(2):
            with pytest.raises(Busy):
                async with patiently(), line.turn(Lane("b"), name=b"second"):
                    pytest.fail("her turn had not come")
        assert line.waiting() == 0
    async with patiently(), line.turn(Lane("b"), name=b"second"):
        assert line.waiting() == 0


async def test_who_went_away_without_a_word_takes_no_turn_and_no_room() -> None:
    here = Served(longest=2)
    async with here.busy():
        await here.comes("a1", gone=lambda: True)
        await here.comes("a2", gone=lambda: True)
        await here.comes("b1")
        assert here.line.waiting() == 1
        await here.comes("b2", gone=lambda: True)
    assert here.order == ["*", "b1"]


async def test_who_gives_up_leaves_the_line_and_the_others_go_on() -> None:
    here = Served()
    async with here.busy():
        for who in ("a1", "a2", "b1"):
            await here.comes(who)
        await here.goes("a1")
        assert here.line.waiting() == 2
    assert here.order == ["*", "a2", "b1"]


async def test_a_bucket_that_is_over_its_share_rests_and_no_other_waits_for_it() -> None:
    here = Served(rest=lambda lane: 0.001 if lane.whose == "a" else 0.0)
    async with here.busy():
        for who in ("a1", "a2", "a3", "b1", "b2", "b3"):
            await here.comes(who)
    assert sorted(here.order[1:]) == ["a1", "a2", "a3", "b1", "b2", "b3"]
    assert here.order.index("b3") < here.order.index("a3")


async def test_who_is_cancelled_just_as_her_turn_comes_gives_it_to_the_next() -> None:
    here = Served()
    async with here.line.turn(Lane("somebody")):
        await here.comes("a1")
    await here.goes("a1")  # between the turn and her noticing it nothing else happens
    async with patiently(), here.line.turn(Lane("b")):
        assert here.order == []


async def test_only_so_many_places_are_remembered() -> None:
    line = FairQueue(1, 0)
    async with line.turn(Lane("somebody")):
        for number in range(MOST_KEPT + 1):
            with pytest.raises(Busy):
                async with patiently(), line.turn(Lane("a"), name=str(number).encode()):
                    pytest.fail("there is no room")
    assert len(line._kept) == MOST_KEPT


async def test_a_failure_inside_gives_the_place_back() -> None:
    line = FairQueue(1, 100, PATIENCE)
    with pytest.raises(ZeroDivisionError):
        async with line.turn(Lane("a")):
            raise ZeroDivisionError
    async with patiently(), line.turn(Lane("a")):
        assert line.waiting() == 0
