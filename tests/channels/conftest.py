"""Telegram, as the tests of this channel play it: a fake Bot API over HTTP, and the real bot that talks to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
