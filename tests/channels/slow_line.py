"""A line between browser and program that does what the next press meets: it holds, cuts, or answers for us."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.async_api import Error, Page, Route

from tests.channels.web import OF_TODAY
from tests.faces import NOON
from tests.patience import patiently

CUT = "cut"
"""The program never hears of it."""
LOST = "lost"
"""The program hears it; its answer never arrives."""
HELD = "held"
"""Neither arrives before the test lets it through; then both do."""
SILENT = "silent"
"""The program hears it; nothing arrives, and nobody says that nothing will."""
PORTAL = "portal"
"""Somebody else's page, with a good status: a hotel's."""
BAD_GATEWAY = "bad gateway"
TORN = "torn"
"""The beginning of our page, with a good status."""
LIES = (CUT, LOST, PORTAL, BAD_GATEWAY, TORN)


@dataclass
class PausedClock:
    """The clock of a browser, on which nothing is due before the test says so: what waits a second waits for that."""

    page: Page

    @classmethod
    async def of(cls, page: Page) -> "PausedClock":
        """Before the first page is opened."""
        await page.clock.install(time=NOON)
        return cls(page)

    async def pause(self) -> None:
        await self.page.clock.pause_at(NOON + timedelta(minutes=10))

    async def run(self, seconds: int) -> None:
        await self.page.clock.run_for(seconds * 1000)


@dataclass
class SlowLine:
    """`next` is what the presses to come meet, one after the other; after the last they get through."""

    next: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """What each press posted."""
    came: asyncio.Event = field(default_factory=asyncio.Event)
    held: list[Route] = field(default_factory=list)

    @classmethod
    async def of(cls, page: Page, url: str, meets: Sequence[str] = ()) -> "SlowLine":
        line = cls(list(meets))
        await page.route(url, line.carry)
        return line

    async def carry(self, route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        self.sent.append(route.request.post_data or "")
        meets = self.next.pop(0) if self.next else ""
        self.came.set()
        with suppress(Error):  # the page asks no more for it
            await self._meet(route, meets)

    async def presses(self, count: int) -> None:
        """Wait until so many presses have come this far."""
        async with patiently():
            while len(self.sent) < count:
                self.came.clear()
                await self.came.wait()

    async def lets_through(self) -> None:
        """What was held goes on, unless the page asks no more for it."""
        while self.held:
            with suppress(Error):
                await self.held.pop(0).continue_()

    async def _meet(self, route: Route, meets: str) -> None:
        match meets:
            case "cut":
                await route.abort("connectionreset")
            case "lost":
                await route.fetch(headers={**route.request.headers, **OF_TODAY})
                await route.abort("connectionreset")
            case "held":
                self.held.append(route)
            case "silent":
                await route.fetch(headers={**route.request.headers, **OF_TODAY})
            case "portal":
                await route.fulfill(status=200, content_type="text/html", body="<h1>Hotel</h1><form></form>")
            case "bad gateway":
                await route.fulfill(status=502, content_type="text/html", body="<p>Bad gateway</p>")
            case "torn":
                answer = await route.fetch(headers={**route.request.headers, **OF_TODAY})
                whole = await answer.text()
                await route.fulfill(status=200, content_type="text/html", body=whole[: len(whole) // 3])
            case _:
                await route.continue_()
