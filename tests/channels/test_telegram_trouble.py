"""When something breaks, with us or on the way to Telegram: the state stays right and the person gets an answer."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientTimeout, web

from bot.channels.telegram import Telegram, wire
from bot.channels.telegram.lanes import LONGEST_QUEUE
from bot.channels.telegram.window import PAUSES
from bot.content import Content
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.channels.telegram_troubles import (
    Hold,
    Trouble,
    bad_gateway,
    garbage,
    hung_up,
    server_error,
    silence,
    too_many_requests,
)
from tests.faces import Clock
from tests.patience import until

TRIES = len(PAUSES) + 1
CANARIES = ("zilonis", "kastanis", "dzeguze")


# --- Our failure ------------------------------------------------------------------------------------------------------


async def test_with_the_database_gone_every_press_shows_where_it_leads(talk: Talk) -> None:
    await talk.anna.start()
    with talk.database_gone():
        press = await talk.anna.press("Tālāk")
        assert "Ko vēlaties zināt?" in talk.anna.sees
        await talk.anna.press("Tiesa")
        assert "Tiesa var aizsargāt." in talk.anna.sees
        await talk.anna.press("Draud briesmas")
        assert "Zvaniet 112." in talk.anna.sees
        assert len(talk.anna.chat.alive) == 1
        assert press.answer is not None
        await talk.anna.press("Uz izvēlni")
        await talk.anna.press("Sazināties")
        assert "Zvaniet 116006." in talk.anna.sees, "instead of what cannot be sent"


async def test_when_the_database_is_back_the_conversation_goes_on_from_what_is_seen(talk: Talk) -> None:
    await talk.anna.start()
    with talk.database_gone():
        await talk.anna.press("Tālāk")
        await talk.anna.press("Tiesa")
    await talk.anna.press("Uz izvēlni")
    assert "Ko vēlaties zināt?" in talk.anna.sees
    assert await talk.screen() == "menu"
    await talk.anna.press("Atpakaļ")
    assert "Tiesa var aizsargāt." in talk.anna.sees
    assert len(talk.anna.chat.alive) == 1


async def test_from_memory_she_is_answered_in_the_language_of_what_she_pressed(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Русский")
    with talk.database_gone():
        await talk.anna.press("Дальше")
        assert "Что нужно знать?" in talk.anna.sees


async def test_with_the_database_gone_a_start_leaves_one_message_and_later_none(talk: Talk) -> None:
    with talk.database_gone():
        await talk.anna.start()
        assert "Labdien!" in talk.anna.sees
        assert len(talk.anna.chat.alive) == 1
    await talk.anna.type("sveiki")
    assert "Labdien!" in talk.anna.sees
    assert len(talk.anna.chat.alive) == 1
    talk.clock.move(minutes=31)
    await talk.expire()
    assert talk.anna.chat.alive == []


async def test_what_was_shown_from_memory_goes_after_half_an_hour_of_silence(talk: Talk) -> None:
    with talk.database_gone():
        await talk.anna.start()
        talk.clock.move(minutes=29)
        await talk.bot.empty_unkept()
        assert len(talk.anna.chat.alive) == 1
        talk.clock.move(minutes=1)
        await talk.bot.empty_unkept()
        assert talk.anna.chat.alive == []


async def test_hiding_empties_the_chat_at_once_and_is_finished_when_telegram_brings_it_again(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.patient = False
    await talk.bot.stop()
    press = await talk.anna.press("Paslēpt")
    (update,) = talk.fake.waiting()
    again = Telegram(talk.runtime, TOKEN, talk.fake.root, patience=0.01)
    with talk.database_gone():
        assert not await again.receive(update)
        assert talk.anna.chat.alive == []
    assert await talk.screen() == "start"
    assert await again.receive(update)
    assert await talk.screen() is None
    assert press.answer is not None
    assert not press.answer.text
    assert len(talk.called("answerCallbackQuery")) == 1
    await again.stop()


async def test_of_a_start_brought_to_two_replicas_at_once_every_message_is_known(talk: Talk) -> None:
    talk.fake.patient = False
    await talk.bot.stop()
    one, other = (Telegram(talk.runtime, TOKEN, talk.fake.root, patience=0.01) for _ in range(2))
    await talk.anna.start()
    await asyncio.gather(*(bot.receive(update) for update in talk.fake.waiting() for bot in (one, other)))
    assert sorted(await talk.remembered()) == [message.id for message in talk.anna.chat.ours]
    await talk.anna.press("Paslēpt")
    assert await one.receive(talk.fake.waiting()[-1])
    assert talk.anna.chat.alive == []
    await asyncio.gather(one.stop(), other.stop())


async def test_a_message_that_was_sent_and_could_not_be_remembered_is_hidden_all_the_same(talk: Talk) -> None:
    """The database goes between Telegram's answer and ours: the number of the message is known here alone."""
    await talk.anna.start()
    with ExitStack() as stack:

        async def sent() -> web.Response:
            message = talk.fake.send(talk.anna.chat, "Labdien!")
            stack.enter_context(talk.database_gone())
            return web.json_response({"ok": True, "result": message})

        talk.fake.next("sendMessage", sent)
        await talk.anna.type("sveiki")
    assert "Labdien!" in talk.anna.sees
    await talk.anna.type("/hide")
    assert talk.anna.chat.alive == []


# --- Telegram's failure -----------------------------------------------------------------------------------------------


FAILURES = [server_error, bad_gateway, garbage, hung_up]


@pytest.mark.parametrize("trouble", [*FAILURES, too_many_requests(3600)])
async def test_when_an_edit_fails_she_is_told_and_the_next_press_shows_the_present_screen(
    talk: Talk, trouble: Trouble
) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", trouble, times=TRIES)
    press = await talk.anna.press("Tālāk")
    assert "Labdien!" in talk.anna.sees
    assert await talk.screen() == "menu"
    assert press.answer is not None
    assert (press.answer.text, press.answer.alert) == ("Uzgaidiet. Briesmās 112.", False)
    talk.fake.all_is_well()
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


@pytest.mark.parametrize("trouble", FAILURES)
@pytest.mark.parametrize("method", ["editMessageText", "deleteMessages", "answerCallbackQuery"])
async def test_one_bad_answer_to_what_may_be_done_twice_is_not_noticed(
    talk: Talk, method: str, trouble: Trouble
) -> None:
    await talk.anna.start()
    talk.fake.next(method, trouble)
    press = await talk.anna.press("Draud briesmas")
    assert "Zvaniet 112." in talk.anna.sees
    assert press.answer is not None
    assert not press.answer.text
    await talk.anna.type("sveiki")
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1


async def test_a_message_that_telegram_says_it_did_not_take_is_sent_again(talk: Talk) -> None:
    talk.fake.next("sendMessage", server_error)
    await talk.anna.start()
    assert "Labdien!" in talk.anna.sees
    assert len(talk.anna.chat.alive) == 1


@pytest.mark.parametrize("trouble", [bad_gateway, hung_up, garbage])
async def test_a_message_that_may_have_arrived_unseen_is_not_sent_twice(talk: Talk, trouble: Trouble) -> None:
    """Its number would be known to nobody, and hiding could not take it away."""
    talk.fake.next("sendMessage", trouble)
    await talk.anna.start()
    assert len(talk.called("sendMessage")) == 1
    await talk.anna.start()
    assert "Labdien!" in talk.anna.sees


@pytest.mark.parametrize("trouble", FAILURES)
async def test_112_is_not_lost_to_one_bad_answer_after_words_of_danger(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content, trouble: Trouble
) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            fake.patient, anna = True, fake.person()
            await anna.start()
            fake.next("sendMessage", trouble)
            await anna.type("viņš mani tūlīt nogalinās")
            assert "112" in anna.sees
            assert anna.chat.theirs == []
            assert len(anna.chat.alive) == 1


async def test_when_telegram_never_answers_the_next_press_shows_the_present_screen(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", silence, times=TRIES)
    with monkeypatch.context() as patch:
        patch.setattr(wire, "USUAL", ClientTimeout(0.3))
        await talk.anna.press("Tālāk")
    assert await talk.screen() == "menu"
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_too_many_requests_are_repeated_after_the_pause_telegram_asks_for(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", too_many_requests(1))
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_a_press_that_cannot_be_answered_still_shows_its_screen(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("answerCallbackQuery", server_error, times=TRIES)
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_a_chat_that_hiding_could_not_empty_is_emptied_by_the_sweep(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=TRIES)
    await talk.anna.press("Paslēpt")
    assert await talk.screen() is None
    await talk.expire()
    assert talk.anna.chat.alive == []


async def test_a_message_of_hers_that_could_not_be_deleted_at_once_goes_with_the_next_screen(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=TRIES)
    await talk.anna.type("viņš ir mājās")
    assert talk.anna.chat.theirs == []


async def test_what_could_not_be_taken_away_is_gone_before_one_more_message_comes(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=100)
    await talk.anna.start()
    assert len(talk.anna.chat.ours) == 2
    talk.fake.all_is_well()
    await talk.anna.start()
    assert (len(talk.anna.chat.alive), talk.anna.chat.most_alive) == (1, 2)


# --- Restarts ---------------------------------------------------------------------------------------------------------


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


@contextmanager
def nothing_gets_out(fake: FakeTelegram) -> Iterator[None]:
    """As if the process died after its commit: what it wanted to send never arrives."""
    fake.next("*", server_error, times=100)
    yield
    fake.all_is_well()


async def test_a_crash_between_saving_and_sending_is_made_good_after_the_restart(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime:
        async with polling(runtime, fake):
            await anna.start()
            await fake.settled()
        await anna.press("Tālāk")
        dying = Telegram(runtime, TOKEN, fake.root, patience=0.01)
        with nothing_gets_out(fake):
            for update in fake.waiting():
                await dying.receive(update)
        await dying.stop()
        assert "Labdien!" in anna.sees
        async with polling(runtime, fake):
            await fake.settled()
        assert "Ko vēlaties zināt?" in anna.sees
        assert len(anna.chat.alive) == 1


async def test_a_crash_between_hiding_and_emptying_is_made_good_after_the_restart(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime:
        async with polling(runtime, fake):
            await anna.start()
            await fake.settled()
        await anna.press("Paslēpt")
        dying = Telegram(runtime, TOKEN, fake.root, patience=0.01)
        with nothing_gets_out(fake):
            for update in fake.waiting():
                await dying.receive(update)
        await dying.stop()
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


# --- Many at once -----------------------------------------------------------------------------------------------------


async def test_updates_of_one_chat_are_handled_in_order(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Temati")
    talk.fake.patient = False
    for label in ("Jurists", "Krīzes centrs", "Gatavs"):
        await talk.anna.press_label_ever_seen(label)
    await talk.fake.settled()
    assert "Vecā poga." not in talk.anna.sees
    await talk.anna.press("Temati")
    await talk.fake.settled()
    assert talk.anna.labels[:2] == ["✓ Jurists", "✓ Krīzes centrs"]


async def test_a_slow_chat_does_not_make_another_wait(talk: Talk) -> None:
    """Also where updates are asked for: they are, while Telegram keeps one chat hanging."""
    berta = talk.fake.person()
    await talk.anna.start()
    await berta.start()
    talk.fake.patient = False
    hold = Hold()
    talk.fake.next("editMessageText", hold)
    await talk.anna.press("Tālāk")
    await hold.reached.wait()
    for label in ("Tālāk", "Tiesa", "Uz izvēlni"):
        press = await berta.press(label)
        await until(lambda press=press: press.answer is not None)  # type: ignore[misc]
    assert "Ko vēlaties zināt?" in berta.sees
    assert len(talk.fake.waiting()) == 4, "nothing behind the oldest unfinished one is confirmed"
    hold.released.set()
    await talk.fake.settled()
    assert "Ko vēlaties zināt?" in talk.anna.sees
    assert len(berta.chat.presses) == len([query for query in berta.chat.presses if query.answer]) == 3


async def test_what_is_brought_again_behind_a_slow_chat_is_done_once(talk: Talk) -> None:
    berta = talk.fake.person()
    await berta.start()
    await talk.anna.start()
    talk.fake.patient = False
    hold = Hold()
    talk.fake.next("editMessageText", hold)
    await talk.anna.press("Tālāk")
    await hold.reached.wait()
    await berta.type("sveiki")
    await until(lambda: not berta.chat.theirs)
    sent = len(talk.called("sendMessage"))
    await talk.fake.asked_again(3)
    assert len(talk.called("sendMessage")) == sent
    hold.released.set()
    await talk.fake.settled()


async def test_a_hundred_messages_of_one_chat_silence_the_bot_for_nobody_else(talk: Talk) -> None:
    """Telegram brings a hundred at a time, from the oldest that is not confirmed."""
    berta = talk.fake.person()
    await berta.start()
    await talk.anna.start()
    talk.fake.patient = False
    hold = Hold()
    talk.fake.next("editMessageText", hold)
    await talk.anna.press("Tālāk")
    await hold.reached.wait()
    for _ in range(110):
        await talk.anna.type("sveiki")
    await berta.press("Draud briesmas")
    await until(lambda: "Zvaniet 112." in berta.sees)
    hold.released.set()
    await talk.fake.settled()
    await until(lambda: talk.anna.chat.theirs == [])


async def test_an_update_that_telegram_no_longer_holds_keeps_nobody_waiting(talk: Talk) -> None:
    """A press that failed is forgotten by Telegram after some minutes; those behind it are confirmed all the same."""
    await talk.anna.start()
    talk.fake.patient = False
    with talk.database_gone():
        await talk.anna.press("Paslēpt")  # it is to be brought again, until the state can be forgotten, too
        await until(lambda: talk.anna.chat.alive == [])
        talk.clock.move(minutes=5)
    await talk.fake.person().start()
    await talk.fake.settled()
    assert talk.fake.waiting() == []


async def test_of_a_flood_every_press_is_answered_and_every_message_taken_away(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.patient = False
    hold = Hold()
    talk.fake.next("editMessageText", hold)
    await talk.anna.press("Tālāk")
    await hold.reached.wait()
    flood = [asyncio.create_task(talk.bot.receive(update)) for update in await _flood(talk, 150)]
    await asyncio.sleep(0)
    hold.released.set()
    await asyncio.gather(*flood)
    await talk.fake.settled()
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1
    assert all(press.answer for press in talk.anna.chat.presses)
    assert len(talk.called("deleteMessages")) < 3 * LONGEST_QUEUE
    assert talk.anna.popups == ["Uzgaidiet. Briesmās 112."]
    assert not [why for method, why in talk.fake.refusals if method == "deleteMessages"]  # never over 100 at a time


async def test_hiding_is_never_turned_away(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    talk.fake.patient = False
    updates = await _flood(talk, 60)
    await talk.anna.press("Paslēpt")
    await asyncio.gather(*(talk.bot.receive(update) for update in [*updates, *talk.fake.take_waiting()]))
    await talk.fake.settled()
    assert talk.anna.chat.alive == []
    assert await talk.screen() is None


async def test_chats_that_are_quiet_again_take_no_memory(talk: Talk) -> None:
    people = [talk.fake.person() for _ in range(30)]
    await asyncio.gather(*(person.start() for person in people))
    assert all("Labdien!" in person.sees for person in people)
    assert talk.bot.chats_in_work == 0


async def _flood(talk: Talk, size: int) -> list[dict[str, object]]:
    """Messages and, last of all, a press: more than anybody can do by hand."""
    talk.fake.take_waiting()
    for _ in range(size):
        await talk.anna.type("nu")
    await talk.anna.press_label_ever_seen("Draud briesmas")
    return talk.fake.take_waiting()


# --- Nothing of hers stays --------------------------------------------------------------------------------------------


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
