"""A short line before what is slow or scarce: fair between those who ask, and nobody waits in it for nothing."""

import asyncio
from bisect import insort
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from bot.usecases.refused import Refused

F = TypeVar("F")
T = TypeVar("T")

Asks = Callable[[], bool]

MOST_KEPT = 10_000
"""Places that are remembered for those who were sent back."""


class Busy(Refused):
    """Her turn has not come, or she has gone. Nothing was looked at, and nothing counts as a failure."""


def never() -> bool:
    """Of who cannot go away."""
    return False


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose turn it is: lanes take turns, whatever waits in each. `proven`: they hold something that strangers lack."""

    whose: Hashable
    proven: bool = False


@dataclass(order=True, slots=True)
class _Ticket:
    """One who waits. In a lane the urgent come first, then whoever came first."""

    leisurely: bool
    number: int
    lane: Lane = field(compare=False)
    has_gone: Asks = field(compare=False)
    turn: "asyncio.Future[bool]" = field(compare=False)
    """True: it is her turn. False: she made room for another, or has gone."""


class FairQueue:
    """At most `at_once` are served; `room` more may wait among strangers, and as many among the proven.

    Both kinds take turns, and so do the lanes of each kind. Where a line is full, those who went away leave it first;
    then the newest of the longest lane makes room for whoever comes. Nobody waits for more than `patience` seconds at
    a stretch. `rest` says for how many seconds a lane pauses after a turn.
    """

    def __init__(
        self, at_once: int, room: int, patience: float | None = None, rest: Callable[[Lane], float] = lambda _: 0.0
    ) -> None:
        self._free, self._room, self._patience, self._rest = at_once, room, patience, rest
        self._lines: dict[bool, dict[Lane, list[_Ticket]]] = {True: {}, False: {}}
        """The proven and the strangers, and in each their lanes, in the order of their turns."""
        self._resting: set[Lane] = set()
        self._kept: dict[bytes, int] = {}
        self._numbers = count()
        self._working = set["asyncio.Future[Any]"]()

    def waiting(self, *, proven: bool = False) -> int:
        """How many stand in this line."""
        return sum(map(len, self._lines[proven].values()))

    @asynccontextmanager
    async def turn(
        self, lane: Lane, has_gone: Asks = never, *, urgent: bool = False, name: bytes = b""
    ) -> AsyncIterator[None]:
        """Wait for a place and hold it meanwhile. Raises Busy; under a `name` her place is kept for the next time."""
        await self._turn(lane, has_gone, urgent, name)
        try:
            yield
        finally:
            self._give_back()

    async def run(
        self, lane: Lane, find: Callable[[], Awaitable[F]], work: Callable[[F], Awaitable[T]], has_gone: Asks = never
    ) -> tuple[F, T]:
        """When it is this lane's turn, `find` what is to be worked on, and do the work. Answers both.

        Raises Busy, and then nothing was begun. Work that was begun keeps its place to the end, also where whoever
        asked is cancelled: no thread can be stopped.
        """
        await self._turn(lane, has_gone)
        try:
            found = await find()
        except BaseException:
            self._give_back()
            raise
        working = asyncio.ensure_future(work(found))
        self._working.add(working)
        working.add_done_callback(self._done)
        return found, await asyncio.shield(working)

    def _done(self, working: "asyncio.Future[Any]") -> None:
        self._working.discard(working)
        if not working.cancelled():
            working.exception()  # who asked may have gone, and then nobody else looks at it
        self._give_back()

    async def _turn(self, lane: Lane, has_gone: Asks, urgent: bool = False, name: bytes = b"") -> None:
        number = self._kept.pop(name, None)
        ticket = _Ticket(
            leisurely=not urgent,
            number=next(self._numbers) if number is None else number,
            lane=lane,
            has_gone=has_gone,
            turn=asyncio.get_running_loop().create_future(),
        )
        self._enter(ticket)
        try:
            await asyncio.wait((ticket.turn,), timeout=self._patience)
        except asyncio.CancelledError:
            if ticket.turn.done() and ticket.turn.result():
                self._give_back()  # the turn had come just then
            self._leave(ticket)
            raise
        if ticket.turn.done() and ticket.turn.result():
            return
        self._leave(ticket)
        if name:
            self._keep(name, ticket.number)
        raise Busy

    def _enter(self, ticket: _Ticket) -> None:
        line, proven = self._lines[ticket.lane.proven], ticket.lane.proven
        insort(line.setdefault(ticket.lane, []), ticket)
        self._serve()
        if self.waiting(proven=proven) > self._room:
            for gone in [waiting for them in line.values() for waiting in them if waiting.has_gone()]:
                self._send_back(gone)
        if self.waiting(proven=proven) > self._room:
            longest = max(map(len, line.values()))
            self._send_back(max(them[-1] for them in line.values() if len(them) == longest))

    def _serve(self) -> None:
        while self._free and (lane := self._next()) is not None:
            line = self._lines.pop(lane.proven)
            self._lines[lane.proven] = line  # behind the other kind
            first, *others = line.pop(lane)
            if others:
                line[lane] = others  # behind the other lanes
            if first.has_gone():
                first.turn.set_result(False)
                continue
            self._free -= 1
            first.turn.set_result(True)
            if seconds := self._rest(lane):
                self._resting.add(lane)
                asyncio.get_running_loop().call_later(seconds, self._rested, lane)

    def _next(self) -> Lane | None:
        return next((lane for line in self._lines.values() for lane in line if lane not in self._resting), None)

    def _rested(self, lane: Lane) -> None:
        self._resting.discard(lane)
        self._serve()

    def _give_back(self) -> None:
        self._free += 1
        self._serve()

    def _send_back(self, ticket: _Ticket) -> None:
        self._leave(ticket)
        ticket.turn.set_result(False)

    def _leave(self, ticket: _Ticket) -> None:
        line = self._lines[ticket.lane.proven]
        if them := [waiting for waiting in line.get(ticket.lane, ()) if waiting is not ticket]:
            line[ticket.lane] = them
        else:
            line.pop(ticket.lane, None)

    def _keep(self, name: bytes, number: int) -> None:
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = number
