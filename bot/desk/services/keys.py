"""The key page, and what its script sends and asks for: public halves, locked and sealed keys, nothing else."""

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
    waiting = [one for one in service.colleagues if not one.holds and one.id != worker.id]
    return page(
        request,
        "key.html",
        service=service,
        herself=next((one for one in service.colleagues if one.id == worker.id), None),
        to_give=[one for one in waiting if one.recipient and one.wants],
        to_wish=[one for one in waiting if one.recipient and not one.wants],
        to_wait_for=[one for one in waiting if not one.recipient],
        words=_words(request, service),
        **await reach_words.shown(request),
    )


async def show_lost(request: web.Request) -> web.StreamResponse:
    """What a new key of her own would cost, before she makes it."""
    service = await keys.get_own_service(request.app[RUNTIME], request[WORKER])
    if service.own is None:
        return see_other("/key")
    return page(request, "key_lost.html", service=service, words=_words(request, service))


def _words(request: web.Request, service: OwnService) -> Mapping[str, Any]:
    """What the script of these pages says and knows."""
    return {
        **translated(language_of(request), key_words.KEYS),
        "recipient": service.recipient,
        "holders": [
            {
                "id": one.id,
                "name": one.name,
                "own": one.recipient,
                "endorsement": _said(one.endorsement) if one.endorsement else None,
            }
            for one in service.colleagues
            if one.holds
        ],
        "service": service.id,
        "me": service.me,
    }


async def challenge(request: web.Request) -> web.StreamResponse:
    """What has to be opened with a key before it counts as the worker's."""
    form = await request.post()
    purpose = next((one for one in PURPOSES if one == _text(form, "purpose")), None)
    if purpose is None:
        raise web.HTTPBadRequest
    try:
        sealed = await key_proofs.ask(request.app[RUNTIME], request[WORKER], purpose, _text(form, "recipient"))
    except NotARecipient as error:
        raise NotAKey from error
    return web.json_response({"sealed": _said(sealed)})


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
    """What the browser unlocks and compares, and what it says where something differs or cannot be kept."""
    kept = await keys.get_held_keys(request.app[RUNTIME], request[WORKER])
    lock = workers.lock_of(request.app[RUNTIME], request.cookies[cookie_name(request.app)])
    return web.json_response(
        {
            "locked": _said(kept.locked),
            "copies": list(map(_said, kept.copies)),
            "given": _said(kept.given) if kept.given else None,
            "lock": _said(lock),
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
    """A browser found a key that is not what the program says it is."""
    form = await request.post()
    what = next((one for one in WHATS if one == _text(form, "what")), None)
    if what is None:
        raise web.HTTPBadRequest
    stated, about = _text(form, "recipient"), _text(form, "about")
    await key_alarm.report(request.app[RUNTIME], request[WORKER], what, stated, about)
    return web.json_response({})


async def change(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    try:
        copies = {
            str(one["to"]): Copy(str(one["own"]), _read(one["copy"]), _read(one["endorsement"]))
            for one in json.loads(_text(form, "copies"))
        }
        left_out = [str(one) for one in json.loads(_text(form, "left_out"))]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAKey from error
    await key_change.change(
        request.app[RUNTIME], request[WORKER], _text(form, "recipient"), copies, left_out, _bytes(form, "answer")
    )
    return web.json_response({})


async def letters(request: web.Request) -> web.StreamResponse:
    """All that is still sealed to an earlier key, each piece by the end of its address."""
    left = await key_change.left(request.app[RUNTIME], request[WORKER])
    named = [f"{one.reference}/{one.part}" + (f"-{one.number}" if one.number else "") for one in left]
    return web.json_response({"letters": named})


async def letter(request: web.Request) -> web.StreamResponse:
    sealed = await key_change.piece(request.app[RUNTIME], request[WORKER], _piece(request))
    return web.json_response({"ciphertext": _said(sealed)})


async def reseal(request: web.Request) -> web.StreamResponse:
    form, which = await request.post(), _piece(request)
    recipient, before, sealed = _text(form, "recipient"), _text(form, "before"), _bytes(form, "sealed")
    await key_change.reseal(request.app[RUNTIME], request[WORKER], which, recipient, before, sealed)
    return web.json_response({})


def _piece(request: web.Request) -> Piece:
    """The letter, or one of the things beside it: `letter`, `additions-3`, `notes-5`."""
    reference, (part, _, number) = request.match_info["reference"], request.match_info["part"].partition("-")
    kind = next((one for one in PARTS if one == part), None)
    if kind is None or not (_numbered(number) if kind != "letter" else not number):
        raise web.HTTPNotFound
    return Piece(reference, kind, int(number or 0))


def _numbered(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 10


def _text(form: Form, name: str) -> str:
    return str(form.get(name, ""))


def _copy(form: Form) -> Copy:
    return Copy(_text(form, "own"), _bytes(form, "copy"), _bytes(form, "endorsement"))


def _bytes(form: Form, name: str) -> bytes:
    return _read(_text(form, name))


def _read(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except ValueError as error:  # also where a letter is none of ASCII
        raise NotAKey from error


def _said(raw: bytes) -> str:
    return b64encode(raw).decode()
