"""The history of a browser's tab, and the files in which a browser keeps it."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from playwright.async_api import CDPSession, Error, Page

from tests.patience import patiently, tries_meanwhile


class History:
    """The history of a tab, as the browser's own buttons walk it. What is asked of a browser's protocol has no end of
    its own: a page that hangs would let a test wait for ever."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page, self.devtools = page, devtools

    @classmethod
    async def of(cls, page: Page) -> "History":
        async with patiently():
            return cls(page, await page.context.new_cdp_session(page))

    async def entries(self) -> list[tuple[str, str]]:
        async with patiently():
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
        async with patiently():
            found = await self.devtools.send("Page.getNavigationHistory")
            entry = found["entries"][found["currentIndex"] + steps]
            async with self.page.expect_event("framenavigated"):
                await self.devtools.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})

    async def reload(self) -> None:
        """After a step Chromium may still be exchanging the tab's process: it refuses then, and is asked again."""
        async for _ in tries_meanwhile():
            with suppress(Error):
                async with patiently():
                    await self.page.reload()
                return
        raise AssertionError("the page could not be loaded again")


def in_profile(profile: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Which of the words stand in which files of a browser's profile, in either of the ways in which it writes text."""
    files = {path: unpacked(path.read_bytes()) for path in profile.rglob("*") if path.is_file()}
    found: dict[str, set[str]] = {}
    for word in words:
        written = {word.encode(), word.encode("utf-16-le")}
        for path, content in files.items():
            if any(spelling in content for spelling in written):
                found.setdefault(word, set()).add(str(path.relative_to(profile)))
    return found


MOZILLA = b"mozLz40\0"


def unpacked(content: bytes) -> bytes:
    """Firefox packs its session files (LZ4, one block after a name and the length): in them no word stands as it is."""
    if not content.startswith(MOZILLA):
        return content
    block, at, out = content[len(MOZILLA) + 4 :], 0, bytearray()

    def length(short: int, at: int) -> tuple[int, int]:
        """Fifteen is followed by what is to be added, byte by byte, up to one that is not 255."""
        more, last = short, 255 if short == 15 else 0
        while last == 255:
            last, at = block[at], at + 1
            more += last
        return more, at

    while at < len(block):
        token, at = block[at], at + 1
        literals, at = length(token >> 4, at)
        out += block[at : at + literals]
        at += literals
        if at >= len(block):
            break
        back = int.from_bytes(block[at : at + 2], "little")
        again, at = length(token & 15, at + 2)
        for _ in range(again + 4):
            out.append(out[-back])
    return bytes(out)
