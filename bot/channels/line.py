"""A line that is fair between buckets: each in turn, so that a crowd in one of them keeps nobody else waiting.

It is as long as memory allows and no longer. When it is full, the newest of the fullest bucket makes room for whoever
comes. Who is sent back keeps her place for the next time.
"""

import asyncio
from bisect import insort
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

MOST_KEPT = 10_000
"""Places that are remembered for those who were sent back."""


class Waits(Exception):
    """Her turn has not come. Nothing was done; her place is kept."""


@dataclass(order=True, slots=True)
class Ticket:
    """One who waits. In a bucket the urgent come first, then whoever came first."""

    leisurely: bool
    number: int
    bucket: bytes = field(compare=False)
    here: Callable[[], bool] = field(compare=False)
    """Whether she still waits for the answer."""
    turn: "asyncio.Future[bool]" = field(compare=False)
    """True: it is her turn. False: she made room for another."""


class Line:
    """`places` are served side by side, `longest` may wait, each `patience` seconds at a stretch.

    `rest` says for how many seconds a bucket pauses after a turn.
    """

    def __init__(
        self, places: int, longest: int, patience: float, rest: Callable[[bytes], float] = lambda _: 0.0
    ) -> None:
        self._free, self._longest, self._patience, self._rest = places, longest, patience, rest
        self._waiting: dict[bytes, list[Ticket]] = {}
        """In the order of their turns."""
        self._resting: set[bytes] = set()
        self._kept: dict[bytes, int] = {}
        self._numbers = count()

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def turn(
        self, bucket: bytes, name: bytes, *, urgent: bool = False, here: Callable[[], bool] = lambda: True
    ) -> AsyncIterator[None]:
        """Wait for a place and hold it meanwhile. `name` is what her place is kept under. Raises Waits."""
        number = self._kept.pop(name, None)
        ticket = Ticket(
            leisurely=not urgent,
            number=next(self._numbers) if number is None else number,
            bucket=bucket,
            here=here,
            turn=asyncio.get_running_loop().create_future(),
        )
        self._enter(ticket)
        if not await self._called(ticket):
            self._keep(name, ticket.number)
            raise Waits
        try:
            yield
        finally:
            self._give_back()

    async def _called(self, ticket: Ticket) -> bool:
        """Whether her turn came while she had patience. Who goes away meanwhile takes nobody's place."""
        try:
            await asyncio.wait((ticket.turn,), timeout=self._patience)
        except asyncio.CancelledError:
            if ticket.turn.done() and ticket.turn.result():
                self._give_back()
            self._leave(ticket)
            raise
        if not ticket.turn.done():
            self._leave(ticket)
        return ticket.turn.done() and ticket.turn.result()

    def _enter(self, ticket: Ticket) -> None:
        insort(self._waiting.setdefault(ticket.bucket, []), ticket)
        self._serve()
        if len(self) > self._longest:
            self._clear()
        if len(self) > self._longest:
            fullest = max(map(len, self._waiting.values()))
            newest = max((them[-1] for them in self._waiting.values() if len(them) == fullest), key=_newest)
            self._send_back(newest)

    def _serve(self) -> None:
        while self._free and (bucket := self._next()) is not None:
            them = self._waiting.pop(bucket)
            first, *others = them
            if others:
                self._waiting[bucket] = others  # at the end: the others' turn comes first
            if first.here():
                self._free -= 1
                first.turn.set_result(True)
                self._pause(bucket)
            else:
                first.turn.set_result(False)

    def _next(self) -> bytes | None:
        return next((bucket for bucket in self._waiting if bucket not in self._resting), None)

    def _pause(self, bucket: bytes) -> None:
        if seconds := self._rest(bucket):
            self._resting.add(bucket)
            asyncio.get_running_loop().call_later(seconds, self._rested, bucket)

    def _rested(self, bucket: bytes) -> None:
        self._resting.discard(bucket)
        self._serve()

    def _give_back(self) -> None:
        self._free += 1
        self._serve()

    def _clear(self) -> None:
        """Those who went away without a word."""
        for gone in [one for them in self._waiting.values() for one in them if not one.here()]:
            self._send_back(gone)

    def _send_back(self, ticket: Ticket) -> None:
        self._leave(ticket)
        ticket.turn.set_result(False)

    def _leave(self, ticket: Ticket) -> None:
        them = [one for one in self._waiting.get(ticket.bucket, ()) if one is not ticket]
        if them:
            self._waiting[ticket.bucket] = them
        else:
            self._waiting.pop(ticket.bucket, None)

    def _keep(self, name: bytes, number: int) -> None:
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = number


def _newest(ticket: Ticket) -> tuple[bool, int]:
    return ticket.leisurely, ticket.number
