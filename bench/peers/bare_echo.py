"""aiohttp alone, without state: the lower bound for all others."""

from aiohttp import ClientSession, TCPConnector, web
from calls import LABELS, TEXT, given

PORT, API = given()
MARKUP = {"inline_keyboard": [[{"text": text, "callback_data": data}] for text, data in LABELS]}
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)


async def call(session: ClientSession, method: str, given: dict) -> None:
    async with session.post(f"{API}/bot{TOKEN}/{method}", json=given) as answer:
        await answer.json()


async def hear(request: web.Request) -> web.Response:
    update, session = await request.json(), request.app[SESSION]
    if press := update.get("callback_query"):
        await call(session, "answerCallbackQuery", {"callback_query_id": press["id"]})
        message = press["message"]
        show = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        await call(session, "editMessageText", {**show, "text": TEXT, "reply_markup": MARKUP})
    else:
        show = {"chat_id": update["message"]["chat"]["id"], "text": TEXT, "reply_markup": MARKUP}
        await call(session, "sendMessage", show)
    return web.Response()


async def session_of(app: web.Application):
    async with ClientSession(connector=TCPConnector(limit=0)) as app[SESSION]:
        yield


app = web.Application()
app.router.add_post("/telegram", hear)
app.cleanup_ctx.append(session_of)
web.run_app(app, host="127.0.0.1", port=PORT, access_log=None, print=None)
