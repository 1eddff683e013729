"""Tabs of Firefox and WebKit, walked like those of Chromium. Their drivers block, so each gesture has a thread."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from marionette_driver.marionette import Marionette

from tests.browsers.engines import AWAY, Engine

LOADED = "document.readyState === 'complete'"
REOPEN = """
    const { SessionStore } = ChromeUtils.importESModule("resource:///modules/sessionstore/SessionStore.sys.mjs");
    const tab = SessionStore.undoCloseTab(Services.wm.getMostRecentWindow("navigator:browser"), 0);
    const restored = arguments[arguments.length - 1];
    tab.addEventListener("SSTabRestored", () => restored(null), { once: true });
"""


class EngineTab:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def goto(self, url: str) -> None:
        await asyncio.to_thread(self.engine.go, url)

    async def arrives(self, url: str) -> None:
        await asyncio.to_thread(self.engine.comes, f"location.href === {json.dumps(url)} && {LOADED}")

    async def left(self, site: str) -> None:
        await asyncio.to_thread(self.engine.comes, f"!location.href.startsWith({json.dumps(site)})")

    async def shows(self, css: str) -> None:
        await asyncio.to_thread(self.engine.comes, f"document.querySelector({json.dumps(css)}) !== null")

    async def click(self, css: str) -> None:
        await self.shows(css)
        await self.run("(css) => document.querySelector(css).click()", css)  # at once, wherever it stands on the page

    async def type(self, css: str, text: str) -> None:
        await asyncio.to_thread(self.engine.type, css, text)

    async def run(self, script: str, given: Any = None) -> Any:
        return await asyncio.to_thread(self.engine.call, script, given)

    async def go(self, steps: int) -> None:
        for _ in range(abs(steps)):
            await asyncio.to_thread(self._leads_on, self.engine.forward if steps > 0 else self.engine.back)

    async def reload(self) -> None:
        await asyncio.to_thread(self._leads_on, self.engine.reload)

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _leads_on(self, gesture: Callable[[], None]) -> None:
        """Until another document stands there."""
        before = self.engine.document()
        with suppress(*AWAY):
            gesture()
        self.engine.comes_to(lambda: self.engine.document() not in {None, before}, "another document")

    def _close(self) -> None:
        self.engine.driver.close()
        self.engine.show(self.engine.tabs()[0])


class EngineBrowser:
    """Its first tab stays open, so that there is always one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def tab(self) -> EngineTab:
        return await asyncio.to_thread(self._opened, self.engine.open_tab)

    async def reopened(self) -> EngineTab | None:
        if not isinstance(self.engine.driver, Marionette):
            return None  # MiniBrowser has no such gesture
        return await asyncio.to_thread(self._opened, self._reopen)

    def _opened(self, gesture: Callable[[], None]) -> EngineTab:
        before = set(self.engine.tabs())
        gesture()
        (fresh,) = self.engine.comes_to(lambda: set(self.engine.tabs()) - before)
        self.engine.show(fresh)
        return EngineTab(self.engine)

    def _reopen(self) -> None:
        with self.engine.driver.using_context("chrome"):
            self.engine.driver.execute_async_script(REOPEN)


@asynccontextmanager
async def own(
    start: Callable[[Path, bool], AbstractContextManager[Engine]], home: Path, script: bool
) -> AsyncIterator[EngineBrowser]:
    started = start(home, script)
    engine = await asyncio.to_thread(started.__enter__)
    try:
        yield EngineBrowser(engine)
    finally:
        await asyncio.to_thread(started.__exit__, None, None, None)
