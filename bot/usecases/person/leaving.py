"""Leaving a page for good: its token expires after a day, and at once when the person leaves.

Every page carries a token that says, under our seal, when it was made. A browser may bring a page back from its history
or a restored session and post it again. If its token has expired or was left, the server shows what any newcomer sees.
A keyed hash of a left token is remembered until its day is over; expired ones need none.

The token of a first page belongs to no conversation: each press starts one, under a token that no page had before. So
nobody who put a first page into somebody's browser can look on. All pages that follow from one first page are a family
and are left together, whichever of them is still open.
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
"""How long the pages of one token work. The conversation ends much sooner, but a filled-in form may wait."""
TIME, FAMILY, BRANCH, SEAL = 5, 8, 8, 9
"""Bytes of a token: when its first page was made, random numbers for the family and for the page within it, and our
seal. On a first page the second number is zero."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{40}")
MOST_KEPT = 10_000
"""Marks held in memory while the database is gone; beyond that the oldest are dropped."""
NOBODY_WAITS = 1.0
"""Seconds that the database may delay leaving."""


def opening_token(runtime: Runtime) -> str:
    """Make the token of a first page. It is stored nowhere."""
    body = int(runtime.now().timestamp()).to_bytes(TIME, "big") + secrets.token_bytes(FAMILY)
    return _sealed(runtime, body + bytes(BRANCH))


def new_token(runtime: Runtime) -> str:
    """Make a token for a visitor's pages without a first page. It is stored nowhere before the first press."""
    return next_token(runtime, opening_token(runtime))


def next_token(runtime: Runtime, token: str) -> str:
    """Make the token that replaces this one at a press: same family and time, and known to nobody yet."""
    return _sealed(runtime, urlsafe_b64decode(token)[: TIME + FAMILY] + secrets.token_bytes(BRANCH))


def is_opening(token: str) -> bool:
    """Whether a valid token is a first page's."""
    return not any(urlsafe_b64decode(token)[TIME + FAMILY : -SEAL])


def end_of(runtime: Runtime, token: str) -> datetime | None:
    """Return when a token expires; None if it has expired or we never made it."""
    made = urlsafe_b64decode(token) if TOKEN.fullmatch(token) else b""
    body, seal = made[:-SEAL], made[-SEAL:]
    if not made or not hmac.compare_digest(seal, _seal(runtime, body)):
        return None
    issued, now = int.from_bytes(body[:TIME], "big"), runtime.now().timestamp()
    if abs(now - issued) >= LASTS.total_seconds():  # one from the future was made before our clock was set back
        return None
    return datetime.fromtimestamp(issued, UTC) + LASTS


async def leave(runtime: Runtime, token: str) -> None:
    """End the conversation and all pages of this token; without a database, in this process at least."""
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
    """Whether this token was left. Without a database, only this process's own marks are known."""
    mark = _mark(runtime, token)
    if mark in runtime.pending.left:
        return True

    async def known() -> bool:
        async with runtime.database.store() as store:
            return await store.left_pages.known(mark)

    return await outage.ask(runtime, known) or False


async def write_down(runtime: Runtime) -> None:
    """Store the marks made while the database was gone. Raises Trouble while it still is."""
    now = runtime.now()
    runtime.pending.left = {mark: left for mark, left in runtime.pending.left.items() if left.until > now}
    if runtime.pending.left:
        await _write(runtime, runtime.pending.left.copy())


async def write_down_at_stop(runtime: Runtime) -> None:
    """Store waiting marks when the program stops, if the database is still there."""
    with suppress(Trouble):
        await write_down(runtime)


async def _write(runtime: Runtime, pages: dict[bytes, LeftPage]) -> None:
    try:
        async with runtime.database.store() as store:
            for mark, left in pages.items():
                await _end(store, mark, left)
    except Conflict:  # left twice at the same moment: the next round sees which of them was written
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
    """Differs from the seal used before there were families, so that older tokens are void."""
    return hmac.digest(runtime.secrets.pages, b"family" + body, "sha256")[:SEAL]


def _mark(runtime: Runtime, token: str) -> bytes:
    """Return the mark of the token's whole family."""
    family = urlsafe_b64decode(token)[: TIME + FAMILY]
    return hmac.digest(runtime.secrets.left, family, "sha256")[:16]
