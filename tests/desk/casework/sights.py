"""What lies in the window of a browser, and pressing as a hand does it: nothing is scrolled into view first."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

DESK = (1280, 800)
PHONE = (390, 844)
A_THIRD = 1 / 3
IN_SIGHT = """(node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && bottom > top;
    const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return inside && (node === met || node.contains(met) || (met?.contains(node) ?? false));
}"""
"""Whole, and not under something else."""


@dataclass
class Hand:
    """Counts presses. Each must be possible where the page stands; on a phone, where a thumb reaches."""

    page: Page
    size: tuple[int, int]
    presses: int = 0

    async def hold(self) -> None:
        await self.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})

    async def press(self, what: str | Locator) -> None:
        target = self.page.locator(what).first if isinstance(what, str) else what.first
        await expect(target).to_be_enabled()
        assert await target.evaluate(IN_SIGHT), f"{what} is not in sight"
        box = await target.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert self.size == DESK or y >= self.size[1] * A_THIRD, f"{what} is out of a thumb's reach"
        await self.stands_still()
        await self.page.mouse.click(x, y)
        self.presses += 1

    async def stands_still(self) -> None:
        assert await self.page.evaluate("scrollY") == 0


async def in_sight(page: Page, *what: str) -> list[str]:
    """Those of them that lie in the window whole."""
    return [selector for selector in what if await page.locator(selector).first.evaluate(IN_SIGHT)]
