"""The history of a browser's tab, and the files in which a browser keeps it."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from playwright.async_api import CDPSession, Error, Page

from tests.patience import tries_meanwhile


class History:
    """The history of a tab, as the browser's own buttons walk it."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page, self.devtools = page, devtools

    @classmethod
    async def of(cls, page: Page) -> "History":
        return cls(page, await page.context.new_cdp_session(page))

    async def entries(self) -> list[tuple[str, str]]:
        found = await self.devtools.send("Page.getNavigationHistory")
        return [(entry["url"], entry["title"]) for entry in found["entries"]]

    async def at(self) -> int:
        found = await self.devtools.send("Page.getNavigationHistory")
        return int(found["currentIndex"])

    async def back(self) -> None:
        """As the system's own button, to wherever it leads, a page of the same document included."""
        found = await self.devtools.send("Page.getNavigationHistory")
        await self.devtools.send(
            "Page.navigateToHistoryEntry", {"entryId": found["entries"][found["currentIndex"] - 1]["id"]}
        )

    async def go(self, steps: int) -> None:
        found = await self.devtools.send("Page.getNavigationHistory")
        entry = found["entries"][found["currentIndex"] + steps]
        async with self.page.expect_event("framenavigated"):
            await self.devtools.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})

    async def reload(self) -> None:
        """After a step Chromium may still be exchanging the tab's process: it refuses then, and is asked again."""
        async for _ in tries_meanwhile():
            with suppress(Error):
                await self.page.reload()
                return
        raise AssertionError("the page could not be loaded again")


def in_profile(profile: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Which of the words stand in which files of a browser's profile, in either of the ways in which it writes text."""
    files = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    found: dict[str, set[str]] = {}
    for word in words:
        written = {word.encode(), word.encode("utf-16-le")}
        for path, content in files.items():
            if any(one in content for one in written):
                found.setdefault(word, set()).add(str(path.relative_to(profile)))
    return found
