"""What a person adds to a request she has sent, with its code: other safe times, a number that is not safe any more,
answers to the risk questions. Each is sealed to the same service; the desk is told that something waits, not what.
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
from bot.usecases.retrying import again
from bot.usecases.services import first_call, notices
from bot.usecases.services.first_call import FirstCall, Unanswerable
from bot.usecases.services.notices import NOTICE
from bot.usecases.services.reading_hours import Calendar, calendar_of
from storage.additions import Addition
from storage.consents import Consent
from storage.contact_requests import STILL_OPEN, ContactRequest
from storage.database import Conflict, Store

TIMES = ("windows", "valid_until")
"""The fields of a request that can be replaced later."""
MOST = 20
"""Additions to one request. Who needs more shall talk to the service."""
INCLUDE_SCREEN = "include_screen"
WORDING = "request.screen.consent"
WITHDRAWAL = "request.consent.withdrawal"
ACTION = "form.send-screen"

Kind = Literal["times", "screen"]


class TooMany(Refused):
    """So many changes were sent that no more are taken."""


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
    """Other safe times, and when they can be used first. None where the code leads to no open request.

    Whoever finds the code must not widen them: without the agreed word the worker's browser lets only those times hold
    that were allowed before, too. Whether `word` is right only that browser can tell, so nothing is said of it here. An
    earlier last day counts at once.

    Raises Unanswerable where nobody can reach her in these times and she has not been told so (`knowing`).
    """
    answers = {
        name: [asdict(window) for window in value if isinstance(window, Window)] if isinstance(value, tuple) else value
        for name, value in times.items()
        if name in TIMES
    }
    reach = FirstCall()

    def write(found: Target) -> Mapping[str, Any]:
        nonlocal reach
        reach = first_call.find_first_call(times, found.calendar, runtime.now())
        if reach.unanswerable and not knowing:
            raise Unanswerable(found.calendar)
        return {"answers": answers, "language": language, "word": word, **reach.mark}

    return reach if await _add(runtime, code, "times", write, until=last_day(times)) else None


async def answer_questions(runtime: Runtime, code: str, screen: Screen, language: str, channel: Channel) -> bool:
    """Send the answers to the risk questions, on their own consent. The word on the envelope may only rise."""
    if not answered(screen):
        raise Refused
    letter = {"screen": dict(screen), "language": language, "consents": [INCLUDE_SCREEN]}
    return await _add(runtime, code, "screen", lambda _: letter, screen, channel)


async def block_calls(runtime: Runtime, code: str) -> bool:
    """“This number is no longer safe”: stands on the envelope, so that it holds before anybody opens anything."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    return await again(lambda: _block_once(runtime, receipt_hash, now))


async def _block_once(runtime: Runtime, receipt_hash: bytes, now: datetime) -> bool:
    async with runtime.database.store() as store:
        request = await _open(store, receipt_hash)
        if request is None:
            return False
        newest = await store.additions.newest(request.id)
        if not request.call_blocked or newest > (request.blocked_addition or 0):
            request.call_blocked, request.blocked_addition = True, newest
            await store.requests.hold(request)
            await _tell(runtime, store, request)
            await notices.record_later(store, request, "calls_blocked", now)
    return True


def consent_words(runtime: Runtime, language: str) -> Words:
    """What she agrees to by sending the answers."""
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
    """Seal what `write` makes for the request behind a code, and tell the desk. False where there is none."""
    receipt_hash = await receipts.hashed(runtime, code)

    async def add_once() -> bool:
        async with runtime.database.store() as store:
            found = await _found(store, receipt_hash)
        if found is None:
            return False
        letter = write(found)
        sealed = await asyncio.to_thread(seal, found.recipient, _payload(runtime, found, kind, letter))
        async with runtime.database.store() as store:
            request = await _still(store, receipt_hash, found)
            if screen:
                request.priority = highest(request.priority, priority({}, screen))
                await _agree(runtime, store, found, str(letter["language"]), channel)
            await _keep(runtime, store, request, found, sealed, until)
        return True

    return await again(add_once)  # withdrawn, opened, or the key was changed meanwhile


async def _found(store: Store, receipt_hash: bytes) -> Target | None:
    request = await _open(store, receipt_hash)
    if request is None:
        return None
    if await store.additions.count(request.id) >= MOST:
        raise TooMany
    recipient = await store.services.recipient(request.service_id)
    if recipient is None:
        raise NotAddressable
    service = await store.services.by_id(request.service_id)
    return Target(request.id, request.service_id, recipient, calendar_of(service) if service else None)


async def _still(store: Store, receipt_hash: bytes, found: Target) -> ContactRequest:
    """The request, if it and its key are still what the addition was sealed for."""
    request = await _open(store, receipt_hash)
    if request is None or await _found(store, receipt_hash) != found:
        raise Conflict
    return request


async def _keep(
    runtime: Runtime, store: Store, request: ContactRequest, found: Target, sealed: bytes, until: date | None
) -> None:
    now = runtime.now()
    if until and request.call_until:
        request.call_until = min(until, request.call_until)
    if until and request.status == "awaited":
        due = await deadline(runtime, store, request, "taken", hers=True)
        request.due_at = min(due, request.due_at or due)  # whoever holds her code can put nothing off by it
    await store.requests.hold(request)
    await store.additions.add(
        Addition(request_id=request.id, sealed=sealed, sealed_to=found.recipient, made_at=now, until=until)
    )
    await _tell(runtime, store, request)
    await notices.record_later(store, request, "request_added_to", now)


async def _agree(runtime: Runtime, store: Store, found: Target, language: str, channel: Channel) -> None:
    """The answers have a consent of their own, with the very words that stood above the button."""
    text = plain(consent_words(runtime, language))
    consent = Consent(
        request_id=found.request,
        wording_id=WORDING,
        wording_hash=await store.consents.keep_wording(language, text),
        language=language,
        purposes=[INCLUDE_SCREEN],
        recipient=found.service,
        channel=channel,
        given_at=runtime.now(),
        action=ACTION,
        withdrawal_wording=WITHDRAWAL,
    )
    await store.consents.add(consent)


async def _open(store: Store, receipt_hash: bytes) -> ContactRequest | None:
    request = await store.requests.by_receipt(receipt_hash)
    return request if request and request.status in STILL_OPEN else None


async def _tell(runtime: Runtime, store: Store, request: ContactRequest) -> None:
    """That something waits: with the next notice, so that the mailbox does not say when she wrote."""
    if service := await store.services.by_id(request.service_id):
        await notices.add(store, service, request, NOTICE, runtime.now())


def _payload(runtime: Runtime, found: Target, kind: Kind, letter: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ids inside tie it to its request; the time is rounded to the hour."""
    hour = runtime.now().replace(minute=0, second=0, microsecond=0).isoformat()
    return {"request": found.request, "service": found.service, "kind": kind, "sealed_hour": hour, **letter}
