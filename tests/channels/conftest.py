"""What these tests share: the real bot on a fake Bot API over HTTP, and a browser that remembers whole pages."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.channels.fake_telegram import FakeTelegram
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.faces import Clock


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeTelegram]:
    fake = await FakeTelegram(clock).start()
    yield fake
    await fake.stop()


@pytest.fixture
async def talk(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> AsyncIterator[Talk]:
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake) as bot:
        fake.patient = True
        yield Talk(fake, bot, runtime, clock, fake.person(), tmp_path / "blakus.sqlite")
        fake.patient = False


@pytest.fixture
def program_of_chromium(chromium: Browser) -> tuple[str, list[str]]:
    """Where Chromium is, and how it has to be started here."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    return program, ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture
async def remembering(chromium: Browser, program_of_chromium: tuple[str, list[str]]) -> AsyncIterator[Browser]:
    """A browser that keeps whole pages in memory for Back, as people's browsers do and Playwright's does not."""
    program, args = program_of_chromium
    browser = await chromium.browser_type.launch(
        executable_path=program, args=args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    await browser.close()
