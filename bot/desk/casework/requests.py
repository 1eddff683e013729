"""The worker's pages: the queue and one request."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.desk import asking, deed_words, deeds
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import asked_words, opened_words, request_words
from bot.desk.page import answer, language_of, page, say, translated, writing_of
from bot.desk.refusals import Refusal
from bot.desk.services import calendar_words, reach_words
from bot.texts import plain
from bot.usecases.casework import calls, floods, notes, undoing
from bot.usecases.casework import requests as casework
from bot.usecases.casework.calls import OnScreen
from bot.usecases.casework.long_queue import MOST, how_many, withdrawn_lately
from bot.usecases.casework.requests import OPEN, REASONS, SHOWN, Envelope
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.casework.states import AWAITED_AT_MOST
from bot.usecases.refused import NotFound
from bot.usecases.services import escalation, keys
from bot.usecases.services.keys import OwnService

GROUPS = ("contact", "urgency", "access", "wishes")
"""In the order in which a worker needs them."""
MESSAGE = "neutral_message"
"""The question whose answers are said or written exactly as they stood on the form."""


async def queue(request: web.Request) -> web.StreamResponse:
    runtime, worker = request.app[RUNTIME], request[WORKER]
    state, priority = request.query.get("state", ""), request.query.get("priority", "")
    among = {one for one in OPEN if one == state} or (SHOWN - OPEN if state == "ended" else OPEN)
    priority = priority if priority in request_words.PRIORITIES else ""
    flood = "flood" in request.query and bool(priority)
    count = await how_many(runtime, worker, among, priority, flood)
    first = min(_whole(request.query.get("from", "")), max(0, count - 1)) // MOST * MOST
    found = await casework.everything(runtime, worker, among, priority, first, MOST, flood)
    requests = [one for one in found if one.is_open]
    withdrawn = await withdrawn_lately(runtime, worker) if not state and not first and not flood else []
    has_folds = flood or ("new" in among and not first)
    return page(
        request,
        "queue.html",
        service=await keys.get_own_service(runtime, worker),
        requests=requests,
        groups=_grouped(requests, withdrawn),
        folds=await floods.folds(runtime, worker, priority, first) if has_folds else {},
        flood=flood,
        expiring=any(one.expiring for one in await casework.everything(runtime, worker, OPEN, most=1, folded=False)),
        withdrawn=withdrawn,
        tombstones=[one for one in found if not one.is_open],
        count=count,
        first=first,
        most=MOST,
        states=request_words.STATE_NAMES,
        priorities=request_words.PRIORITIES,
        state=state,
        priority=priority,
        neighbours=await escalation.list_neighbours(runtime, worker),
        **await reach_words.shown(request),
        not_found=any(deed_words.asked(request, "not_found")),
        find_words=translated(language_of(request), opened_words.FIND),
        ways=request_words.OPTIONS["contact_mode"],
        spoken=request_words.OPTIONS["language"],
    )


def _grouped(requests: list[Envelope], withdrawn: list[Envelope]) -> list[tuple[str, list[Envelope]]]:
    """In their order, so that what came in a flood can stand below the rest of its urgency.

    What is about to be erased unread comes first, whatever its urgency.
    """
    rest = [one for one in requests if not one.expiring]
    by_urgency = [(urgency, [one for one in rest if one.priority == urgency]) for urgency in request_words.PRIORITIES]
    return [("", [one for one in requests if one.expiring]), *by_urgency, ("", withdrawn)]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


async def look(request: web.Request) -> web.StreamResponse:
    owes = await calls.owes(request.app[RUNTIME], request[WORKER], request.match_info["reference"])
    try:
        return await request_page(request)
    except NotFound:
        if not owes:
            raise
        return _owed(request)


async def request_page(request: web.Request, reason: str = "", refusal: Refusal | None = None) -> web.Response:
    """One request. A reason that was refused stands in the form that it came from, with why it was refused."""
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    one = await casework.look(runtime, worker, reference)
    owes = await calls.owes(runtime, worker, reference)
    service, today = await keys.get_own_service(runtime, worker), runtime.today()
    return page(
        request,
        "request.html",
        refusal.status if refusal else 200,
        one=one,
        reason=reason,
        refusal=refusal,
        back=f"/requests/{reference}",
        reference=reference,
        owes=owes,
        at_once=owes and not (one.readable and service.held and one.is_open),
        undo=await undoing.offered(runtime, worker, reference),
        service=service,
        can_open=one.readable and service.held,
        is_open=one.is_open,
        may_act=one.may_act,
        may_erase=one.may_erase,
        wait_from=today.isoformat(),
        wait_to=(today + AWAITED_AT_MOST).isoformat(),
        outcomes=request_words.OUTCOMES,
        reasons=[(code, request_words.REASONS[code]) for code in REASONS],
        words=_words(request, service),
        envelope={**envelope_data(request, one), "owes": owes},
    )


def _owed(request: web.Request) -> web.Response:
    """It was hidden from who was shown the number; how her call went is noted all the same."""
    language, reference = language_of(request), request.match_info["reference"]
    ended, note_it = say(language, asked_words.ENDED["hidden"]), say(language, asked_words.NOTE_IT)
    outcomes = request_words.OUTCOMES
    return page(
        request, "owed.html", reference=reference, at_once=True, outcomes=outcomes, ended=ended, note_it=note_it
    )


def envelope_data(request: web.Request, one: Envelope) -> Mapping[str, Any]:
    """What the page's script must know of the request beside its letter."""
    awaited = one.due_at if one.state == "awaited" else None
    excused = one.led and one.lock not in ("other_person", "wrong_number")  # whoever answered has the phone
    excused = excused or (
        awaited is not None and one.lock in ("limit", "pause")
    )  # the page says already that she is awaited
    return {
        "reference": one.reference,
        "service": one.service_id,
        "priority": one.priority,
        "mine": one.mine,
        "lock": "" if excused else one.lock,
        "leads": one.led,
        "open": one.is_open,
        "outcomes": [outcome for _, outcome in one.attempts],
        "sent": writing_of(request).day(one.created_at),
        "additions": one.additions,
        "call_blocked": one.call_blocked,
        "call_until": one.call_until.isoformat() if one.call_until else "",
        "word_addition": one.word_addition,
        "awaited": writing_of(request).last_day(awaited) if awaited else "",
    }


async def standing(request: web.Request) -> web.StreamResponse:
    """For a page that shows the number: whether it may stay there. Asked by itself, so it is no sign of life."""
    now = await calls.on_screen(request.app[RUNTIME], request[WORKER], request.match_info["reference"])
    since = writing_of(request).moment(now.since) if now.since else ""
    return answer(
        request,
        mine=now.mine,
        holder=now.holder or "",
        since=since,
        open=now.open,
        may_show=now.may_show,
        owes=now.owes,
        said=_said(request, now, since),
    )


def _said(request: web.Request, now: OnScreen, since: str) -> str:
    """Why the number goes, or who else was shown it since."""
    if now.may_show:
        return asking.said_of_others(request, now.others)
    why = say(language_of(request), asked_words.ENDED[now.ended])
    why = why.replace("{name}", now.holder or "–").replace("{since}", since or "–")
    return f"{why} {say(language_of(request), asked_words.NOTE_IT)}" if now.owes and why else why


async def reveal(request: web.Request) -> web.StreamResponse:
    reference, told = request.match_info["reference"], await asking.told(request)
    try:
        known = await casework.reveal(request.app[RUNTIME], request[WORKER], reference, told)
    except ToldFirst as first:
        return await asking.ask_about_showing(request, first.truth)
    return answer(request, additions=known)


async def take(request: web.Request) -> web.StreamResponse:
    reference = request.match_info["reference"]
    return _taken(request, await casework.take(request.app[RUNTIME], request[WORKER], reference))


async def take_over(request: web.Request) -> web.StreamResponse:
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    try:
        await casework.take_over(runtime, worker, reference, await asking.told(request))
    except ToldFirst as first:
        return await asking.ask_about_taking_over(request, first.truth)
    return _taken(request, await casework.look(runtime, worker, reference))


def _taken(request: web.Request, one: Envelope) -> web.Response:
    return deeds.done(request, f"/requests/{one.reference}", _promise(request, one))


async def close(request: web.Request) -> web.StreamResponse:
    given = str((await request.post()).get("reason", ""))
    reason = next((one for one in REASONS if one == given), None)
    if reason is None:
        raise web.HTTPBadRequest
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    if not await asking.is_sure(request):
        await casework.must_be_closable(runtime, worker, reference)
        return await asking.ask_about(request, reason)
    await casework.close(runtime, worker, reference, reason)
    return deeds.done(request, "/requests")


def _promise(request: web.Request, one: Envelope) -> str:
    """Until when she has promised to care for it. Empty where a talk has begun already: then no promise runs."""
    if one.taken_until is None:
        return ""
    until = writing_of(request).moment(one.taken_until)
    return say(language_of(request), opened_words.OPENING["taken"]).replace("{until}", until)


def _words(request: web.Request, service: OwnService) -> Mapping[str, Any]:
    """Everything the page's script may say, in the worker's language; codes come from the opened request."""
    language, content = language_of(request), request.app[RUNTIME].content
    areas = {place: content.dialogue.municipalities[place].names for place in service.places}
    in_latvia = "ru" if language == "ru" else "lv"
    return {
        "language": language,
        **{
            name.lower(): translated(language, getattr(request_words, name))
            for name in ("PRIORITIES", "LINE", "FIELDS", "CONSENTS", "SCREEN", "SCREEN_ANSWERS")
        },
        "days": translated(language, calendar_words.DAYS),
        "opening": translated(language, opened_words.OPENING),
        "added": translated(language, opened_words.ADDED),
        "call": {
            **translated(language, opened_words.CALL),
            "steps": translated(language, opened_words.STEPS),
            "mind": translated(language, opened_words.MIND),
        },
        "script": _script(request, service),
        "paper": {
            **translated(language, opened_words.PAPER),
            "service_fields": [say(language, one) for one in opened_words.SERVICE_FIELDS],
            "marac_fields": [say(language, one) for one in opened_words.MARAC_FIELDS],
        },
        "notes": {**translated(language, opened_words.NOTES), "most": notes.MOST, "longest": notes.LONGEST},
        "options": {
            **{field: translated(language, options) for field, options in request_words.OPTIONS.items()},
            "area": {place: names[in_latvia] for place, names in areas.items()},
        },
        "groups": [
            {
                "id": group,
                "heading": say(language, request_words.GROUPS[group]),
                "fields": [name for name, field in content.request.fields.items() if field.group == group],
            }
            for group in GROUPS
        ],
    }


def _script(request: web.Request, service: OwnService) -> Mapping[str, Mapping[str, str]]:
    """What can be said in a call, in every language: which of it is, the browser chooses from the opened letter."""
    runtime = request.app[RUNTIME]
    content, today = runtime.content, runtime.today()

    def said(key: str, language: str) -> str:
        named = {"service:name": service.names.get(language) or service.names["lv"]}
        return plain(content.say(key, language, today, named))

    spoken = {key: f"request.script.{key}" for key in opened_words.SPOKEN}
    chosen = {f"message.{one}": f"request.{MESSAGE}:{one}" for one in content.request.fields[MESSAGE].options}
    return {
        language: {name: said(key, language) for name, key in (spoken | chosen).items()}
        for language in content.dialogue.languages
    }
