"""How updates reach us, by asking or by webhook, and how the bot is seen by anyone who looks it up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.telegram import Telegram
from bot.channels.telegram.incoming import read
from bot.channels.telegram.webhook import Doors
from tests.channels.fake_telegram import (
    TOKEN,
    FakeTelegram,
    Trouble,
    another_shape,
    garbage,
    server_error,
    too_many_requests,
)
from tests.channels.telegram_bot import FIRST_LINE, PUBLIC, Talk, polling, runtime_of
from tests.faces import Clock

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def served(fake: FakeTelegram, folder: Path, clock: Clock) -> AsyncIterator[Talk]:
    """The channel behind a real web server, as with BOT_PUBLIC_URL, with the webhook already set."""
    async with runtime_of(folder, clock, PUBLIC) as runtime:
        bot = Telegram(runtime, TOKEN, fake.root, patience=0.01)
        app = web.Application()
        app.router.add_post("/telegram", bot.webhook)
        async with TestServer(app) as server:
            fake.webhook_address = str(server.make_url("/telegram"))
            await bot.set_up()
            yield Talk(fake, bot, runtime, clock, fake.person(), folder / "blakus.sqlite")
        await bot.stop()


async def posted(talk: Talk, body: bytes, secret: str | None = None) -> int:
    right = talk.runtime.secrets.webhook
    headers = {HEADER: right if secret is None else secret}
    async with (
        ClientSession() as session,
        session.post(talk.fake.webhook_address, data=BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


# --- By webhook -------------------------------------------------------------------------------------------------------


async def test_by_webhook_a_conversation_runs_as_by_asking(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    async with served(fake, tmp_path, clock) as talk:
        await talk.anna.start()
        await talk.anna.press("Tālāk")
        assert talk.anna.sees == f"{FIRST_LINE}\n\nKo vēlaties zināt?"
        assert fake.statuses == [200, 200]


async def test_the_webhook_is_set_with_a_secret_and_only_for_what_we_read(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        (given,) = talk.called("setWebhook")
        assert given["url"] == f"{PUBLIC}/telegram"
        assert given["allowed_updates"] == WANTED
        assert len(given["secret_token"]) >= 32
        assert TOKEN not in given["url"]


@pytest.mark.parametrize("secret", ["", "wrong", "ā"])
async def test_who_does_not_know_the_secret_is_refused(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, secret: str
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        assert await posted(talk, b'{"update_id": 1}', secret) == 403


@pytest.mark.parametrize(
    "body, status",
    [(b"", 400), (b"{", 400), (b"[1]", 400), (b"\xff", 400), (b"{}", 200), (b'{"update_id": 7}', 200)],
)
async def test_a_body_that_is_no_update_does_no_harm(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, body: bytes, status: int
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        assert await posted(talk, body) == status


async def test_a_body_longer_than_any_update_is_not_read_to_its_end(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        assert await posted(talk, b'"' + b"x" * 2_000_000 + b'"') == 413


async def test_telegram_is_asked_to_repeat_only_what_we_could_not_save(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        await talk.anna.start()
        with talk.database_gone():
            await talk.anna.press("Tālāk")
            assert "Ko vēlaties zināt?" in talk.anna.sees
            await talk.anna.press("Paslēpt")
        await fake.push()
        await talk.anna.start()
        fake.next("editMessageText", server_error)
        await talk.anna.press("Tālāk")
        assert fake.statuses == [200, 200, 500, 200, 200, 200]


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {"message_id": "x"}},
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "date": "soon"}},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 1}}},
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "from": {"is_bot": True}}},
        {"update_id": 1, "inline_query": {"id": "1"}},
        {"message": None},
    ],
)
def test_an_update_we_cannot_read_or_did_not_ask_for_is_nothing(update: dict[str, object]) -> None:
    assert read(update) is None


# --- By asking --------------------------------------------------------------------------------------------------------


async def test_without_a_public_address_updates_are_asked_for(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake):
        await fake.person().start()
        await fake.settled()
    asked = [given for method, given in fake.calls if method == "getUpdates"]
    assert asked[0]["allowed_updates"] == WANTED
    assert ("deleteWebhook", {}) in fake.calls


@pytest.mark.parametrize("trouble", [server_error, garbage, another_shape, too_many_requests(1)])
async def test_asking_goes_on_after_telegram_was_out_of_reach(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, trouble: Trouble
) -> None:
    for method in ("getMyName", "getUpdates"):
        fake.next(method, trouble, times=3)
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake):
        await anna.start()
        await fake.settled()
    assert "Labdien!" in anna.sees


async def test_the_program_starts_and_stops_without_telegram(tmp_path: Path, clock: Clock) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        bot = Telegram(runtime, TOKEN, "http://127.0.0.1:9", patience=0.01)
        await bot.start()
        await bot.stop()


async def test_an_update_is_confirmed_only_after_it_was_handled(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake) as bot:
        await anna.start()
        await fake.settled()
        talk = Talk(fake, bot, runtime, clock, anna, tmp_path / "blakus.sqlite")
        with talk.database_gone():
            await anna.press("Paslēpt")
            await fake.asked_again(2)
            assert len(fake.waiting()) == 1
        await fake.settled()


async def test_an_update_that_always_fails_does_not_stop_those_behind_it(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna, berta = fake.person(), fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake) as bot:
        talk = Talk(fake, bot, runtime, clock, anna, tmp_path / "blakus.sqlite")
        await anna.start()
        await fake.settled()
        with talk.database_gone():
            await anna.press("Paslēpt")
            await fake.settled()
            assert anna.chat.alive == []
        await berta.start()
        await fake.settled()
        assert "Labdien!" in berta.sees


# --- How it is seen ---------------------------------------------------------------------------------------------------


async def test_name_descriptions_and_commands_are_set_in_every_language(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock):
        names = {language: name for (what, language), name in fake.profile.items() if what == "MyName"}
        assert names == {"": "Blakus", "ru": "Рядом"}  # Latvian is what everybody else sees
        assert fake.profile["MyDescription", ""] == "Informācija iedzīvotājiem."
        assert fake.profile["MyShortDescription", ""] == "Informācija."
        for language in ("", "lv", "ru"):
            commands = [one["command"] for one in fake.profile["MyCommands", language]]
            assert commands == ["start", "help", "hide"]
        assert fake.profile["menu_button", ""] == {"type": "commands"}


async def test_what_is_already_right_is_not_set_again(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    async with served(fake, tmp_path, clock) as talk:
        fake.calls.clear()
        await talk.bot.set_up()
        assert not [method for method in talk.methods if method.startswith("setMy")]


async def test_a_silent_answer_rides_in_the_answer_to_the_update(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        await talk.anna.start()
        await talk.anna.press("Tālāk")
        await talk.anna.press("Numurs")
        answers = [press.answer for press in talk.anna.chat.presses]
        assert [bool(one and one.text) for one in answers] == [False, True]
        assert len(talk.called("answerCallbackQuery")) == 2


async def test_a_press_is_answered_also_when_nothing_of_it_could_be_kept(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        await talk.anna.start()
        with talk.database_gone():
            await talk.anna.press("Tālāk")
            assert fake.statuses[-1] == 200  # it was answered from memory
            await talk.anna.press("Paslēpt")
        assert fake.statuses[-1] == 500  # the state must be forgotten, too
        assert all(press.answer for press in talk.anna.chat.presses[-2:])


async def test_more_updates_than_we_can_hold_are_brought_again(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        talk.bot._doors = Doors(at_once=0)
        assert await posted(talk, b'{"update_id": 7}') == 503
        talk.bot._doors = Doors(at_once=1)
        assert await posted(talk, b'{"update_id": 7}') == 200
