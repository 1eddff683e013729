"""A short line before work that is slow on purpose: fair between those who ask, and nobody waits in it for nothing."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.usecases.refused import Refused

F = TypeVar("F")
T = TypeVar("T")

Asks = Callable[[], bool]


class Busy(Refused):
    """The line is full. Nothing was looked at, and nothing counts as a failure."""


class Abandoned(Refused):
    """Whoever asked has gone away: nothing was looked at, and nobody reads the answer."""


def never() -> bool:
    """Of who cannot go away."""
    return False


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose turn it is: lanes take turns, whatever waits in each. `proven`: they hold something that strangers lack."""

    whose: Hashable
    proven: bool = False


@dataclass(eq=False, slots=True)
class _Waiting:
    lane: Lane
    turn: "asyncio.Future[None]"
    has_gone: Asks


Line = OrderedDict[Hashable, deque[_Waiting]]


class FairQueue:
    """At most `at_once` are worked for; `room` more may wait among strangers, and as many among the proven.

    Both kinds take turns, and so do the lanes of each kind. Where a line is full, those who went away leave it first;
    then the longest lane gives up its newest to a shorter one.
    """

    def __init__(self, at_once: int, room: int) -> None:
        self._free = at_once
        self._room = room
        self._lines: dict[bool, Line] = {True: OrderedDict(), False: OrderedDict()}
        self._proven_next = True
        self._working = set["asyncio.Future[Any]"]()

    async def run(
        self, lane: Lane, find: Callable[[], Awaitable[F]], work: Callable[[F], Awaitable[T]], has_gone: Asks = never
    ) -> tuple[F, T]:
        """When it is this lane's turn, `find` what is to be worked on, and do the work. Answers both.

        Raises Busy and Abandoned, and then nothing was begun. Work that was begun keeps its place to the end, also
        where whoever asked is cancelled: no thread can be stopped.
        """
        await self._turn(lane, has_gone)
        try:
            found = await find()
        except BaseException:
            self._hand_on()
            raise
        working = asyncio.ensure_future(work(found))
        self._working.add(working)
        working.add_done_callback(self._done)
        return found, await asyncio.shield(working)

    def waiting(self, *, proven: bool) -> int:
        """How many stand in this line."""
        return sum(map(len, self._lines[proven].values()))

    def _done(self, working: "asyncio.Future[Any]") -> None:
        self._working.discard(working)
        if not working.cancelled():
            working.exception()  # who asked may have gone, and then nobody else looks at it
        self._hand_on()

    async def _turn(self, lane: Lane, has_gone: Asks) -> None:
        if has_gone():
            raise Abandoned
        if self._free:
            self._free -= 1
            return
        self._make_room(lane)
        waiting = _Waiting(lane, asyncio.get_running_loop().create_future(), has_gone)
        self._lines[lane.proven].setdefault(lane.whose, deque()).append(waiting)
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting.turn.done() and not waiting.turn.cancelled():
                self._hand_on()  # the turn had come just then
            raise

    def _hand_on(self) -> None:
        while waiting := self._next():
            if waiting.turn.done():  # cancelled meanwhile
                continue
            if waiting.has_gone():
                waiting.turn.set_exception(Abandoned())
                continue
            waiting.turn.set_result(None)
            return
        self._free += 1

    def _next(self) -> _Waiting | None:
        for proven in (self._proven_next, not self._proven_next):
            line = self._lines[proven]
            if line:
                self._proven_next = not proven
                whose, lane = line.popitem(last=False)
                waiting = lane.popleft()
                if lane:
                    line[whose] = lane  # behind the others
                return waiting
        return None

    def _make_room(self, lane: Lane) -> None:
        line = self._lines[lane.proven]
        if self.waiting(proven=lane.proven) < self._room:
            return
        for one in [one for each in line.values() for one in each if one.turn.done() or one.has_gone()]:
            if not one.turn.done():
                one.turn.set_exception(Abandoned())
            self._take_out(one)
        if self.waiting(proven=lane.proven) < self._room:
            return
        longest = max(line.values(), key=len)
        if len(longest) <= len(line.get(lane.whose, ())) + 1:
            raise Busy
        newest = longest[-1]
        newest.turn.set_exception(Busy())
        self._take_out(newest)

    def _take_out(self, one: _Waiting) -> None:
        line = self._lines[one.lane.proven]
        line[one.lane.whose].remove(one)
        if not line[one.lane.whose]:
            del line[one.lane.whose]
