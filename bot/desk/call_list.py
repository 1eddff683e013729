"""The call list: which of the letters that this browser may open can be called now, and which later today.

The server knows neither safe times nor languages. It hands out sealed letters, as for finding somebody, and what its
envelopes say; everything else is decided in the browser, by what decides on the opened request.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.desk import call_list_words, vocabulary
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import envelope_data
from bot.desk.page import language_of, page, translated
from bot.usecases import casework, service_keys
from bot.usecases.casework import OPEN, Envelope
from bot.usecases.letters import Found
from bot.usecases.states import PAUSE

WAYS = ("call", "sms")
"""The two in which the service reaches the person."""


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    words: Mapping[str, Any] = {
        **translated(language, call_list_words.CALLS),
        "priorities": translated(language, vocabulary.PRIORITIES),
        "days": translated(language, vocabulary.DAYS),
        "ways": translated(language, {way: vocabulary.OPTIONS["contact_mode"][way] for way in WAYS}),
        "languages": translated(language, vocabulary.OPTIONS["language"]),
    }
    return page(request, "calls.html", service=await service_keys.own_service(runtime, worker), words=words)


async def standing(request: web.Request, found: Sequence[Found]) -> Mapping[str, Mapping[str, Any]]:
    """What the envelope of each letter says, for the browser to lay over it. None that a colleague has taken."""
    runtime, worker = request.app[RUNTIME], request[WORKER]
    envelopes = {one.reference: one for one in await casework.everything(runtime, worker, OPEN)}
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
