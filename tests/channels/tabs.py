"""A tab as a person's fingers know it, whatever browser it is in: so that one walk is walked in each of them."""

import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Browser, BrowserContext, Error, Page

from tests.channels.history import History
from tests.patience import PATIENCE_MS, patiently

REOPENING = {
    "manifest_version": 3,
    "name": "reopens what was closed",
    "version": "1",
    "permissions": ["sessions", "tabs"],
    "background": {"service_worker": "worker.js"},
}
"""An extension that does what Ctrl+Shift+T does: no driver's protocol has a word for it."""


class Tab(Protocol):
    """One tab. Whatever it waits for, it waits with an end."""

    async def goto(self, url: str) -> None: ...

    async def arrives(self, url: str) -> None:
        """Wait till this address has loaded."""

    async def left(self, site: str) -> None:
        """Wait till an address of another site is there."""

    async def shows(self, css: str) -> None:
        """Wait till there is such an element."""

    async def click(self, css: str) -> None:
        """The first of them that can be seen."""

    async def type(self, css: str, text: str) -> None: ...

    async def run(self, script: str, given: Any = None) -> Any:
        """A function, run on the page from outside: also where its own scripts do not run."""

    async def go(self, steps: int) -> None:
        """Back or forward by this many steps."""

    async def reload(self) -> None: ...

    async def close(self) -> None: ...


class OwnBrowser(Protocol):
    """A browser as on somebody's own device, which writes its profile into a folder."""

    async def tab(self) -> Tab: ...

    async def reopened(self) -> Tab | None:
        """The tab that was closed last, with its whole history; None where no driver can bring it back."""


class ChromiumTab:
    """Playwright's own waits have an end; what it only asks of the page has none, so it gets one here."""

    def __init__(self, page: Page, history: History) -> None:
        self.page, self.history = page, history

    @classmethod
    async def of(cls, page: Page) -> "ChromiumTab":
        return cls(page, await History.of(page))

    async def goto(self, url: str) -> None:
        await self.page.goto(url)

    async def arrives(self, url: str) -> None:
        await self.page.wait_for_url(url)

    async def left(self, site: str) -> None:
        elsewhere = re.compile(f"^(?!{re.escape(site)})")
        await self.page.wait_for_url(elsewhere, wait_until="commit")  # one that was kept in memory does not load

    async def shows(self, css: str) -> None:
        await self.page.locator(css).first.wait_for(state="attached")

    async def click(self, css: str) -> None:
        await self.page.locator(css).first.click()

    async def type(self, css: str, text: str) -> None:
        await self.page.fill(css, text)

    async def run(self, script: str, given: Any = None) -> Any:
        async with patiently():
            return await self.page.evaluate(script, given)

    async def go(self, steps: int) -> None:
        await self.history.go(steps)

    async def reload(self) -> None:
        await self.history.reload()

    async def close(self) -> None:
        async with patiently():
            await self.page.close()


class Chromium:
    def __init__(self, context: BrowserContext) -> None:
        self.context = context

    async def tab(self) -> ChromiumTab:
        return await ChromiumTab.of(await self.context.new_page())

    async def reopened(self) -> ChromiumTab:
        async with patiently(), self.context.expect_page() as opening:
            await self.context.pages[0].evaluate("() => chrome.sessions.restore().then(() => null)")
        return await ChromiumTab.of(await opening.value)


@asynccontextmanager
async def own_chromium(chromium: Browser, program: str, folder: Path, script: bool = True) -> AsyncIterator[Chromium]:
    """It keeps whole pages in memory, and writes its profile into a folder."""
    extension = folder.with_name("reopening")
    extension.mkdir()
    (extension / "manifest.json").write_text(json.dumps(REOPENING))
    (extension / "worker.js").touch()
    (extension / "page.html").write_text("<!doctype html><title>reopens</title>")
    context = await chromium.browser_type.launch_persistent_context(
        folder,
        java_script_enabled=script,
        locale="lv-LV",
        executable_path=program,
        args=[
            f"--disable-extensions-except={extension}",
            f"--load-extension={extension}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ],
        ignore_default_args=["--disable-extensions", "--disable-back-forward-cache"],
        timeout=PATIENCE_MS,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        worker = next(iter(context.service_workers), None) or await context.wait_for_event("serviceworker")
        await context.pages[0].goto(worker.url.replace("worker.js", "page.html"))
        yield Chromium(context)
    finally:
        with suppress(Error):
            async with patiently():
                await context.close()
