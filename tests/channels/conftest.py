"""What these tests share: the chat and the form on a real port, the real bot on a fake Bot API over HTTP, and a browser
that remembers whole pages."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.forms import Visitor, furnish, visiting
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.channels.web import WebChat, web_chat
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


@pytest.fixture
async def identity(runtime: Runtime) -> Identity:
    return await furnish(runtime)


@pytest.fixture
async def site(runtime: Runtime, identity: Identity) -> AsyncIterator[Visitor]:
    async with visiting(runtime) as one:
        yield one


@pytest.fixture
async def visitor(site: Visitor) -> Visitor:
    """The same, where nobody looks through a browser."""
    return site


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as started:
        yield started


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
