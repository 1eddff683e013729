"""What these tests share: the real bot on a fake Bot API over HTTP, and a browser that remembers whole pages."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.channels.fake_telegram import FakeTelegram
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.faces import Clock
from tests.patience import launched


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


@pytest.fixture(scope="session")
def program_of_chromium(chromium: Browser) -> str:
    """Where Chromium is; `chromium` has skipped the test loudly where it is nowhere."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))


@pytest.fixture
async def remembering(chromium: Browser, program_of_chromium: str) -> AsyncIterator[Browser]:
    """A browser that keeps whole pages in memory for Back, as people's browsers do and Playwright's does not."""
    back = "--disable-back-forward-cache"
    browser = await launched(chromium.browser_type, program_of_chromium, ignore_default_args=[back])
    yield browser
    await browser.close()
