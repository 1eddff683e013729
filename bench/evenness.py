"""Can somebody who watches the line tell a right receipt code from a wrong one by the time of the answer?"""

import random
import re
import time
from collections.abc import Sequence
from datetime import timedelta

from aiohttp import ClientSession

from bench import targets
from bench.scenarios import Bench
from bench.way import SECRET
from bot.content import read
from bot.runtime import Runtime, Secrets, utc_now
from bot.settings import Settings
from bot.usecases.casework import receipts
from storage.contact_requests import ContactRequest
from storage.database import Database

TRIED = 100
"""Lookups with the right code, and as many with wrong ones, in random order."""
FARTHEST = 4.0
"""Standard deviations: two equal series lie this far apart once in fifteen thousand runs."""
RIGHT = "1234567812345678"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
OURS = {"Sec-Fetch-Site": "same-origin"}


async def evenness(bench: Bench) -> None:
    """Look up one code after another, because our own queue would blur the difference."""
    bench.table.heading(f"A receipt code looked up {2 * TRIED} times: do right and wrong ones take equally long?")
    async with targets.blakus(bench.load.api, "evenness"):
        pass  # this set up its service
    await _store_request()
    took: dict[bool, list[float]] = {True: [], False: []}
    async with targets.blakus(bench.load.api, "evenness", keep=True) as target, ClientSession(headers=OURS) as visitor:
        url = f"http://127.0.0.1:{target.port}/form"
        for right in random.sample([True, False] * TRIED, 2 * TRIED):
            async with visitor.post(url, data={"do": "code.en"}) as page:
                fields = dict(HIDDEN.findall(await page.text()))
            code = RIGHT if right else f"{random.randrange(10**16):016}"
            begun = time.perf_counter()
            async with visitor.post(url, data={**fields, "do": "look", "code": code}) as page:
                found = 'data-screen="form.standing"' in await page.text()
            took[right].append(time.perf_counter() - begun)
            if found != right:
                raise RuntimeError("the answer is not the one that was asked for")
    medians = {right: sorted(series)[TRIED] * 1000 for right, series in ((k, [*v, v[0]]) for k, v in took.items())}
    bench.table.say(f"  median: right {medians[True]:.0f} ms, wrong {medians[False]:.0f} ms")
    distance = abs(apart(took[True], took[False]))
    bench.table.at_most("right and wrong codes: standard deviations between them", FARTHEST, distance, "")


def apart(some: Sequence[float], others: Sequence[float]) -> float:
    """The distance of two series in standard deviations of the U statistic (Mann and Whitney 1947)."""
    above = sum((value > other) + (value == other) / 2 for value in some for other in others)
    m, n = len(some), len(others)
    return (above - m * n / 2) / float(m * n * (m + n + 1) / 12) ** 0.5


async def _store_request() -> None:
    """Store a request whose code we know."""
    secrets = Secrets(SECRET)
    database = Database(f"sqlite:///{targets.VAR / 'evenness' / 'blakus.sqlite'}", secrets.storage)
    await database.open()
    now = utc_now()
    hashed = await receipts.hashed(Runtime(database, read(), Settings(), secrets, utc_now), RIGHT)
    async with database.store() as store:
        (service, *_) = await store.services.all()
        await store.requests.add(
            ContactRequest(
                id="e" * 32, once_hash=b"once", receipt_hash=hashed, service_id=service.id, sealed=b"x" * 8500,
                priority="in_order", language="en", created_hour=now, read_by=now + timedelta(days=1),
                purge_at=now + timedelta(days=29),
            )
        )  # fmt: skip
    await database.close()
