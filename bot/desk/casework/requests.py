"""The worker's pages: the queue, and the page of one request."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.desk import asking, flash, flash_words
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import asked_words, guidance, opened_words, papers, referral_words, request_words
from bot.desk.page import LANGUAGES, answer, language_of, page, say, translated, writing_of
from bot.desk.refusals import Refusal
from bot.desk.services import calendar_words, quarter_words, reach_words
from bot.texts import plain
from bot.usecases.casework import calls, floods, joining, notes, undoing
from bot.usecases.casework import requests as casework
from bot.usecases.casework.calls import OnScreen
from bot.usecases.casework.queue import LISTED, PAGE_SIZE, count_requests, list_requests, list_withdrawn
from bot.usecases.casework.requests import OPEN, REASONS, Envelope
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.casework.states import AWAITED_AT_MOST
from bot.usecases.refused import NotFound
from bot.usecases.services import escalation, keys
from bot.usecases.services.keys import OwnService

GROUPS = ("contact", "urgency", "access", "wishes")
"""Groups of answers, in the order a worker needs them."""
MINE_ENDED = "mine_ended"
"""The filter of the queue for what the worker closed herself."""
MESSAGE = "neutral_message"
"""The question whose answers are spoken or sent word for word as the form showed them."""


async def queue(request: web.Request) -> web.StreamResponse:
    runtime, worker = request.app[RUNTIME], request[WORKER]
    state, priority = request.query.get("state", ""), request.query.get("priority", "")
    mine = state == MINE_ENDED
    ended = mine or state == "ended"
    among = {open_state for open_state in OPEN if open_state == state} or (LISTED - OPEN if ended else OPEN)
    priority = priority if priority in request_words.PRIORITIES else ""
    flood = "flood" in request.query and bool(priority)
    count = await count_requests(runtime, worker, among, priority, flood, mine=mine)
    first = min(_parse_count(request.query.get("from", "")), max(0, count - 1)) // PAGE_SIZE * PAGE_SIZE
    found = await list_requests(runtime, worker, among, priority, first, PAGE_SIZE, flood, mine=mine)
    requests = [envelope for envelope in found if envelope.is_open]
    withdrawn = await list_withdrawn(runtime, worker) if not state and not first and not flood else []
    soonest = await list_requests(runtime, worker, OPEN, most=1, folded=False)
    has_folds = flood or ("new" in among and not first)
    return page(
        request,
        "casework/queue.html",
        service=await keys.get_own_service(runtime, worker),
        requests=requests,
        groups=_grouped(requests, withdrawn),
        folds=await floods.folds(runtime, worker, priority, first) if has_folds else {},
        flood=flood,
        expiring=any(envelope.expiring for envelope in soonest),
        withdrawn=withdrawn,
        tombstones=[envelope for envelope in found if not envelope.is_open],
        count=count,
        first=first,
        most=PAGE_SIZE,
        states=request_words.STATE_NAMES,
        priorities=request_words.PRIORITIES,
        state=state,
        priority=priority,
        neighbours=await escalation.list_neighbours(runtime, worker),
        **await reach_words.reach_values(request),
        not_found=any(flash_words.asked(request, "not_found")),
        find_words=translated(language_of(request), opened_words.FIND),
        ways=request_words.OPTIONS["contact_mode"],
        spoken=request_words.OPTIONS["language"],
    )


def _grouped(requests: list[Envelope], withdrawn: list[Envelope]) -> list[tuple[str, list[Envelope]]]:
    """Group by urgency, keeping the order, so that the page can put a flood below the rest of its urgency.

    Requests about to be erased unread come first, whatever their urgency.
    """
    rest = [envelope for envelope in requests if not envelope.expiring]
    by_urgency = [
        (urgency, [envelope for envelope in rest if envelope.priority == urgency])
        for urgency in request_words.PRIORITIES
    ]
    return [("", [envelope for envelope in requests if envelope.expiring]), *by_urgency, ("", withdrawn)]


def _parse_count(text: str) -> int:
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
    """Render one request. A refused reason stays in its form, with why it was refused."""
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    envelope = await casework.get_envelope(runtime, worker, reference)
    owes = await calls.owes(runtime, worker, reference)
    service, today = await keys.get_own_service(runtime, worker), runtime.today()
    return page(
        request,
        "casework/request.html",
        refusal.status if refusal else 200,
        envelope=envelope,
        reason=reason,
        refusal=refusal,
        back=f"/requests/{reference}",
        reference=reference,
        owes=owes,
        at_once=owes and not (envelope.readable and service.held and envelope.is_worked_on),
        joining=await joining.get_joining(runtime, worker, reference),
        undo=await undoing.get_undoing(runtime, worker, reference),
        service=service,
        can_open=envelope.readable and service.held,
        is_open=envelope.is_worked_on,
        may_act=envelope.may_act,
        leads_here=worker.role == "head",
        may_erase=envelope.may_erase,
        wait_from=today.isoformat(),
        wait_to=(today + AWAITED_AT_MOST).isoformat(),
        outcomes=request_words.OUTCOMES,
        slip=quarter_words.ticks(request.app[RUNTIME].content.monitoring),
        reasons=[(code, request_words.REASONS[code]) for code in REASONS],
        words=_words(request, service),
        envelope_data={**envelope_data(request, envelope), "owes": owes},
    )


def _owed(request: web.Request) -> web.Response:
    """Let a worker who was shown the number note how the call went, even if the request is hidden from her now."""
    language, reference = language_of(request), request.match_info["reference"]
    ended, note_it = say(language, asked_words.ENDED["hidden"]), say(language, asked_words.NOTE_IT)
    outcomes = request_words.OUTCOMES
    return page(
        request,
        "casework/owed.html",
        reference=reference,
        at_once=True,
        outcomes=outcomes,
        ended=ended,
        note_it=note_it,
    )


def envelope_data(request: web.Request, envelope: Envelope) -> Mapping[str, Any]:
    """Return what the page's script has to know about a request besides its letter, ready for JSON."""
    awaited = envelope.due_at if envelope.state == "awaited" else None
    # Nobody overrules these two: whoever answered has the phone.
    excused = envelope.led and envelope.lock not in ("other_person", "wrong_number")
    # The page already says that the person is awaited.
    excused = excused or (awaited is not None and envelope.lock in ("limit", "pause"))
    return {
        "reference": envelope.reference,
        "service": envelope.service_id,
        "priority": envelope.priority,
        "mine": envelope.mine,
        "lock": "" if excused else envelope.lock,
        "withheld": envelope.withheld,
        "leads": envelope.led,
        "open": envelope.is_open,
        "state": envelope.state,
        "papers": envelope.may_write_papers,
        "outcomes": [outcome for _, outcome in envelope.attempts],
        "sent": writing_of(request).day(envelope.created_at),
        "additions": envelope.additions,
        "call_blocked": envelope.call_blocked,
        "call_until": envelope.call_until.isoformat() if envelope.call_until else "",
        "word_addition": envelope.word_addition,
        "awaited": writing_of(request).last_day(awaited) if awaited else "",
    }


async def standing(request: web.Request) -> web.StreamResponse:
    """Tell a page whether the number may stay on it. The page polls this, so it does not keep a session alive."""
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
        said=_notice(request, now, since),
    )


def _notice(request: web.Request, now: OnScreen, since: str) -> str:
    """Say why the number has to go or, if it may stay, who else was shown it since."""
    if now.may_show:
        return asking.said_of_others(request, now.others)
    why = say(language_of(request), asked_words.ENDED[now.ended])
    why = why.replace("{name}", now.holder or "–").replace("{since}", since or "–")
    return f"{why} {say(language_of(request), asked_words.NOTE_IT)}" if now.owes and why else why


async def reveal(request: web.Request) -> web.StreamResponse:
    reference, told = request.match_info["reference"], await asking.told_mark(request)
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
        await casework.take_over(runtime, worker, reference, await asking.told_mark(request))
    except ToldFirst as first:
        return await asking.ask_about_taking_over(request, first.truth)
    return _taken(request, await casework.get_envelope(runtime, worker, reference))


def _taken(request: web.Request, envelope: Envelope) -> web.Response:
    return flash.done(request, f"/requests/{envelope.reference}", _promise(request, envelope))


async def close(request: web.Request) -> web.StreamResponse:
    given = str((await request.post()).get("reason", ""))
    reason = next((code for code in REASONS if code == given), None)
    if reason is None:
        raise web.HTTPBadRequest
    runtime, worker, reference = request.app[RUNTIME], request[WORKER], request.match_info["reference"]
    if not await asking.is_sure(request):
        await casework.must_be_closable(runtime, worker, reference)
        return await asking.ask_about(request, reason)
    slip = [str(name) for name in (await request.post()).getall("slip", [])]
    await casework.close(runtime, worker, reference, reason, slip)
    return flash.done(request, "/requests")


def _promise(request: web.Request, envelope: Envelope) -> str:
    """Say until when she has promised to deal with it; empty once contact is made and no deadline runs."""
    if envelope.taken_until is None:
        return ""
    until = writing_of(request).moment(envelope.taken_until)
    return say(language_of(request), opened_words.OPENING["taken"]).replace("{until}", until)


def _words(request: web.Request, service: OwnService) -> Mapping[str, Any]:
    """Return all texts the page's script may show, in the worker's language, by the codes of an opened letter."""
    language, content = language_of(request), request.app[RUNTIME].content
    areas = {place: content.dialogue.municipalities[place].names for place in service.places}
    in_latvia = "ru" if language == "ru" else "lv"
    return {
        "language": language,
        "desk": [code for code, _ in LANGUAGES],
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
            "service_fields": [say(language, label) for label in opened_words.SERVICE_FIELDS],
            "marac_fields": [say(language, label) for label in opened_words.MARAC_FIELDS],
        },
        "copying": translated(language, opened_words.COPYING),
        "notes": {**translated(language, opened_words.NOTES), "most": notes.MOST, "longest": notes.LONGEST},
        "papers": papers.words(request),
        "guidance": guidance.words(request),
        "options": {
            **{field: translated(language, options) for field, options in request_words.OPTIONS.items()},
            "contact_mode": translated(
                language, {**request_words.OPTIONS["contact_mode"], **request_words.WITHOUT_CONTACT}
            ),
            "area": {place: names[in_latvia] for place, names in areas.items()},
        },
        "referral": {
            "heading": say(language, referral_words.GROUPS["report"]),
            "first": translated(language, referral_words.FIRST),
            "fields": translated(language, referral_words.FIELDS),
            "options": {name: translated(language, options) for name, options in referral_words.OPTIONS.items()},
            "signs": translated(language, referral_words.SIGN_ANSWERS),
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
    """Return all texts for a call, by language and name. The browser picks from them once the letter is open."""
    runtime = request.app[RUNTIME]
    content, today = runtime.content, runtime.today()

    def said(key: str, language: str) -> str:
        if not content.has(key, language):  # a package from before there was this sentence
            return ""
        named = {"service:name": service.names.get(language) or service.names["lv"]}
        return plain(content.say(key, language, today, named))

    spoken = {key: f"request.script.{key}" for key in opened_words.SPOKEN}
    chosen = {f"message.{code}": f"request.{MESSAGE}:{code}" for code in content.request.fields[MESSAGE].options}
    return {
        language: {name: said(key, language) for name, key in (spoken | chosen).items()}
        for language in content.dialogue.languages
    }
