"""The fake refuses what Telegram refuses. Asked by the real library, so that both agree on what is sent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import garbage, server_error, too_many_requests
from tests.faces import Clock

Call = Callable[[Bot, int], Awaitable[Any]]


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{fake.root}/bot") as bot:
        yield bot


@pytest.fixture
async def anna(fake: FakeTelegram) -> Person:
    anna = fake.person()
    await anna.start()
    return anna


def one_button(**kind: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Tālāk", **kind)]])


REFUSED: dict[str, Call] = {
    "message text is empty": lambda bot, chat: bot.send_message(chat, "  "),
    "message is too long": lambda bot, chat: bot.send_message(chat, "👩" * 2049),
    "BUTTON_DATA_INVALID": lambda bot, chat: bot.send_message(
        chat, "x", reply_markup=one_button(callback_data="ā" * 33)
    ),
    "Only HTTPS links": lambda bot, chat: bot.send_message(
        chat, "x", reply_markup=one_button(web_app=WebAppInfo("http://blakus.example/form"))
    ),
    "text buttons are unallowed": lambda bot, chat: bot.send_message(chat, "x", reply_markup=one_button()),
    "too many buttons": lambda bot, chat: bot.send_message(
        chat, "x", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]] * 101)
    ),
    "has no field": lambda bot, chat: bot.send_message(chat, "x", api_kwargs={"colour": "red"}),
    "chat not found": lambda bot, _: bot.send_message(5, "x"),
    "message to edit not found": lambda bot, chat: bot.edit_message_text("x", chat, 999),
    "message to delete not found": lambda bot, chat: bot.delete_message(chat, 999),
    "message_ids is too long": lambda bot, chat: bot.delete_messages(chat, list(range(101))),
    "query is too old": lambda bot, _: bot.answer_callback_query("999"),
    "HTTPS URL must be provided": lambda bot, _: bot.set_webhook("http://blakus.example"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_it_refuses(bot: Bot, anna: Person, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await REFUSED[why](bot, anna.chat.id)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.chat.id, "x", reply_markup=one_button(callback_data="a"))
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text("x", anna.chat.id, sent.id, reply_markup=one_button(callback_data="a"))
    await bot.edit_message_text("x", anna.chat.id, sent.id, reply_markup=one_button(callback_data="b"))


async def test_her_message_cannot_be_edited_but_deleted(bot: Bot, anna: Person) -> None:
    message = await anna.type("sveiki")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("x", anna.chat.id, message.id)
    await bot.delete_message(anna.chat.id, message.id)
    assert message.gone


async def test_after_48_hours_nothing_is_deleted_and_one_old_message_spoils_a_batch(
    bot: Bot, anna: Person, clock: Clock
) -> None:
    old = await anna.type("sveiki")
    clock.move(hours=48)
    young = await anna.type("sveiki")
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_messages(anna.chat.id, [old.id, young.id])
    assert not young.gone
    await bot.delete_messages(anna.chat.id, [young.id, 999])
    assert young.gone


async def test_a_press_is_answered_once_and_soon(bot: Bot, anna: Person, clock: Clock) -> None:
    await bot.send_message(anna.chat.id, "x", reply_markup=one_button(callback_data="a"))
    early, late = await anna.press("Tālāk"), await anna.press("Tālāk")
    await bot.answer_callback_query(early.id, "y" * 200, show_alert=True)
    clock.move(minutes=3)
    for press in (early, late):
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(press.id)


async def test_a_popup_has_200_characters_at_most(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.chat.id, "x", reply_markup=one_button(callback_data="a"))
    press = await anna.press("Tālāk")
    with pytest.raises(BadRequest, match=r"(?i)is too long"):
        await bot.answer_callback_query(press.id, "y" * 201)


async def test_nobody_is_written_to_who_never_wrote_or_who_stopped_the_bot(
    fake: FakeTelegram, bot: Bot, anna: Person
) -> None:
    with pytest.raises(Forbidden, match=r"(?i)can't initiate"):
        await bot.send_message(fake.person().chat.id, "x")
    await anna.block()
    with pytest.raises(Forbidden, match=r"(?i)blocked by the user"):
        await bot.send_message(anna.chat.id, "x")


async def test_a_wrong_token_an_unknown_method_and_an_unknown_field_are_refused(fake: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{fake.root}/bot"):
            pass
    async with ClientSession() as session:
        async with session.post(f"{fake.root}/bot{TOKEN}/sendTelepathy", json={}) as answer:
            assert answer.status == 404
        async with session.post(f"{fake.root}/bot{TOKEN}/getMe", json={"why": 1}) as answer:
            assert answer.status == 400


async def test_updates_come_again_until_they_are_confirmed_and_presses_only_for_a_while(
    bot: Bot, anna: Person, clock: Clock
) -> None:
    await bot.send_message(anna.chat.id, "x", reply_markup=one_button(callback_data="a"))
    await anna.press("Tālāk")
    first, press = await bot.get_updates()
    assert (first.message and first.message.text, press.callback_query and press.callback_query.data) == ("/start", "a")
    assert await bot.get_updates() == (first, press)
    clock.move(minutes=3)
    assert await bot.get_updates() == (first,)
    assert await bot.get_updates(offset=first.update_id + 1) == ()


async def test_with_a_webhook_nobody_can_ask(bot: Bot, fake: FakeTelegram) -> None:
    await bot.set_webhook("https://blakus.example/telegram")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_only_what_was_asked_for_is_brought(bot: Bot, anna: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await anna.type("sveiki")
    assert len(await bot.get_updates()) == 1  # the start of before


async def test_troubles_come_when_they_are_ordered(bot: Bot, fake: FakeTelegram) -> None:
    fake.next("getMe", too_many_requests(7))
    fake.next("getMe", server_error)
    fake.next("getMe", garbage)
    with pytest.raises(RetryAfter):
        await bot.get_me()
    with pytest.raises(NetworkError):
        await bot.get_me()
    with pytest.raises(TelegramError, match=r"(?i)Invalid server response"):
        await bot.get_me()
    await bot.get_me()
