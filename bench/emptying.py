"""20,000 conversations end at once: how long until their chats are empty, while other people keep pressing."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bench import scenarios, targets, way
from bench.scenarios import NEW_CHATS, Bench

CHATS = 20_000
LOOKED_AT_EVERY = 20.0
"""Seconds between two runs of the job: at worst everything ends right after one."""
PRESSING = {"people": 20, "think": 0.5, "first": NEW_CHATS, "warm_up": 0.5, "delay": 0.05}


async def emptying(bench: Bench) -> None:
    """Measure our part only: the bench's Bot API accepts every call in 50 ms. Telegram accepts some thirty a second."""
    bench.table.heading(f"{CHATS:,} conversations end at once, and their chats are emptied, beside 20 people who press")
    bench.table.columns()
    await scenarios.filled("emptied", CHATS, over_in=0)
    async with targets.blakus(bench.load.api, "emptied", keep=True) as target:
        begun = time.monotonic()
        pressing = asyncio.create_task(bench.load.run(target, way.ours(), seconds=60, **PRESSING))
        assert target.folder
        ended = emptied = 0.0
        while not emptied and time.monotonic() < begun + 600:
            open_, full = await asyncio.to_thread(_remaining, target.folder / "blakus.sqlite")
            if not ended and open_ <= PRESSING["people"]:
                ended = time.monotonic() - begun
            if ended and not full:
                emptied = time.monotonic() - begun
            await asyncio.sleep(0.5)
        bench.table.run("beside it", await pressing)
    bench.table.say(
        f"  the last conversation had ended after {ended:.0f} s, the last chat was empty after {emptied:.0f} s"
    )
    worst = emptied + LOOKED_AT_EVERY if emptied else None
    bench.table.at_most(f"chats of {CHATS:,} conversations emptied after their time", 120, worst, " s")


def _remaining(file: Path) -> tuple[int, int]:
    """Count open conversations, and chats still to be emptied."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        (open_,) = database.execute("SELECT count(*) FROM conversations").fetchone()
        (full,) = database.execute("SELECT count(*) FROM traces").fetchone()
    return open_, full
