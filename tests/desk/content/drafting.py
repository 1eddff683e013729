"""A draft on its way to the people, as an editor and an approver take it there: in a browser, or form by form."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from aiohttp import ClientSession, FormData
from playwright.async_api import Page, expect

from bot.runtime import Runtime
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, SignedIn
from tests.desk.browsing import Desk, accessible, leads_on
from tests.pictures import picture


async def shows(page: Page, name: str) -> None:
    """A page of docs/editing.md, with its picture."""
    await accessible(page)
    await picture(page, name)


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
        await shows(desk.page, shot)
    await desk.page.click("form[action$='/approve'] button")
    await expect(desk.page.locator("[role=status]")).to_contain_text("Publicēts.")


@dataclass
class Editing:
    """Eva in her browser, with a draft of hers."""

    runtime: Runtime
    browser: ClientSession
    eva: SignedIn
    draft_id: str

    @property
    def files(self) -> str:
        return f"/content/drafts/{self.draft_id}/files"

    async def takes_along(self, name: str) -> bytes:
        async with self.browser.get(f"{self.files}/{name}") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            return await answer.read()

    async def brings_back(self, name: str, data: bytes, status: int = 200) -> str:
        return await self.sends(self.files, {}, status, (name, data))

    async def takes(self, page: str, status: int = 200, *also: str) -> str:
        kept = re.search(r'name="kept" value="([^"]*)"', page)
        assert kept
        fields = {"kept": unescape(kept[1]), "name": "a.po"}
        return await self.sends(f"{self.files}/take", fields, status, also=also)

    async def sends(
        self,
        path: str,
        fields: Mapping[str, str],
        status: int = 200,
        file: tuple[str, bytes] | None = None,
        also: tuple[str, ...] = (),
    ) -> str:
        form = FormData(default_to_multipart=True)
        for name, value in (*fields.items(), *(("also", key) for key in also)):
            form.add_field(name, value)
        if file:
            form.add_field("file", io.BytesIO(file[1]), filename=file[0], content_type="application/octet-stream")
        async with self.browser.post(path, data=form) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def draft(self) -> Draft:
        return await drafts.read_draft(self.runtime, self.draft_id)

    async def said(self, key: str, language: str) -> str:
        return drafts.readable(await self.draft()).text(key, language)
