"""Leaving a page for good: its token ends by itself after a day, and at once when the person goes.

Every page of ours carries a token that says, under our seal, when it was made. The browser may bring a page back, from
its history or from the files of its session, and post again what the page held; of a token that has ended or was left
the server then shows what anybody sees who comes for the first time. Of one that was left a keyed hash is remembered
until its day is over; older ones need no mark.

A first page's token names no conversation: each press of it begins one, under a token that no page had before. So
nobody who put a first page into somebody's browser can look on. What follows from one first page is a family, and is
left together, whichever of its pages is still there.
"""

import asyncio
import hmac
import logging
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.runtime import LeftPage, Runtime
from bot.usecases.person import outage
from bot.usecases.person.converse import Address, family_key
from bot.usecases.services.reading_hours import full_hour
from storage.database import Conflict, Store, Trouble

__all__ = [
    "LASTS",
    "end_of",
    "has_left",
    "is_opening",
    "leave",
    "new_token",
    "next_token",
    "opening_token",
    "write_down",
    "write_down_at_stop",
]  # fmt: skip

log = logging.getLogger(__name__)

LASTS = timedelta(hours=24)
"""How long the pages of one token can be pressed. Their conversation lives much shorter; a filled form may wait."""
TIME, FAMILY, BRANCH, SEAL = 5, 8, 8, 9
"""Bytes of a token: when its first page was made, two random numbers that name the family and the page within it, and
the seal that says it is ours. On a first page the second number is nought."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{40}")
MOST_KEPT = 10_000
"""Marks that wait in memory for a database: beyond that the oldest go."""
NOBODY_WAITS = 1.0
"""Seconds for which leaving may be held up by the database."""


def opening_token(runtime: Runtime) -> str:
    """For a page on which nothing was pressed yet; kept nowhere."""
    body = int(runtime.now().timestamp()).to_bytes(TIME, "big") + secrets.token_bytes(FAMILY)
    return _sealed(runtime, body + bytes(BRANCH))


def new_token(runtime: Runtime) -> str:
    """Names a visitor's pages, without a first page before them; kept nowhere before the first press."""
    return next_token(runtime, opening_token(runtime))


def next_token(runtime: Runtime, token: str) -> str:
    """The token that takes the place of this one at a press: of its family and its time, and known to nobody yet."""
    return _sealed(runtime, urlsafe_b64decode(token)[: TIME + FAMILY] + secrets.token_bytes(BRANCH))


def is_opening(token: str) -> bool:
    """Whether it is a first page's, of one that is ours."""
    return not any(urlsafe_b64decode(token)[TIME + FAMILY : -SEAL])


def end_of(runtime: Runtime, token: str) -> datetime | None:
    """When the pages of a token end; None when they have ended, and for a token that we never made."""
    made = urlsafe_b64decode(token) if TOKEN.fullmatch(token) else b""
    body, seal = made[:-SEAL], made[-SEAL:]
    if not made or not hmac.compare_digest(seal, _seal(runtime, body)):
        return None
    issued, now = int.from_bytes(body[:TIME], "big"), runtime.now().timestamp()
    if abs(now - issued) >= LASTS.total_seconds():  # one from the future was made before our clock was put back
        return None
    return datetime.fromtimestamp(issued, UTC) + LASTS


async def leave(runtime: Runtime, token: str) -> None:
    """End the conversation and every page of this token; where the database is gone, in this process at least."""
    end = end_of(runtime, token)
    if end is None:
        return
    mark = _mark(runtime, token)
    left = LeftPage(full_hour(end), family_key(runtime, Address("web", token)))
    _keep(runtime, mark, left)
    if asyncio.get_running_loop().time() < runtime.health.pause_until:
        return
    try:
        async with asyncio.timeout(NOBODY_WAITS):
            await _write(runtime, {mark: left})
    except (Trouble, TimeoutError) as error:
        log.warning("database_gone", extra={"error": type(error).__name__})


async def has_left(runtime: Runtime, token: str) -> bool:
    """Whether this token was left. Without a database only what was left in this process is known."""
    mark = _mark(runtime, token)
    if mark in runtime.pending.left:
        return True

    async def known() -> bool:
        async with runtime.database.store() as store:
            return await store.left_pages.known(mark)

    return await outage.ask(runtime, known) or False


async def write_down(runtime: Runtime) -> None:
    """Hand over to the database what was left while it was gone. Raises Trouble while it still is."""
    now = runtime.now()
    runtime.pending.left = {mark: left for mark, left in runtime.pending.left.items() if left.until > now}
    if runtime.pending.left:
        await _write(runtime, runtime.pending.left.copy())


async def write_down_at_stop(runtime: Runtime) -> None:
    """When the program stops: what was left, where the database still takes it."""
    with suppress(Trouble):
        await write_down(runtime)


async def _write(runtime: Runtime, pages: dict[bytes, LeftPage]) -> None:
    try:
        async with runtime.database.store() as store:
            for mark, left in pages.items():
                await _end(store, mark, left)
    except Conflict:  # left twice at the same moment: the next round finds out which of them is written
        return
    for mark in pages:
        runtime.pending.left.pop(mark, None)


async def _end(store: Store, mark: bytes, left: LeftPage) -> None:
    await store.left_pages.add(mark, left.until)
    await store.conversations.delete_all(left.conversations)


def _keep(runtime: Runtime, mark: bytes, left: LeftPage) -> None:
    while len(runtime.pending.left) >= MOST_KEPT:
        del runtime.pending.left[next(iter(runtime.pending.left))]
    runtime.pending.left[mark] = left


def _sealed(runtime: Runtime, body: bytes) -> str:
    return urlsafe_b64encode(body + _seal(runtime, body)).decode()


def _seal(runtime: Runtime, body: bytes) -> bytes:
    """Another one than before families: what was left then has a mark that nobody looks for any more."""
    return hmac.digest(runtime.secrets.pages, b"family" + body, "sha256")[:SEAL]


def _mark(runtime: Runtime, token: str) -> bytes:
    """The same for the whole family."""
    family = urlsafe_b64decode(token)[: TIME + FAMILY]
    return hmac.digest(runtime.secrets.left, family, "sha256")[:16]
