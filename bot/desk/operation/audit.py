"""The operator's pages: state of the program, services, the doctor; and the metrics."""

import asyncio
import hmac
from collections.abc import Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot import version
from bot.desk.app_keys import RUNTIME
from bot.desk.operation import doctor_words
from bot.desk.page import language_of, page, say, sentence
from bot.desk.services import reach_words
from bot.usecases.content import revisions
from bot.usecases.content.revisions import certificate
from bot.usecases.operation import audit, doctor
from bot.usecases.operation.doctor_line import Line

VERSION = version()
LOOKING: web.AppKey[asyncio.Lock] = web.AppKey("looking", asyncio.Lock)
"""Allows one doctor run at a time: it contacts other servers and walks through all content."""


async def show(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    return page(
        request,
        "operation/operation.html",
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
    """Show what `python -m bot doctor` would say, from inside the running program."""
    runtime, language = request.app[RUNTIME], language_of(request)
    async with request.app[LOOKING]:
        found = await doctor.collect_lines(runtime)

    def told(line: Line) -> Mapping[str, str]:
        return {
            "verdict": say(language, doctor_words.VERDICTS[line.well]),
            "about": sentence(language, line.about),
            "seen": "; ".join(sentence(language, seen) for seen in line.seen),
            "do": sentence(language, line.do) if line.do else "",
        }

    wrong = sum(line.well is False for line in found)
    lines = [told(line) for line in sorted(found, key=lambda line: line.well is not False)]
    return page(request, "operation/operation_look.html", lines=lines, wrong=wrong, at=runtime.now())


async def metrics(request: web.Request) -> web.StreamResponse:
    """Return metrics to the operator's monitor. Raises HTTPNotFound without the token, or if none is set."""
    runtime = request.app[RUNTIME]
    token = runtime.settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        raise web.HTTPNotFound
    return web.Response(body=await audit.metrics(runtime), headers={"Content-Type": CONTENT_TYPE_LATEST})
