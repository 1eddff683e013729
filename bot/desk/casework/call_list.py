"""The call list: which of the letters that this browser may open can be called now, and which later today.

The server knows neither safe times nor languages. It hands out sealed letters, as for finding somebody, and what its
envelopes say; everything else is decided in the browser, by what decides on the opened request.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import call_list_words, request_words
from bot.desk.casework.requests import envelope_data
from bot.desk.page import language_of, page, translated
from bot.desk.services import calendar_words
from bot.usecases.casework import requests
from bot.usecases.casework.letters import Found
from bot.usecases.casework.requests import OPEN, Envelope
from bot.usecases.casework.states import PAUSE
from bot.usecases.services import keys

WAYS = ("call", "sms")
"""The two in which the service reaches the person."""


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    words: Mapping[str, Any] = {
        **translated(language, call_list_words.CALLS),
        "priorities": translated(language, request_words.PRIORITIES),
        "days": translated(language, calendar_words.DAYS),
        "ways": translated(language, {way: request_words.OPTIONS["contact_mode"][way] for way in WAYS}),
        "languages": translated(language, request_words.OPTIONS["language"]),
    }
    return page(request, "calls.html", service=await keys.get_own_service(runtime, worker), words=words)


async def standing(request: web.Request, found: Sequence[Found]) -> Mapping[str, Mapping[str, Any]]:
    """What the envelope of each letter says, for the browser to lay over it. None that a colleague has taken."""
    runtime, worker = request.app[RUNTIME], request[WORKER]
    envelopes = {one.reference: one for one in await requests.everything(runtime, worker, OPEN)}
    both = ((one, envelopes.get(one.reference)) for one in found)
    return {
        one.reference: {
            **envelope_data(request, envelope),
            "additions": len(one.letter.additions),
            "call_blocked": one.letter.call_blocked,
            "paused_until": _paused_until(envelope),
        }
        for one, envelope in both
        if envelope is not None and (envelope.mine or envelope.taken_by is None)
    }


def _paused_until(one: Envelope) -> str:
    """When a pause between two calls ends: the page may stand open for longer."""
    return (max(at for at, _ in one.attempts) + PAUSE).isoformat() if one.lock == "pause" else ""
