"""Additions to a request that was sent, made with its receipt code: other safe times, answers to the risk questions, or
word that the number is no longer safe. Each is sealed to the service that has the request; the desk learns only that
something waits.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from bot.engine.priority import highest, priority
from bot.engine.request import Values, Window
from bot.engine.risk import Screen, answered
from bot.runtime import Runtime
from bot.sealing import seal
from bot.texts import Words, plain
from bot.usecases.casework import receipts
from bot.usecases.casework.deadlines import deadline
from bot.usecases.person.contact import Channel, last_day
from bot.usecases.refused import NotAddressable, Refused
from bot.usecases.retrying import retry
from bot.usecases.services import first_call, notices
from bot.usecases.services.first_call import FirstCall, Unanswerable
from bot.usecases.services.notices import NOTICE
from bot.usecases.services.reading_hours import Calendar, calendar_of
from storage.additions import Addition
from storage.consents import Consent
from storage.contact_requests import STILL_OPEN, ContactRequest
from storage.database import Conflict, Store

TIMES = ("windows", "valid_until")
"""Fields of a request that can be replaced later."""
MOST = 20
"""Additions to one request. Whoever needs more should talk to the service."""
INCLUDE_SCREEN = "include_screen"
WORDING = "request.screen.consent"
WITHDRAWAL = "request.consent.withdrawal"
ACTION = "form.send-screen"

Kind = Literal["times", "screen"]


class TooMany(Refused):
    """The request has as many additions as it may have."""


@dataclass(frozen=True, slots=True)
class Target:
    """The request behind a code, and the key to which an addition is sealed."""

    request: str
    service: str
    recipient: str
    calendar: Calendar | None = field(compare=False)


async def change_times(
    runtime: Runtime, code: str, times: Values, language: str, word: str = "", *, knowing: bool = False
) -> FirstCall | None:
    """Send other safe times. Return when the first call is possible, or None if the code leads to no open request.

    Somebody who finds the code must not be able to widen the times: without the agreed word, the worker's browser
    accepts only times that were allowed before. Only that browser can check `word`. An earlier last day counts at once.

    Raises Unanswerable if nobody can reach her in these times and she has not been told so (`knowing`), NotAddressable,
    TooMany.
    """
    answers = {
        name: [asdict(window) for window in value if isinstance(window, Window)] if isinstance(value, tuple) else value
        for name, value in times.items()
        if name in TIMES
    }
    reach = FirstCall()

    def write(target: Target) -> Mapping[str, Any]:
        nonlocal reach
        reach = first_call.find_first_call(times, target.calendar, runtime.now())
        if reach.unanswerable and not knowing:
            raise Unanswerable(target.calendar)
        return {"answers": answers, "language": language, "word": word, **reach.mark}

    return reach if await _add(runtime, code, "times", write, until=last_day(times)) else None


async def answer_questions(runtime: Runtime, code: str, screen: Screen, language: str, channel: Channel) -> bool:
    """Send the answers to the risk questions, with a consent of their own. They can only raise the priority.

    False if the code leads to no open request. Raises Refused if nothing was answered, NotAddressable, TooMany.
    """
    if not answered(screen):
        raise Refused
    letter = {"screen": dict(screen), "language": language, "consents": [INCLUDE_SCREEN]}
    return await _add(runtime, code, "screen", lambda _: letter, screen, channel)


async def block_calls(runtime: Runtime, code: str) -> bool:
    """Mark the number as no longer safe. The mark is on the envelope, so it holds before anybody opens a letter.

    False if the code leads to no open request.
    """
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    return await retry(lambda: _block_once(runtime, receipt_hash, now))


async def _block_once(runtime: Runtime, receipt_hash: bytes, now: datetime) -> bool:
    async with runtime.database.store() as store:
        request = await _open_request(store, receipt_hash)
        if request is None:
            return False
        case = {request.id, request.joined_to or request.id}  # a word of before lifts nothing, on either
        newest = max([await store.additions.newest(request_id) for request_id in case])
        if not request.call_blocked or newest > (request.blocked_addition or 0):
            request.call_blocked, request.blocked_addition = True, newest
            await store.requests.hold(request)
            await _tell(runtime, store, request)
            await notices.record_later(store, request, "calls_blocked", now)
    return True


def consent_words(runtime: Runtime, language: str) -> Words:
    """The consent she gives by sending the answers to the risk questions."""
    return runtime.content.say(WORDING, language, runtime.today())


async def _add(
    runtime: Runtime,
    code: str,
    kind: Kind,
    write: Callable[[Target], Mapping[str, Any]],
    screen: Screen | None = None,
    channel: Channel = "web",
    until: date | None = None,
) -> bool:
    """Seal what `write` returns for the request behind a code, and tell the desk. False if there is no open request."""
    receipt_hash = await receipts.hashed(runtime, code)

    async def add_once() -> bool:
        async with runtime.database.store() as store:
            target = await _find_target(store, receipt_hash)
        if target is None:
            return False
        letter = write(target)
        sealed = await asyncio.to_thread(seal, target.recipient, _payload(runtime, target, kind, letter))
        async with runtime.database.store() as store:
            request = await _same_request(store, receipt_hash, target)
            if screen:
                own = await store.requests.by_id(request.joined_to) if request.joined_to else None
                for row in filter(None, (request, own)):  # a joined report has the urgency of her own request
                    row.priority = highest(row.priority, priority({}, screen))
                await _store_consent(runtime, store, target, str(letter["language"]), channel)
            await _store_addition(runtime, store, request, target, sealed, until)
        return True

    return await retry(add_once)  # the request or the key may change meanwhile


async def _find_target(store: Store, receipt_hash: bytes) -> Target | None:
    request = await _open_request(store, receipt_hash)
    if request is None:
        return None
    if await store.additions.count(request.id) >= MOST:
        raise TooMany
    recipient = await store.services.recipient(request.service_id)
    if recipient is None:
        raise NotAddressable
    service = await store.services.by_id(request.service_id)
    return Target(request.id, request.service_id, recipient, calendar_of(service) if service else None)


async def _same_request(store: Store, receipt_hash: bytes, target: Target) -> ContactRequest:
    """Return the request if it and its key are still those the addition was sealed for. Raises Conflict otherwise."""
    request = await _open_request(store, receipt_hash)
    if request is None or await _find_target(store, receipt_hash) != target:
        raise Conflict
    return request


async def _store_addition(
    runtime: Runtime, store: Store, request: ContactRequest, target: Target, sealed: bytes, until: date | None
) -> None:
    now = runtime.now()
    if until and request.call_until:
        request.call_until = min(until, request.call_until)
    if until and request.status == "awaited":
        due = await deadline(runtime, store, request, "taken", hers=True)
        request.due_at = min(due, request.due_at or due)  # her code cannot be used to postpone anything
    await store.requests.hold(request)
    await store.additions.add(
        Addition(request_id=request.id, sealed=sealed, sealed_to=target.recipient, made_at=now, until=until)
    )
    await _tell(runtime, store, request)
    await notices.record_later(store, request, "request_added_to", now)


async def _store_consent(runtime: Runtime, store: Store, target: Target, language: str, channel: Channel) -> None:
    """Store the consent for the answers, word for word as shown above the button."""
    text = plain(consent_words(runtime, language))
    consent = Consent(
        request_id=target.request,
        wording_id=WORDING,
        wording_hash=await store.consents.keep_wording(language, text),
        language=language,
        purposes=[INCLUDE_SCREEN],
        recipient=target.service,
        channel=channel,
        given_at=runtime.now(),
        action=ACTION,
        withdrawal_wording=WITHDRAWAL,
    )
    await store.consents.add(consent)


async def _open_request(store: Store, receipt_hash: bytes) -> ContactRequest | None:
    request = await store.requests.by_receipt(receipt_hash)
    return request if request and request.status in STILL_OPEN else None


async def _tell(runtime: Runtime, store: Store, request: ContactRequest) -> None:
    """Tell the service with its next notice, so that the mailbox does not show when she wrote."""
    if service := await store.services.by_id(request.service_id):
        await notices.add(store, service, request, NOTICE, runtime.now())


def _payload(runtime: Runtime, target: Target, kind: Kind, letter: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ids inside bind the addition to its request; the time is rounded down to the hour."""
    hour = runtime.now().replace(minute=0, second=0, microsecond=0).isoformat()
    return {"request": target.request, "service": target.service, "kind": kind, "sealed_hour": hour, **letter}
