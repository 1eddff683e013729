"""Hand sealed letters to a worker's browser, and note what it confirms: letter read, agreed word found."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import call_list
from bot.desk.casework import notes as notes_page
from bot.desk.casework import papers as papers_page
from bot.desk.flash import leading
from bot.desk.page import answer, see_other
from bot.usecases.casework import letters, notes, papers
from bot.usecases.casework.letters import PURPOSES, Sealed
from bot.usecases.refused import NotFound

LARGEST_NUMBER = 2**31


async def fetch(request: web.Request) -> web.StreamResponse:
    """Return the sealed letter and all that is sealed beside it. This does not count as reading; `confirm` does."""
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    sealed = await letters.fetch(runtime, worker, reference)
    written = await notes.list_notes(runtime, worker, reference)
    return answer(
        request,
        ciphertext=_base64(sealed.ciphertext),
        copies=[_base64(copy) for copy in sealed.copies],
        additions=_added(sealed),
        reported=[{"report": report, "sealed": _base64(hours)} for report, hours in sealed.reported],
        call_blocked=sealed.call_blocked,
        papers=[
            papers_page.paper_data(request, paper) for paper in await papers.list_papers(runtime, worker, reference)
        ],
        notes=[notes_page.note_data(request, note) for note in written],
    )


async def confirm(request: web.Request) -> web.StreamResponse:
    """Count the letter as read: the browser has drawn it."""
    await letters.confirm(request.app[RUNTIME], request[WORKER], request.match_info["reference"])
    return answer(request)


async def confirm_word(request: web.Request) -> web.StreamResponse:
    """Note that the browser found the agreed word in an addition."""
    number = str((await request.post()).get("addition", ""))
    if not (number.isascii() and number.isdigit() and len(number) < 11 and int(number) < LARGEST_NUMBER):
        raise web.HTTPBadRequest
    await letters.confirm_word(request.app[RUNTIME], request[WORKER], request.match_info["reference"], int(number))
    return answer(request)


async def look_through(request: web.Request) -> web.StreamResponse:
    """Return every letter this worker may open, for her browser to search. All share the same copies of the key."""
    given = (await request.post()).get("purpose")
    purpose = next((code for code in PURPOSES if code == given), None)
    if purpose is None:
        raise web.HTTPBadRequest
    worker = request[WORKER]
    found = await letters.look_through(request.app[RUNTIME], worker, purpose)
    standing = await call_list.standing(request, found) if purpose == "calls" else None
    return answer(
        request,
        service=worker.service_id,
        copies=[_base64(copy) for copy in found[0].letter.copies] if found else [],
        letters=[
            {
                "reference": sent.reference,
                "case": sent.case,
                "sent": sent.created_at.isoformat(),
                "ciphertext": _base64(sent.letter.ciphertext),
                **({"added": _added(sent.letter), "envelope": standing[sent.reference]} if standing else {}),
            }
            for sent in found
            if standing is None or sent.reference in standing
        ],
    )


async def find(request: web.Request) -> web.StreamResponse:
    """Find a request by the receipt code the person gives. Any other text gets one uniform answer."""
    code = str((await request.post()).get("code", ""))
    try:
        reference = await letters.find_by_code(request.app[RUNTIME], request[WORKER], code)
    except NotFound:
        return see_other(leading("/requests", "not_found"))
    return see_other(f"/requests/{reference}")


async def export(request: web.Request) -> web.StreamResponse:
    """Download the sealed letter, for the day the desk is down."""
    reference = request.match_info["reference"]
    letter = await letters.export(request.app[RUNTIME], request[WORKER], reference)
    named = {"Content-Disposition": f'attachment; filename="request-{reference[:6]}.age"'}
    return web.Response(body=letter, content_type="application/octet-stream", headers=named)


def _added(letter: Sealed) -> list[Mapping[str, Any]]:
    return [{"number": number, "sealed": _base64(addition)} for number, addition in letter.additions]


def _base64(sealed: bytes) -> str:
    return b64encode(sealed).decode()
