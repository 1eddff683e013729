"""Fill a database with open conversations before the program starts, written as the program writes them."""

import asyncio
import hmac
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bench.load import FIRST_CHAT
from bench.way import SECRET
from bot.engine.state import State, Step
from bot.runtime import Secrets, utc_now
from bot.usecases.person.converse import HARD_LIMIT, IDLE
from bot.usecases.person.memory import Memory
from storage.database import Database

AT_ONCE = 500
WAY = ("start", "menu", "request.start", "request.gate", "request.age", "request.place", "request.topics")


def memory(number: int, chat: int) -> Memory:
    """A person midway: a few steps taken, the last updates and messages known."""
    steps = 1 + number % len(WAY)
    answers = (("danger_gate", ("no",)), ("age_band", ("adult",)), ("place", ("balvu-novads",)))[: max(0, steps - 4)]
    trail = tuple(Step(screen, ("menu",) if place > 1 else ()) for place, screen in enumerate(WAY[: steps - 1]))
    updates = tuple(750_000_000 + number * 10 + place for place in range(min(steps, 8)))
    return Memory(State(WAY[steps - 1], "lv", answers, trail), str(chat), (1000 + number % 9000,), updates)


async def fill(file: Path, count: int, idle_at: datetime | None = None) -> float:
    """Add `count` conversations, from FIRST_CHAT on. Return how many bytes each takes on disk."""
    secrets = Secrets(SECRET)
    database = Database(f"sqlite:///{file}", secrets.storage)
    await database.open()
    await database.shrink()
    empty, now = file.stat().st_size, utc_now()  # noqa: ASYNC240
    for start in range(0, count, AT_ONCE):
        async with database.store() as store:
            for number in range(start, min(start + AT_ONCE, count)):
                chat = FIRST_CHAT + number
                key = _mark(secrets, chat)
                kept = memory(number, chat).to_bytes()
                ends = now + HARD_LIMIT
                await store.conversations.put(key, "telegram", kept, idle_at or now + IDLE, ends, None)
    await database.shrink()
    await database.close()
    return (file.stat().st_size - empty) / count  # noqa: ASYNC240


def _mark(secrets: Secrets, chat: int) -> bytes:
    return hmac.digest(secrets.addresses, f"telegram\0{chat}".encode(), "sha256")[:16]


if __name__ == "__main__":
    over_in = float(sys.argv[3]) if len(sys.argv) > 3 else None
    when = utc_now() + timedelta(seconds=over_in) if over_in is not None else None
    print(asyncio.run(fill(Path(sys.argv[1]), int(sys.argv[2]), when)))
