"""The key page and its script's requests. Only public halves and locked or sealed keys pass through here."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.cookies import cookie_name
from bot.desk.page import language_of, page, see_other, translated
from bot.desk.services import key_words, reach_words
from bot.sealing import NotARecipient
from bot.usecases.accounts import workers
from bot.usecases.casework import key_change
from bot.usecases.casework.key_change import PARTS, Piece
from bot.usecases.services import key_alarm, key_proofs, keys
from bot.usecases.services.key_alarm import WHATS
from bot.usecases.services.key_proofs import PURPOSES
from bot.usecases.services.keys import Copy, NotAKey, OwnService

Form = MultiDictProxy[Any]


async def show(request: web.Request) -> web.StreamResponse:
    worker = request[WORKER]
    service = await keys.get_own_service(request.app[RUNTIME], worker)
    waiting = [colleague for colleague in service.colleagues if not colleague.holds and colleague.id != worker.id]
    return page(
        request,
        "services/key.html",
        service=service,
        herself=next((colleague for colleague in service.colleagues if colleague.id == worker.id), None),
        to_give=[colleague for colleague in waiting if colleague.recipient and colleague.wants],
        to_wish=[colleague for colleague in waiting if colleague.recipient and not colleague.wants],
        to_wait_for=[colleague for colleague in waiting if not colleague.recipient],
        words=_words(request, service),
        today=request.app[RUNTIME].today(),
        **await reach_words.reach_values(request),
    )


async def show_lost(request: web.Request) -> web.StreamResponse:
    """Show what making a new key of her own would cost, before she makes it."""
    service = await keys.get_own_service(request.app[RUNTIME], request[WORKER])
    if service.own is None:
        return see_other("/key")
    return page(request, "services/key_lost.html", service=service, words=_words(request, service))


def _words(request: web.Request, service: OwnService) -> Mapping[str, Any]:
    """Return the texts and data for the script of these pages."""
    return {
        **translated(language_of(request), key_words.KEYS),
        "recipient": service.recipient,
        "holders": [
            {
                "id": holder.id,
                "name": holder.name,
                "own": holder.recipient,
                "endorsement": _base64(holder.endorsement) if holder.endorsement else None,
            }
            for holder in service.colleagues
            if holder.holds
        ],
        "service": service.id,
        "me": service.me,
    }


async def challenge(request: web.Request) -> web.StreamResponse:
    """Seal a challenge to a public half. The worker's browser proves that it has the key by opening it."""
    form = await request.post()
    purpose = next((code for code in PURPOSES if code == _text(form, "purpose")), None)
    if purpose is None:
        raise web.HTTPBadRequest
    try:
        sealed = await key_proofs.ask(request.app[RUNTIME], request[WORKER], purpose, _text(form, "recipient"))
    except NotARecipient as error:
        raise NotAKey from error
    return web.json_response({"sealed": _base64(sealed)})


async def make_own(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    await keys.make_own(
        request.app[RUNTIME],
        request[WORKER],
        _text(form, "recipient"),
        _bytes(form, "locked"),
        _bytes(form, "answer"),
        wants_key=_text(form, "wants") == "yes",
    )
    return web.json_response({})


async def wish(request: web.Request) -> web.StreamResponse:
    wants = _text(await request.post(), "wants") == "yes"
    await keys.set_wish(request.app[RUNTIME], request[WORKER], wants_key=wants)
    return see_other("/key")


async def held(request: web.Request) -> web.StreamResponse:
    """Return what the browser unlocks and compares, and the warnings it may have to show."""
    kept = await keys.get_held_keys(request.app[RUNTIME], request[WORKER])
    lock = workers.lock_of(request.app[RUNTIME], request.cookies[cookie_name(request.app)])
    return web.json_response(
        {
            "locked": _base64(kept.locked),
            "copies": list(map(_base64, kept.copies)),
            "given": _base64(kept.given) if kept.given else None,
            "lock": _base64(lock),
            "own": kept.own,
            "recipient": kept.recipient,
            "says": translated(language_of(request), key_words.KEYRING),
        }
    )


async def make(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    await keys.make(
        request.app[RUNTIME], request[WORKER], _text(form, "recipient"), _copy(form), _bytes(form, "answer")
    )
    return web.json_response({})


async def restore(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    await keys.restore(
        request.app[RUNTIME], request[WORKER], _text(form, "recipient"), _copy(form), _bytes(form, "answer")
    )
    return web.json_response({})


async def grant(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    await keys.grant(request.app[RUNTIME], request[WORKER], _text(form, "to"), _copy(form))
    return web.json_response({})


async def accept(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    await keys.accept(request.app[RUNTIME], request[WORKER], _text(form, "recipient"), _bytes(form, "answer"))
    return web.json_response({})


async def differs(request: web.Request) -> web.StreamResponse:
    """Raise the alarm: a browser found a key that differs from what the program claims."""
    form = await request.post()
    what = next((code for code in WHATS if code == _text(form, "what")), None)
    if what is None:
        raise web.HTTPBadRequest
    stated, about = _text(form, "recipient"), _text(form, "about")
    await key_alarm.report(request.app[RUNTIME], request[WORKER], what, stated, about)
    return web.json_response({})


async def change(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    try:
        copies = {
            str(copy["to"]): Copy(str(copy["own"]), _decode(copy["copy"]), _decode(copy["endorsement"]))
            for copy in json.loads(_text(form, "copies"))
        }
        left_out = [str(holder) for holder in json.loads(_text(form, "left_out"))]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAKey from error
    await key_change.change(
        request.app[RUNTIME], request[WORKER], _text(form, "recipient"), copies, left_out, _bytes(form, "answer")
    )
    return web.json_response({})


async def letters(request: web.Request) -> web.StreamResponse:
    """List everything still sealed to an earlier key, each piece as the end of its path: `{reference}/notes-5`."""
    left = await key_change.list_unchanged(request.app[RUNTIME], request[WORKER])
    named = [f"{piece.reference}/{piece.part}" + (f"-{piece.number}" if piece.number else "") for piece in left]
    return web.json_response({"letters": named})


async def letter(request: web.Request) -> web.StreamResponse:
    sealed = await key_change.get_piece(request.app[RUNTIME], request[WORKER], _piece(request))
    return web.json_response({"ciphertext": _base64(sealed)})


async def reseal(request: web.Request) -> web.StreamResponse:
    form, which = await request.post(), _piece(request)
    recipient, before, sealed = _text(form, "recipient"), _text(form, "before"), _bytes(form, "sealed")
    await key_change.reseal(request.app[RUNTIME], request[WORKER], which, recipient, before, sealed)
    return web.json_response({})


def _piece(request: web.Request) -> Piece:
    """Parse the path: `letter`, `additions-3` or `notes-5` of a request."""
    reference, (part, _, number) = request.match_info["reference"], request.match_info["part"].partition("-")
    kind = next((code for code in PARTS if code == part), None)
    if kind is None or not (_is_number(number) if kind != "letter" else not number):
        raise web.HTTPNotFound
    return Piece(reference, kind, int(number or 0))


def _is_number(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 10


def _text(form: Form, name: str) -> str:
    return str(form.get(name, ""))


def _copy(form: Form) -> Copy:
    return Copy(_text(form, "own"), _bytes(form, "copy"), _bytes(form, "endorsement"))


def _bytes(form: Form, name: str) -> bytes:
    return _decode(_text(form, name))


def _decode(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except ValueError as error:  # bad Base64, or not even ASCII
        raise NotAKey from error


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
