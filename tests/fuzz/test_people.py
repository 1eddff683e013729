"""Whatever reaches the public port, from Telegram or from a browser, is answered and hurts nobody."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels import form
from bot.channels.telegram import Telegram, webhook
from bot.channels.telegram.incoming import Json, read
from bot.channels.telegram.tokens import Tokens
from bot.channels.webchat import public_app
from bot.engine.heard import Pressed, Unknown
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import form_links
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.forms import furnish
from tests.channels.telegram_bot import runtime_of, small_content
from tests.faces import Clock
from tests.fuzz.mangling import ANYTHING, JSON

BESIDE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
NOW = 1795255200
ODD = JSON | st.sampled_from(["private", "group", "/start", "/hide", "kicked", "lv-LV", "", NOW])


def shaped(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object as Telegram makes it, of which any part may be missing or be something else."""
    return st.fixed_dictionaries({}, optional={name.rstrip("_"): ODD | part for name, part in parts.items()})


NUMBERS = st.integers(1, 2**33)
CHAT = st.fixed_dictionaries({"id": NUMBERS | ODD, "type": st.just("private") | ODD})
FROM = shaped(id=NUMBERS, is_bot=st.just(False), language_code=st.sampled_from(["lv", "ru-RU", "x"]))
MARKUP = shaped(inline_keyboard=st.lists(st.lists(shaped(text=st.text(max_size=4), callback_data=st.text(max_size=4)))))
MESSAGE = st.fixed_dictionaries(
    {"message_id": NUMBERS | ODD, "chat": CHAT},
    optional={
        "date": st.just(NOW) | ODD,
        "edit_date": ODD,
        "from": FROM,
        "text": ODD,
        "photo": ODD,
        "reply_markup": MARKUP,
    },
)
QUERY = st.fixed_dictionaries(
    {"id": st.text(max_size=8) | ODD}, optional={"from": FROM, "message": MESSAGE, "data": ODD}
)
MEMBER = shaped(chat=CHAT, new_chat_member=shaped(status=st.sampled_from(["kicked", "left", "member"])))
UPDATE: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"update_id": NUMBERS | ODD},
    optional={"message": MESSAGE, "edited_message": MESSAGE, "callback_query": QUERY, "my_chat_member": MEMBER},
)


@pytest.fixture
async def bot(tmp_path: Path, clock: Clock) -> AsyncIterator[Telegram]:
    fake = await FakeTelegram(clock).start()
    async with runtime_of(tmp_path, clock) as runtime:
        bot = Telegram(runtime, TOKEN, fake.root, patience=0.01)
        yield bot
        await bot.stop()
    await fake.stop()


@settings(max_examples=300)
@given(UPDATE)
def test_any_update_is_read_or_left(update: Json) -> None:
    read(update)


@BESIDE
@given(UPDATE)
async def test_any_update_is_dealt_with_once_and_not_asked_for_again(bot: Telegram, update: Json) -> None:
    assert await bot.receive(update), "False makes Telegram bring it again, for a day"
    assert bot.chats_in_work == 0


@BESIDE
@given(ANYTHING | JSON.map(lambda doc: json.dumps(doc).encode()) | st.sampled_from([b"[" * 9_000, b'{"a":' * 9_000]))
async def test_any_body_of_a_webhook_is_answered(bot: Telegram, body: bytes) -> None:
    async def nothing(_: object) -> None: ...

    async def served(request: web.Request) -> web.Response:
        return await webhook.serve(request, "", bot.receive, nothing)

    app = web.Application(client_max_size=0)
    app.add_routes([web.post("/", served)])
    async with (
        TestServer(app) as server,
        ClientSession(server.make_url("/")) as session,
        session.post("/", data=body) as answer,
    ):
        assert answer.status in {200, 400}


# --- The web ----------------------------------------------------------------------------------------------------------

KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=none",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "application/json",
    "text/plain",
    "a",
)
NAMES = st.sampled_from(["token", "screen", "press", "text", "do", "form", "lang", "adrift", "once", "code", "launch"])
KNOWN = st.sampled_from(
    ["start", "go", "menu", "hide", "danger", "A" * 22, "request", "receipt", "review", "send", "lv"]
)


@pytest.fixture
async def address(runtime: Runtime) -> AsyncIterator[str]:
    await furnish(runtime)
    page, routes = form.pages_of(runtime)
    async with TestServer(public_app(runtime, form_page=page, routes=routes)) as server:
        yield str(server.make_url("")).rstrip("/")


@BESIDE
@given(
    st.sampled_from(["/", "/form", "/leave"]),
    st.sampled_from(KINDS),
    ANYTHING | st.sampled_from([b"--x\r\n", b"--x\r\n\r\na\r\n--x--", b"%00=%ff&=&&" * 40, b"a=%D8%00%ED%A0%80"]),
)
async def test_any_body_from_a_browser_is_answered_with_the_way_to_help(
    address: str, path: str, kind: str, body: bytes
) -> None:
    async with ClientSession() as session:
        headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
        async with session.post(address + path, data=body, headers=headers, allow_redirects=False) as answer:
            assert answer.status < 500
            assert answer.status == 303 or 'href="tel:112"' in await answer.text()


@BESIDE
@given(st.dictionaries(NAMES, KNOWN | st.text(max_size=30), max_size=8))
async def test_any_fields_of_the_chat_are_answered_with_a_card(address: str, fields: dict[str, str]) -> None:
    async with ClientSession() as session, session.post(address + "/", data=fields, allow_redirects=False) as answer:
        assert answer.status in {200, 303, 410}
        assert answer.status == 303 or 'href="tel:112"' in await answer.text()


# --- Codes and tokens -------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text_is_a_code_or_nobodys(text: str) -> None:
    code = receipts.digits(text)
    assert code == receipts.NOBODYS or (code.isascii() and code.isdecimal() and len(code) == receipts.DIGITS)
    assert receipts.is_once(text) == (len(text) == 32 and set(text) <= set("0123456789abcdef"))


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_is_a_button_or_an_unknown_one(text: str) -> None:
    tokens = Tokens(b"secret", small_content().dialogue)
    assert isinstance(tokens.read(text), Pressed | Unknown)
    assert tokens.language_shown((text,)) is None


@BESIDE
@given(st.text(st.characters(exclude_categories=()), max_size=80))
async def test_any_text_opens_no_form(runtime: Runtime, text: str) -> None:
    assert await form_links.redeem(runtime, text) is None
    made = form_links.form_token(runtime, {}, "lv")
    assert await form_links.redeem(runtime, made[: len(text)] + text + made[2 * len(text) :]) is None or not text
