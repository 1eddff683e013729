"""How long a test waits for an event: long. A busy machine is no reason to fail, and only what never comes takes it.

The one place with such a number: tests/test_house.py refuses every other, and every test that looks at a watch.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from playwright.async_api import Browser, BrowserContext, BrowserType, expect

PATIENCE = float(os.environ.get("TEST_PATIENCE", "300"))
"""Seconds. `make mutants` waits for less: what it breaks may be what a test waits for."""
PATIENCE_MS = PATIENCE * 1000
LOOK = 0.05
"""Seconds between two looks at what another process does: it sets no event of ours."""

expect.set_options(timeout=PATIENCE_MS)
os.environ["PGCTLTIMEOUT"] = str(int(PATIENCE))  # read by PostgreSQL's pg_ctl when it starts, stops or promotes


def patiently() -> asyncio.Timeout:
    """Around a wait for an event: `async with patiently(): await event.wait()`."""
    return asyncio.timeout(PATIENCE)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    async with patiently():
        while not holds():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(LOOK)


def tries() -> Iterator[None]:
    """`for _ in tries():` tries again, with a pause between, until it works (leave the loop) or patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        yield
        time.sleep(LOOK)


async def tries_meanwhile() -> AsyncIterator[None]:
    """The same where others go on meanwhile."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        yield
        await asyncio.sleep(LOOK)


async def launched(kind: BrowserType, program: str, **how: Any) -> Browser:
    """A browser of this machine."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    args = [*how.pop("args", ()), *as_root]
    return await kind.launch(executable_path=program, args=args, timeout=PATIENCE_MS, **how)


async def profile(browser: Browser, **how: Any) -> BrowserContext:
    """A fresh profile in it, whose pages wait long for whatever they wait for."""
    context = await browser.new_context(**how)
    context.set_default_timeout(PATIENCE_MS)
    return context
