"""A draft on its way to the people, as an editor and an approver take it there in a browser."""

from playwright.async_api import Page, expect

from tests.desk.browsing import PICTURES, Desk, accessible, leads_on


async def picture(page: Page, name: str) -> None:
    """One of docs/editing.md."""
    await accessible(page)
    await page.screenshot(path=PICTURES / f"editing-{name}.png")


async def signs_in(desk: Desk, login: str) -> None:
    desk.clock.move(seconds=31)  # no code works twice
    if await desk.page.locator("#sign-out button").count():
        await desk.sign_out()
    await desk.sign_in_to_the_demonstration(login)
    await desk.page.wait_for_url("**/content")


async def proposes(page: Page, draft: str, note: str) -> None:
    """The older texts of other languages are still right."""
    await page.goto(f"{draft}/changes")
    await accessible(page)
    while await page.locator("#outdated form button").count():
        await leads_on(page, "#outdated form button")
    await expect(page.get_by_role("heading", name="Publicēšanai nekas netraucē")).to_be_visible()
    await page.fill("[name=note]", note)
    await page.click("form[action$='/propose'] button")
    await expect(page.locator("[role=status]")).to_contain_text("Iesniegts.")


async def approves(desk: Desk, draft: str, shot: str = "") -> None:
    await signs_in(desk, "andris")
    await desk.page.goto(f"{draft}/changes")
    if shot:
        await picture(desk.page, shot)
    await desk.page.click("form[action$='/approve'] button")
    await expect(desk.page.locator("[role=status]")).to_contain_text("Publicēts.")
