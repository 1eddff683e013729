"""The pictures of README.md and docs/: a test walks to the page each shows, and `make pictures` takes them on the way.

Those of docs/operating.md that show a machine are taken by `make rehearsal`; a test walks to what they show, too.

A test run only looks that the page is there and has its picture, so that it leaves the checkout as it was, and a word
that changed on a page turns nothing red. A test that takes pictures is marked `pictures`.
"""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
taking = False
"""Set for the whole run by `pytest --pictures`."""


async def picture(of: Page | Locator, name: str) -> None:
    """Take the picture of a window as people see it, or of one part of the page, where this run takes pictures."""
    await expect(of.locator("body") if isinstance(of, Page) else of).to_be_visible()
    if taking:
        await of.screenshot(path=place(name))
    assert place(name).is_file(), f"{place(name)} is missing: make pictures"


def drawn(png: bytes, name: str) -> None:
    """Keep a picture that was drawn without a browser, where this run takes pictures."""
    if taking:
        place(name).write_bytes(png)
    assert place(name).is_file(), f"{place(name)} is missing: make pictures"


def rehearsed(name: str) -> None:
    """Here is what a picture shows that `make rehearsal` takes, so nothing is taken."""
    assert place(name).is_file(), f"{place(name)} is missing: make rehearsal"


def place(name: str) -> Path:
    return FOLDER / f"{name}.png"
