"""The program stops, dies and starts again: what Telegram held meanwhile is answered, or taken away when too old."""

import asyncio
from pathlib import Path

from bot.channels.telegram import Telegram
from bot.runtime import Runtime
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import polling, runtime_of
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import Hold, server_error
from tests.faces import Clock


async def test_updates_that_waited_during_a_restart_are_answered(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime:
        async with polling(runtime, fake):
            await anna.start()
            await fake.settled()
        await anna.press("Tālāk")
        clock.move(minutes=2)
        async with polling(runtime, fake):
            await fake.settled()
    assert "Ko vēlaties zināt?" in anna.sees


async def test_a_message_that_waited_longer_than_a_conversation_lives_is_only_taken_away(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    await anna.start()
    clock.move(minutes=31)
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake):
        await fake.settled()
    assert anna.chat.alive == []


async def dies_after_saving(press: str, runtime: Runtime, fake: FakeTelegram) -> Person:
    """As if the process died after its commit: what it wanted to send in answer to this press never arrives."""
    anna = fake.person()
    async with polling(runtime, fake):
        await anna.start()
        await fake.settled()
    await anna.press(press)
    dying = Telegram(runtime, TOKEN, fake.root, patience=0.01)
    fake.next("*", server_error, times=100)
    for update in fake.waiting():
        await dying.receive(update)
    fake.all_is_well()
    await dying.stop()
    return anna


async def test_a_crash_between_saving_and_sending_is_made_good_after_the_restart(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        anna = await dies_after_saving("Tālāk", runtime, fake)
        assert "Labdien!" in anna.sees
        async with polling(runtime, fake):
            await fake.settled()
        assert "Ko vēlaties zināt?" in anna.sees
        assert len(anna.chat.alive) == 1


async def test_a_crash_between_hiding_and_emptying_is_made_good_after_the_restart(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        anna = await dies_after_saving("Paslēpt", runtime, fake)
        assert len(anna.chat.alive) == 1
        async with polling(runtime, fake):
            await fake.settled()
        assert anna.chat.alive == []


async def test_stopping_finishes_and_confirms_what_was_begun(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    anna = fake.person()
    hold = Hold()
    async with runtime_of(tmp_path, clock) as runtime:
        async with polling(runtime, fake) as bot:
            fake.next("sendMessage", hold)
            await anna.start()
            await hold.reached.wait()
            stopping = asyncio.create_task(bot.stop())
            hold.released.set()
            await stopping
        assert fake.waiting() == []
