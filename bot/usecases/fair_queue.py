"""A short, fair queue for whatever is slow or scarce, in which nobody waits in vain."""

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
"""How many places are remembered for those who were sent away."""


class Busy(Refused):
    """Her turn has not come, or she has gone. Nothing was done, and nothing counts as a failure."""


def never() -> bool:
    """The `has_gone` of whoever cannot go away."""
    return False


@dataclass(frozen=True, slots=True)
class Lane:
    """A group that takes turns with others, however many wait in each. `proven`: it holds what strangers lack."""

    whose: Hashable
    proven: bool = False


@dataclass(order=True, slots=True)
class _Ticket:
    """A place in a lane: urgent ones first, then in order of arrival."""

    leisurely: bool
    number: int
    lane: Lane = field(compare=False)
    has_gone: Asks = field(compare=False)
    turn: "asyncio.Future[bool]" = field(compare=False)
    """Resolves to True when it is her turn, to False if she made room for another or has gone."""


class FairQueue:
    """Serves `at_once` at a time; `room` more may wait among strangers, and as many among the proven.

    The two kinds take turns, and so do the lanes of each. When a line is full, those who have gone are removed first;
    then the newest in the longest lane makes room. Nobody waits longer than `patience` seconds at a stretch. `rest`
    returns the seconds that a lane pauses after a turn.
    """

    def __init__(
        self, at_once: int, room: int, patience: float | None = None, rest: Callable[[Lane], float] = lambda _: 0.0
    ) -> None:
        self._free, self._room, self._patience, self._rest = at_once, room, patience, rest
        self._lines: dict[bool, dict[Lane, list[_Ticket]]] = {True: {}, False: {}}
        """The lanes of the proven and of strangers, both in the order of their turns."""
        self._resting: set[Lane] = set()
        self._kept: dict[bytes, int] = {}
        self._numbers = count()
        self._working = set["asyncio.Future[Any]"]()

    def waiting(self, *, proven: bool = False) -> int:
        """Return how many wait in this line."""
        return sum(map(len, self._lines[proven].values()))

    @asynccontextmanager
    async def turn(
        self, lane: Lane, has_gone: Asks = never, *, urgent: bool = False, name: bytes = b""
    ) -> AsyncIterator[None]:
        """Wait for a turn and hold it inside the context. Raises Busy; with a `name` her place is kept for a retry."""
        await self._turn(lane, has_gone, urgent, name)
        try:
            yield
        finally:
            self._give_back()

    async def run(
        self, lane: Lane, find: Callable[[], Awaitable[F]], work: Callable[[F], Awaitable[T]], has_gone: Asks = never
    ) -> tuple[F, T]:
        """At this lane's turn, `find` what to work on and do the work. Return both results.

        Raises Busy, and then nothing was started. Work that has started keeps its place to the end, even if the caller
        is cancelled, because a thread cannot be stopped.
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
            working.exception()  # marks it as seen: the caller may be gone
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
                self._give_back()  # the turn came at that very moment
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
