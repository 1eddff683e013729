"""The call list: who can be called now, and who later today.

The server knows neither safe times nor languages. It hands out sealed letters and their envelopes; the browser decides
the rest with the code that decides on an opened request.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import call_list_words, request_words
from bot.desk.casework.requests import envelope_data
from bot.desk.page import language_of, page, translated
from bot.desk.services import calendar_words
from bot.usecases.casework.letters import Found
from bot.usecases.casework.queue import list_requests
from bot.usecases.casework.requests import OPEN, Envelope
from bot.usecases.services import keys

WAYS = ("call", "sms")
"""Contact modes in which the service reaches out, not the person."""


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    words: Mapping[str, Any] = {
        **translated(language, call_list_words.CALLS),
        "priorities": translated(language, request_words.PRIORITIES),
        "days": translated(language, calendar_words.DAYS),
        "ways": translated(language, {way: request_words.OPTIONS["contact_mode"][way] for way in WAYS}),
        "languages": translated(language, request_words.OPTIONS["language"]),
    }
    return page(request, "casework/calls.html", service=await keys.get_own_service(runtime, worker), words=words)


async def standing(request: web.Request, found: Sequence[Found]) -> Mapping[str, Mapping[str, Any]]:
    """Return envelope data by reference, leaving out requests a colleague has taken."""
    runtime, worker = request.app[RUNTIME], request[WORKER]
    envelopes = {envelope.reference: envelope for envelope in await list_requests(runtime, worker, OPEN)}
    both = ((sent, envelopes.get(sent.reference)) for sent in found)
    return {
        sent.reference: {
            **envelope_data(request, envelope),
            "additions": len(sent.letter.additions),
            "call_blocked": sent.letter.call_blocked,
            "call_until": sent.letter.call_until.isoformat() if sent.letter.call_until else "",
            "paused_until": _paused_until(envelope),
        }
        for sent, envelope in both
        if envelope is not None and (envelope.mine or envelope.taken_by is None)
    }


def _paused_until(envelope: Envelope) -> str:
    """Return when the pause between two calls ends, since the page may stay open longer; empty if none runs."""
    return envelope.paused_until.isoformat() if envelope.lock == "pause" and envelope.paused_until else ""
