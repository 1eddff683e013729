"""What somebody writes on Telegram is in no log and in no file, however talkative the logs are and whatever fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.channels.telegram_troubles import garbage
from tests.faces import Clock

CANARIES = ("zilonis", "kastanis", "dzeguze")


async def test_what_she_writes_is_in_no_log_and_in_no_database(
    tmp_path: Path, fake: FakeTelegram, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with every_word_logged(caplog):
        async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake) as bot:
            fake.patient = True
            talk = Talk(fake, bot, runtime, clock, fake.person(name=CANARIES[0]), tmp_path / "blakus.sqlite")
            await talk.anna.start()
            await talk.anna.type(CANARIES[1])
            await talk.anna.send("photo", caption=CANARIES[2])
            await talk.anna.edit(await talk.anna.type(CANARIES[1]), CANARIES[2])
            await talk.anna.press("Tālāk")
            await talk.anna.press("Vieta")
            await talk.anna.type(CANARIES[1])
            fake.next("getUpdates", garbage)
            with talk.database_gone():
                await talk.anna.type(CANARIES[2])
            await talk.anna.press_label_ever_seen("Paslēpt")
    written = "\n".join(f"{record.getMessage()} {record.exc_text} {record.__dict__}" for record in caplog.records)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for canary in (*CANARIES, TOKEN, str(talk.anna.chat.id)):
        assert canary not in written
        assert canary.encode() not in files


@contextmanager
def every_word_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every logger there is, as talkative as it can be; asyncio's and SQLAlchemy's own, too."""
    loggers = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
