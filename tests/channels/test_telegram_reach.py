"""How updates reach us, by asking or by webhook, and how the bot is seen by anyone who looks it up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot import jobs
from bot.channels.telegram import Telegram
from bot.channels.telegram.incoming import read
from bot.runtime import Runtime
from tests.channels.bot_api import Refusal
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import FIRST_LINE, PUBLIC, Talk, polling, runtime_of
from tests.channels.telegram_troubles import Trouble, another_shape, garbage, server_error, silence, too_many_requests
from tests.faces import Clock
from tests.patience import until

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
            await bot.start()
            await until(lambda: bool(fake.posts_to))
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
        await until(lambda: ("menu_button", "") in fake.profile)  # the last thing that is set
        names = {language: name for (what, language), name in fake.profile.items() if what == "MyName"}
        assert names == {"": "Blakus", "ru": "Рядом"}  # Latvian is what everybody else sees
        assert fake.profile["MyDescription", ""] == "Informācija iedzīvotājiem."
        assert fake.profile["MyShortDescription", ""] == "Informācija."
        for language in ("", "lv", "ru"):
            commands = [command["command"] for command in fake.profile["MyCommands", language]]
            assert commands == ["start", "help", "hide"]
        assert fake.profile["menu_button", ""] == {"type": "commands"}


async def test_what_is_already_right_is_not_set_again(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    async with served(fake, tmp_path, clock) as talk:
        await until(lambda: ("menu_button", "") in fake.profile)
        fake.calls.clear()
        talk.bot.rename()
        await until(lambda: bool(talk.called("setChatMenuButton")))
        assert not [method for method, _ in fake.calls if method.startswith("setMy")]


async def refusal() -> web.Response:
    raise Refusal(400, "Bad Request: DESCRIPTION_TOO_LONG")


@pytest.mark.parametrize("trouble", [too_many_requests(83231), server_error, silence, refusal])
@pytest.mark.parametrize("method", ["getMyName", "setMyName", "setMyDescription", "setMyCommands", "setChatMenuButton"])
async def test_people_are_heard_whatever_telegram_says_of_the_bots_own_words(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, method: str, trouble: Trouble
) -> None:
    fake.next(method, trouble, times=100)
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake):
        await anna.start()
        await until(lambda: "Labdien!" in anna.sees)
        await anna.press("Tālāk")
        await until(lambda: "Ko vēlaties zināt?" in anna.sees)


async def test_a_long_pause_that_telegram_asks_for_is_kept(fake: FakeTelegram, tmp_path: Path, clock: Clock) -> None:
    """For the bot's own words there are few calls a day; people are answered meanwhile."""
    fake.next("setMyDescription", too_many_requests(83231))
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake) as bot:
        await until(lambda: "setMyDescription" in [method for method, _ in fake.calls])
        for _ in range(20):
            bot.rename()
            await anna.start()
            await fake.settled()
        assert len([method for method, _ in fake.calls if method == "setMyDescription"]) == 1


# --- Somebody else with the same token --------------------------------------------------------------------------------


async def test_a_webhook_that_was_sent_elsewhere_is_taken_back_and_counted(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    async with served(fake, tmp_path, clock) as talk:
        ours = fake.posts_to
        timetable = jobs.timetable(talk.runtime, None, look_after_webhook=talk.bot.look_after_webhook)
        _, look = timetable["look_after_webhook"]
        await look()
        assert counted(talk.runtime) == 0
        for theirs in ("https://test-copy.example/telegram", ""):
            fake.send_elsewhere(theirs)
            await look()
            assert fake.posts_to == ours
        assert counted(talk.runtime) == 2
        fake.next("getWebhookInfo", server_error)
        await look()  # at the next look, then


async def test_a_webhook_set_while_we_ask_for_updates_is_taken_away(
    fake: FakeTelegram, tmp_path: Path, clock: Clock
) -> None:
    anna = fake.person()
    async with runtime_of(tmp_path, clock) as runtime, polling(runtime, fake):
        await anna.start()
        await until(lambda: "Labdien!" in anna.sees)
        fake.send_elsewhere("https://test-copy.example/telegram")
        await fake.stop_waiting()
        await until(lambda: not fake.posts_to)
        await anna.press("Tālāk")
        await until(lambda: "Ko vēlaties zināt?" in anna.sees)
        assert counted(runtime) == 1


def counted(runtime: Runtime) -> float:
    """How often Telegram had been told to post somewhere else, as the metrics say."""
    lines = runtime.metrics.text().decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("blakus_webhook_elsewhere_total")))
