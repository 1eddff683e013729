"""The operator's pages: state of the program, services, the doctor; and the metrics."""

import asyncio
import hmac
import re
from collections.abc import Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot import version
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.operation import doctor_words
from bot.desk.page import language_of, page, say, sentence
from bot.desk.services import reach_words
from bot.engine.marking import N_
from bot.usecases.content import revisions
from bot.usecases.content.revisions import certificate
from bot.usecases.operation import audit, doctor
from bot.usecases.operation.doctor_line import Line, State
from bot.usecases.services import delivery

VERSION = version()
ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")
MAIL = {
    "no_address": N_("This is no e-mail address."),
    "no_server": N_("No mail server is set (BOT_SMTP)."),
    "sent": N_("The server took the mail. Look whether it arrives, also among unwanted mail."),
    "refused": N_("The mail was not sent. The answer was:"),
}
FIRST: Mapping[State, int] = {"red": 0, "waiting": 1}
"""What is to be done comes first, everything else in its own order."""
LOOKING: web.AppKey[asyncio.Lock] = web.AppKey("looking", asyncio.Lock)
"""Allows one doctor run at a time: it contacts other servers and walks through all content."""


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request)


async def try_mail(request: web.Request) -> web.StreamResponse:
    """Send a test mail at once and show what the server answered."""
    address = str((await request.post()).get("address", "")).strip()
    if not ADDRESS.fullmatch(address):
        return await _page(request, 400, mail_said=MAIL["no_address"])
    try:
        refusal = await delivery.try_mail(request.app[RUNTIME], request[WORKER], address)
    except delivery.NoServer:
        return await _page(request, 409, mail_said=MAIL["no_server"])
    return await _page(request, mail_said=MAIL["refused" if refusal else "sent"], mail_refusal=refusal)


async def _page(
    request: web.Request, status: int = 200, *, mail_said: str = "", mail_refusal: str = ""
) -> web.Response:
    runtime = request.app[RUNTIME]
    return page(
        request,
        "operation/operation.html",
        status,
        mail_said=mail_said,
        mail_refusal=mail_refusal,
        mail_to=str((await request.post()).get("address", "")),
        back="/operation",
        settings=runtime.settings,
        version=VERSION,
        used=await revisions.in_use(runtime),
        certificate=await certificate(runtime),
        waiting=await audit.notices_waiting(runtime),
        services=await audit.list_services(runtime),
        floods=await audit.list_floods(runtime),
        missing_of=lambda reach: reach_words.missing(language_of(request), reach),
        broken_at=await audit.find_break(runtime),
    )


async def look(request: web.Request) -> web.StreamResponse:
    """Show what `blakus doctor` would say, from inside the running program."""
    runtime, language = request.app[RUNTIME], language_of(request)
    async with request.app[LOOKING]:
        found = await doctor.collect_lines(runtime)

    def told(line: Line) -> Mapping[str, str]:
        return {
            "verdict": say(language, doctor_words.VERDICTS[line.state]),
            "about": sentence(language, line.about),
            "seen": "; ".join(sentence(language, seen) for seen in line.seen),
            "do": sentence(language, line.do) if line.do else "",
        }

    wrong = sum(line.well is False for line in found)
    lines = [told(line) for line in sorted(found, key=lambda line: FIRST.get(line.state, len(FIRST)))]
    waits = any(line.state == "waiting" and line.about.words == "service {id}" for line in found)
    return page(request, "operation/operation_look.html", lines=lines, wrong=wrong, waits=waits, at=runtime.now())


async def metrics(request: web.Request) -> web.StreamResponse:
    """Return metrics to the operator's monitor. Raises HTTPNotFound without the token, or if none is set."""
    runtime = request.app[RUNTIME]
    token = runtime.settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        raise web.HTTPNotFound
    return web.Response(body=await audit.metrics(runtime), headers={"Content-Type": CONTENT_TYPE_LATEST})
