"""Notes on a request. The page's script sends and receives them sealed."""

from base64 import b64decode, b64encode
from collections.abc import Mapping

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import writing_of
from bot.usecases.casework import notes
from bot.usecases.casework.notes import NotSealed, SealedNote
from bot.usecases.refused import NotFound


async def write(request: web.Request) -> web.StreamResponse:
    form, reference = await request.post(), request.match_info["reference"]
    try:
        sealed = b64decode(str(form.get("sealed", "")), validate=True)
    except ValueError as error:  # bad Base64, or not even ASCII
        raise NotSealed from error
    written = await notes.write(
        request.app[RUNTIME], request[WORKER], reference, str(form.get("recipient", "")), sealed
    )
    return web.json_response(note_data(request, written))


async def remove(request: web.Request) -> web.StreamResponse:
    """Remove a note that the worker's browser could not read."""
    number = request.match_info["note"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound
    await notes.remove(request.app[RUNTIME], request[WORKER], request.match_info["reference"], int(number))
    return web.json_response({})


def note_data(request: web.Request, note: SealedNote) -> Mapping[str, str]:
    """Return a note for the page's script: author, date in the worker's language, and the sealed text."""
    at = writing_of(request).day(note.at)
    return {"id": str(note.id), "by": note.by, "at": at, "sealed": b64encode(note.sealed).decode()}
