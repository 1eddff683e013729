"""After the end of the service: the real bot, without a database, on a Telegram of our own."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.channels.telegram.service_ended import Ended, farewell
from bot.content import Content
from bot.engine.invariants import LINE_FOR_HARMED
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.settings import Settings, Unsafe
from bot.usecases.person.converse import IDLE
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import polling
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import too_many_requests
from tests.conftest import ROOT, SECRET
from tests.faces import Clock
from tests.patience import patiently, until

TRIES = 4
SAYS = {"lv": "Šis pakalpojums ir beidzies.", "ru": "Этот сервис больше не работает.", "en": "This service has ended.",
        "uk": "Цей сервіс більше не працює."}  # fmt: skip


@dataclass
class After:
    """A chat, and the bot of a service that has ended."""

    fake: FakeTelegram
    bot: Ended
    anna: Person


@asynccontextmanager
async def ended(fake: FakeTelegram, runtime: Runtime, clock: Clock) -> AsyncIterator[Ended]:
    """It has the content and the secret, and nothing else of what was."""
    bot = Ended(runtime.content, runtime.secrets, TOKEN, fake.root, clock, patience=0.01)
    running = asyncio.create_task(bot.run())
    fake.patient = True
    try:
        yield bot
    finally:
        fake.patient = False
        bot.stop()
        await running


@pytest.fixture
async def after(fake: FakeTelegram, runtime: Runtime, clock: Clock) -> AsyncIterator[After]:
    """Anna's chat stood on the first screen when the service ended."""
    anna = fake.person()
    async with polling(runtime, fake):
        fake.patient = True
        await anna.start()
        fake.patient = False
    async with ended(fake, runtime, clock) as bot:
        fake.calls.clear()
        yield After(fake, bot, anna)


def sent(fake: FakeTelegram) -> list[str]:
    return [method for method, _ in fake.calls if method == "sendMessage"]


async def test_an_old_button_shows_that_the_service_has_ended_and_two_telephones(after: After) -> None:
    press = await after.anna.press(after.anna.labels[0])
    assert press.answer
    assert SAYS["lv"] in after.anna.sees
    assert "Ja draud briesmas: 112\n" in after.anna.sees
    assert "Parunāt ar cilvēku: 116006" in after.anna.sees
    assert after.anna.labels == [], "nothing leads on"
    assert sent(after.fake) == [], "the old screen itself became the farewell, silently"
    assert after.anna.sees.startswith("Informācija"), "the first line is as neutral as ever"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_comes_reads_it_in_the_language_of_the_phone(
    fake: FakeTelegram, runtime: Runtime, clock: Clock, language: str
) -> None:
    async with ended(fake, runtime, clock):
        one = fake.person(language=language)
        await one.start()
        assert SAYS[language] in one.sees
        assert "112" in one.sees
        assert "116006" in one.sees


async def test_an_old_button_is_answered_in_the_language_of_its_screen(
    fake: FakeTelegram, runtime: Runtime, clock: Clock
) -> None:
    anna = fake.person(language="ru")
    async with polling(runtime, fake):
        fake.patient = True
        await anna.start()
        fake.patient = False
    anna._user["language_code"] = "en"
    async with ended(fake, runtime, clock):
        await anna.press(anna.labels[0])
        assert SAYS["ru"] in anna.sees


async def test_what_is_written_is_taken_away_and_answered_once_in_half_an_hour(
    fake: FakeTelegram, runtime: Runtime, clock: Clock
) -> None:
    async with ended(fake, runtime, clock):
        one = fake.person()
        await one.type("vai te kāds ir")
        await one.type("lūdzu")
        await one.send("photo")
        assert one.chat.theirs == []
        assert len(one.chat.ours) == len(sent(fake)) == 1
        assert one.chat.ours[0].silent
        await one.start()
        assert len(one.chat.ours) == 1, "a start is always answered, in one message"
        assert len(sent(fake)) == 2


async def test_the_farewell_goes_after_half_an_hour_and_comes_again_when_she_does(after: After, clock: Clock) -> None:
    await after.anna.press(after.anna.labels[0])
    clock.move(seconds=int(IDLE.total_seconds()) - 1)
    await after.bot.take_away()
    assert after.anna.chat.ours
    clock.move(seconds=1)
    await after.bot.take_away()
    assert after.anna.chat.alive == []
    await after.anna.type("labdien")
    assert SAYS["lv"] in after.anna.sees


async def test_hiding_empties_the_chat_and_says_nothing(after: After) -> None:
    await after.anna.press("Paslēpt")
    assert after.anna.chat.alive == []
    await after.anna.start()
    await after.anna.type("/hide")
    assert after.anna.chat.alive == []


async def test_what_telegram_did_not_take_away_is_tried_again(after: After) -> None:
    await after.anna.press(after.anna.labels[0])
    after.fake.next("deleteMessages", too_many_requests(3600), times=TRIES)
    after.fake.next("deleteMessage", too_many_requests(3600), times=TRIES)
    after.fake.next("editMessageText", too_many_requests(3600), times=TRIES)
    await after.anna.type("/hide")
    assert after.anna.chat.ours
    after.fake.all_is_well()
    await after.bot.take_away()
    assert after.anna.chat.ours == []


async def test_what_she_wrote_and_telegram_did_not_take_away_goes_with_the_farewell(after: After, clock: Clock) -> None:
    after.fake.next("deleteMessages", too_many_requests(3600), times=TRIES)
    after.fake.next("deleteMessage", too_many_requests(3600), times=TRIES)
    await after.anna.type("vai te kāds ir")
    assert after.anna.chat.theirs, "Telegram kept it"
    assert SAYS["lv"] in after.anna.sees
    after.fake.all_is_well()
    clock.move(seconds=int(IDLE.total_seconds()))
    await after.bot.take_away()
    assert after.anna.chat.theirs == []


async def test_who_has_stopped_the_bot_keeps_nobody_else_waiting_and_groups_are_left(
    fake: FakeTelegram, runtime: Runtime, clock: Clock
) -> None:
    async with ended(fake, runtime, clock):
        one, other = fake.person(), fake.person()
        await one.start()
        await one.block()
        group = fake.group()
        await group.invite()
        await other.start()
        assert SAYS["lv"] in other.sees
        assert fake.left == [group.chat.id]


async def test_the_descriptions_of_the_bot_say_it_too_and_fit(
    fake: FakeTelegram, runtime: Runtime, clock: Clock
) -> None:
    async with ended(fake, runtime, clock):
        await until(lambda: ("menu_button", "") in fake.profile)  # the last that is set
    for language in LANGUAGES:
        for what in ("MyDescription", "MyShortDescription"):
            said = str(fake.profile.get((what, language)) or fake.profile[what, ""])  # Latvian is everybody's
            assert SAYS[language] in said
            assert len(said) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_after_the_facts_have_run_out_both_numbers_are_still_said(shipped: Content, language: str) -> None:
    said = farewell(shipped, language, date(2031, 1, 1))
    assert SAYS[language] in said
    assert said.count("112") == said.count("116006") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_was_withdrawn_is_not_said(shipped: Content, language: str) -> None:
    gone = {LINE_FOR_HARMED: replace(shipped.facts[LINE_FOR_HARMED], withdrawn=True)}
    said = farewell(replace(shipped, facts={**shipped.facts, **gone}), language, date(2026, 12, 1))
    assert "116006" not in said
    assert "112" in said
    assert shipped.text("poster.talk", language) not in said, "no line without its number"


async def test_a_webhook_of_before_is_ended_so_that_somebody_hears(
    fake: FakeTelegram, runtime: Runtime, clock: Clock
) -> None:
    fake.webhook_address = "https://blakus.example/telegram"
    async with ended(fake, runtime, clock):
        one = fake.person()
        await one.start()
        assert SAYS["lv"] in one.sees


async def test_nothing_is_stored_and_nothing_written_is_in_a_log(
    fake: FakeTelegram, runtime: Runtime, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    async with ended(fake, runtime, clock):
        one = fake.person()
        await one.type("kanārijputniņš")
        await one.start()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert "kanārijputniņš" not in caplog.text
    assert str(one.chat.id) not in caplog.text


async def test_the_command_answers_until_it_is_stopped_and_opens_no_database(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    given = {"BOT_TELEGRAM_TOKEN": TOKEN, "BOT_TELEGRAM_API": fake.root, "BOT_SECRET": SECRET}
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "ended", cwd=tmp_path, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **given, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    fake.patient = True
    one = fake.person()
    async with patiently():
        await one.start()
    fake.patient = False
    assert SAYS["lv"] in one.sees
    program.terminate()
    async with patiently():
        said, _ = await program.communicate()
    assert program.returncode == 0
    assert b"has ended" in said
    assert one.chat.alive == [], "what was said is taken away at the end"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_without_a_token_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Unsafe, match="BOT_TELEGRAM_TOKEN"):
        await app.run_ended(Settings(), lambda: None, var=tmp_path)


async def test_it_speaks_the_content_that_was_saved_for_it(tmp_path: Path) -> None:
    settings = Settings(telegram_token=SecretStr(TOKEN))
    with pytest.raises(BrokenContent):
        await app.run_ended(settings, lambda: None, package=tmp_path / "nothing-was-saved", var=tmp_path)
