"""The README's picture of Telegram, drawn from the message that the bot really sent."""

from html import escape

import pytest
from playwright.async_api import expect

from bot.runtime import Runtime
from tests.channels.telegram_face import telegram_face
from tests.conftest import OpenPage
from tests.faces import Clock
from tests.pictures import picture

STYLE = """
body{margin:0;font:15px/1.4 system-ui,sans-serif;background:#dfe7df}
header{background:#fff;padding:12px 16px;font-weight:600;border-bottom:1px solid #ccc}
main{padding:12px;max-width:340px}.text{background:#fff;border-radius:12px;padding:10px 12px;white-space:pre-wrap}
.row{display:flex;gap:4px;margin-top:4px}
.row span{flex:1;text-align:center;background:#6f8f7acc;color:#fff;border-radius:8px;padding:9px 4px}
"""


@pytest.mark.pictures
async def test_the_picture_of_telegram_shows_one_message_with_its_buttons(
    runtime: Runtime, clock: Clock, browser_page: OpenPage
) -> None:
    async with telegram_face(runtime, clock, "lv") as face:
        await face.do("start")
        (message,) = face.person.chat.alive
        rows = (message.markup or {})["inline_keyboard"]
    drawn = "".join(
        '<div class="row">' + "".join(f"<span>{escape(button['text'])}</span>" for button in row) + "</div>"
        for row in rows
    )
    page = await browser_page()
    text = f'<div class="text">{escape(message.text)}</div>'
    await page.set_content(f"<style>{STYLE}</style><header>Blakus</header><main>{text}{drawn}</main>")
    await expect(page.locator(".row span")).to_have_count(sum(len(row) for row in rows))
    await picture(page, "telegram")
