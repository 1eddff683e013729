"""python-telegram-bot: echo without state; ConversationHandler in memory, or committed to SQLite.

The third argument says which: echo, conversation, durable; the fourth where its file is. A fifth, `tuned`, takes the
library's httpx, json and the loop of Python away and puts aiohttp, orjson and uvloop in their place.
"""

import asyncio
import sqlite3
import sys

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from calls import LABELS, TEXT, given
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import NetworkError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest, RequestData

PORT, API = given()
KIND, FILE = sys.argv[3], sys.argv[4]
TUNED = sys.argv[5:] == ["tuned"]
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in LABELS])
APPLICATION: web.AppKey[Application] = web.AppKey("application", Application)
Context = ContextTypes.DEFAULT_TYPE

if TUNED:
    import orjson


class AiohttpRequest(BaseRequest):
    """One session instead of httpx."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return 30

    async def initialize(self) -> None:
        self._session = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(30))

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()

    async def do_request(self, url, method, request_data: RequestData | None = None, **_):
        assert self._session
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(method, url, data=data) as answer:
                return answer.status, await answer.read()
        except OSError as error:
            raise NetworkError(str(error)) from error

    @staticmethod
    def parse_json_payload(payload: bytes):
        return orjson.loads(payload)


async def show(update: Update, _: Context) -> None:
    if update.callback_query:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(TEXT, reply_markup=MARKUP)
    elif update.message:
        await update.message.reply_text(TEXT, reply_markup=MARKUP)


def talk(application: Application) -> None:
    """Ten states, one after another; the durable one commits the next before it answers, as its documentation asks."""
    database = sqlite3.connect(FILE)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE states(chat, state)")
    database.execute("CREATE UNIQUE INDEX one ON states(chat)")

    def go_to(state: int):
        async def step(update: Update, context: Context) -> int:
            if KIND == "durable" and update.effective_chat:
                given = (update.effective_chat.id, state)
                database.execute("INSERT INTO states VALUES(?, ?) ON CONFLICT(chat) DO UPDATE SET state=?2", given)
                database.commit()
            await show(update, context)
            return state

        return step

    states = {
        state: [
            CallbackQueryHandler(go_to(state % 9 + 1)),
            MessageHandler(filters.TEXT & ~filters.COMMAND, go_to(state)),
        ]
        for state in range(1, 10)
    }
    start = CommandHandler("start", go_to(1))
    application.add_handler(ConversationHandler([start], states, [start], allow_reentry=True))


async def hear(request: web.Request) -> web.Response:
    application = request.app[APPLICATION]
    body = orjson.loads(await request.read()) if TUNED else await request.json()
    await application.update_queue.put(Update.de_json(body, application.bot))
    return web.Response()


async def main() -> None:
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{API}/bot").updater(None)
    if TUNED:
        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    if TUNED and KIND == "echo":  # a ConversationHandler must not hear two updates at once
        builder = builder.concurrent_updates(256)
    application = builder.build()
    if KIND != "echo":
        talk(application)
    else:
        application.add_handler(MessageHandler(filters.TEXT, show))
        application.add_handler(CallbackQueryHandler(show))
    app = web.Application()
    app[APPLICATION] = application
    app.router.add_post("/telegram", hear)
    async with application:
        await application.start()
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        await asyncio.Event().wait()


if TUNED:
    import uvloop

    uvloop.run(main())
else:
    asyncio.run(main())
