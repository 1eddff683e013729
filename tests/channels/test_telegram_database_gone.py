"""While the database is gone a chat on Telegram is answered from memory, is hidden all the same, and goes on later."""

from contextlib import ExitStack

from aiohttp import web

from bot.channels.telegram import Telegram
from tests.channels.fake_telegram import TOKEN
from tests.channels.telegram_bot import Talk


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
