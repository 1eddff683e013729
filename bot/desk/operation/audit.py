"""Pages of the operator and the data-protection officer: state of the program, counts, the audit."""

import asyncio
import hmac
from collections.abc import Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot import version
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.operation import doctor_words
from bot.desk.page import language_of, page, say, sentence
from bot.desk.services import reach_words
from bot.usecases.content import revisions
from bot.usecases.content.revisions import certificate
from bot.usecases.operation import audit, consent_records, doctor
from bot.usecases.operation.doctor_line import Line, State

VERSION = version()
FIRST: Mapping[State, int] = {"red": 0, "waiting": 1}
"""What is to be done comes first, everything else in its own order."""
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
            "verdict": say(language, doctor_words.VERDICTS[line.state]),
            "about": sentence(language, line.about),
            "seen": "; ".join(sentence(language, seen) for seen in line.seen),
            "do": sentence(language, line.do) if line.do else "",
        }

    wrong = sum(line.well is False for line in found)
    lines = [told(line) for line in sorted(found, key=lambda line: FIRST.get(line.state, len(FIRST)))]
    waits = any(line.state == "waiting" and line.about.words == "service {id}" for line in found)
    return page(request, "operation/operation_look.html", lines=lines, wrong=wrong, waits=waits, at=runtime.now())


async def show_audit(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    return page(
        request,
        "operation/audit.html",
        entries=await audit.list_events(runtime),
        broken_at=await audit.find_break(runtime),
    )


async def export_consents(request: web.Request) -> web.StreamResponse:
    """Download the consents as JSON: the officer files them, nobody reads them on a page."""
    made = await consent_records.export(request.app[RUNTIME], request[WORKER])
    named = {"Content-Disposition": f'attachment; filename="consents-{made.exported_at:%Y-%m-%d}.json"'}
    return web.Response(text=made.model_dump_json(indent=2), content_type="application/json", headers=named)


async def metrics(request: web.Request) -> web.StreamResponse:
    """Return metrics to the operator's monitor. Raises HTTPNotFound without the token, or if none is set."""
    runtime = request.app[RUNTIME]
    token = runtime.settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        raise web.HTTPNotFound
    return web.Response(body=await audit.metrics(runtime), headers={"Content-Type": CONTENT_TYPE_LATEST})
