"""A contact request from the sender's side: offer, consent, send, withdraw. Module `standing` says how it stands.

She holds a receipt code. It is the only way to her request: there is none by phone, name or account.
"""

import asyncio
import hashlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from bot.content import Content, filled_words
from bot.engine.code_words import CODE_WORD, NO_WORD, OWN_WORD
from bot.engine.priority import priority
from bot.engine.request import Filled, Values, Window
from bot.runtime import Runtime
from bot.sealing import seal
from bot.texts import Words, plain
from bot.usecases.casework import leaving, receipts
from bot.usecases.refused import AlreadyErased, ConsentMissing, NobodyMayRead, NotAddressable, NotAllowed
from bot.usecases.retrying import retry
from bot.usecases.services import first_call, known_there, notices, offers, sayings
from bot.usecases.services.first_call import FirstCall, Unanswerable
from bot.usecases.services.notices import NOTICE
from bot.usecases.services.offers import Offer, get_offer
from storage.base import random_id
from storage.consents import Consent
from storage.contact_requests import ContactRequest, Status
from storage.database import Conflict, Store, Trouble

__all__ = ["Agreement", "Offer", "Receipt", "Sending", "agreement", "get_offer", "send", "withdraw"]

Channel = Literal["web", "telegram"]

SLOTS = ("operator", "reader", "content", "retention", "withdrawal", "limits", "complaint")
"""What must be said before anyone can agree (GDPR 13, docs/safety.md sR3)."""
WORDING = "request.consent"
WITHDRAWAL = "request.consent.withdrawal"
ACTION = "form.send"
"""What she pressed, for the consent record."""
ERASED: frozenset[Status] = frozenset({"withdrawn", "expired"})
"""In these states nothing is left that anybody could read."""

EARLIER = "wrote_before"
"""The field for the code of an earlier request."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the consent wording: its statements and the purposes to tick, exactly as the page shows them."""

    said: tuple[Words, ...]
    purposes: Mapping[str, Words]

    @property
    def text(self) -> str:
        """The text stored with the consent, word for word."""
        ticks = [f"[{name}] {plain(words)}" for name, words in self.purposes.items()]
        return "\n".join([*(plain(words) for words in self.said), *ticks])

    @property
    def version(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person gets, shown once. `already`: this form was sent before."""

    code: str
    words: Mapping[str, str]
    already: bool
    reach: FirstCall
    """Whether and when the service can first reach her in her own times."""


# --- Consent ----------------------------------------------------------------------------------------------------------


def agreement(runtime: Runtime, to: Offer, values: Values, language: str) -> Agreement:
    """Return the wording she agrees to by sending these values to this service."""
    content, form = runtime.content, runtime.content.request
    today = runtime.today()
    words = {name: said for name, said in to.words.items() if name not in to.beside}  # not other words each hour
    words["setting:operator"] = runtime.settings.operator or content.text("operator.demo", language)
    days = {"days": str(form.erased_after_days)}

    def say(name: str) -> Words:
        key = f"{WORDING}.{name}"
        return filled_words(key, content.say(key, language, today, words), days)

    alone = f"reader.{to.reads_alone}" if known_there.is_known_there(values) and to.reads_alone else "reader"
    return Agreement(
        said=tuple(say(alone if slot == "reader" else slot) for slot in SLOTS),
        purposes={consent.id: say(consent.id) for consent in form.consents_for(values)},
    )


# --- Send -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sending:
    """One press of “send”: the filled-in form, and what the person read and agreed to."""

    filled: Filled
    consents: Collection[str]
    once: str
    """A random value made when the form is first shown. A form sent again, or twice at once, creates one request."""
    language: str
    channel: Channel
    agreed: str | None = None
    """The version of the wording she read. If another was published since, she has not agreed to it."""
    knowing: bool = False
    """Whether she was told that nobody can reach her in these times."""
    flood: bool = False
    """Whether it is part of a flood (bot.usecases.services.flood). That marks the request and refuses nothing."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a retry reuses: the hashes are slow on purpose."""

    purposes: list[str]
    once_hash: bytes
    receipt_hash: bytes
    earlier: bytes


async def send(runtime: Runtime, sending: Sending) -> Receipt:
    """Seal the request and store it with its consent, errand and audit entry, in one transaction.

    Sending the same form again returns the same receipt.

    Raises ConsentMissing, NotAddressable, NobodyMayRead, NotAllowed or Unanswerable, and then nothing is stored. Raises
    AlreadyErased if this form was sent before and its request erased: a receipt would promise what nobody will do.
    """
    filled, consents, once = sending.filled, sending.consents, sending.once
    if not filled.ready or not receipts.is_once(once):
        raise NotAllowed
    form = runtime.content.request
    asked = form.consents_for(filled.values)
    if missing := [consent.id for consent in asked if consent.required and consent.id not in consents]:
        raise ConsentMissing(*missing)
    prepared = Prepared(
        purposes=[consent.id for consent in asked if consent.id in consents],
        once_hash=receipts.mark(runtime, once),
        receipt_hash=await receipts.hashed(runtime, receipts.code_of(runtime, once)),
        earlier=await receipts.hashed(runtime, str(filled.values.get(EARLIER, ""))),
    )
    # Two sendings may meet, and the key may change meanwhile.
    return await retry(lambda: _send_once(runtime, sending, prepared))


async def _send_once(runtime: Runtime, sending: Sending, prepared: Prepared) -> Receipt:
    values, language = sending.filled.values, sending.language
    code, mark = receipts.code_of(runtime, sending.once), prepared.once_hash
    async with runtime.database.store() as store:
        to = await offers.get_offer_in(runtime, store, str(values["area"]), language)
        reach = first_call.find_first_call(values, to.calendar, runtime.now())
        if sent := await store.requests.by_once(mark):
            return await _earlier_receipt(runtime, store, sent, Receipt(code, {}, already=True, reach=reach), language)
        repeated = await _wrote_before(store, prepared.earlier, to)
    consent, text = _agreed_consent(runtime, sending, prepared.purposes, to, reach)
    told = _for_service(runtime.content.request.for_letter(values), repeated)
    payload = {**_payload(runtime.content, told, consent, text, language), **reach.mark}
    sealed = await asyncio.to_thread(seal, str(to.recipient), payload)
    async with runtime.database.store() as store:
        if await store.services.recipient(to.service) != to.recipient:
            raise Conflict
        if sent := await store.requests.by_once(mark):
            return await _earlier_receipt(runtime, store, sent, Receipt(code, {}, already=True, reach=reach), language)
        request = _envelope(runtime, sending, prepared, to, consent, sealed)
        await store.requests.add(request)
        consent.wording_hash = await store.consents.keep_wording(language, text)
        await store.consents.add(consent)
        if service := await store.services.by_id(to.service):
            await notices.add(store, service, request, NOTICE, consent.given_at)
        await notices.record_later(store, request, "request_sent", consent.given_at)
    return Receipt(code, to.words, already=False, reach=reach)


async def _earlier_receipt(
    runtime: Runtime, store: Store, sent: ContactRequest, receipt: Receipt, language: str
) -> Receipt:
    """Return the receipt of the request this form created before. Raises AlreadyErased if that was erased."""
    if sent.status in ERASED:
        raise AlreadyErased
    return replace(receipt, words=await request_words(runtime, store, sent, language))


def _agreed_consent(
    runtime: Runtime, sending: Sending, purposes: list[str], to: Offer, reach: FirstCall
) -> tuple[Consent, str]:
    """Return the consent and its text. Raises NotAddressable, NobodyMayRead, Unanswerable, ConsentMissing."""
    values = sending.filled.values
    if to.recipient is None or to.read_by is None:
        raise NotAddressable
    if not known_there.may_be_read(to, values):
        raise NobodyMayRead
    if reach.unanswerable and not sending.knowing:
        raise Unanswerable(to.calendar)
    wording = agreement(runtime, to, values, sending.language)
    if sending.agreed not in (None, wording.version):
        raise ConsentMissing
    consent = _consent(to, purposes, sending.language, sending.channel, runtime.now())
    return consent, wording.text


def _envelope(
    runtime: Runtime, sending: Sending, prepared: Prepared, to: Offer, consent: Consent, sealed: bytes
) -> ContactRequest:
    """What the server may know of the request, around a letter it cannot open."""
    values = sending.filled.values
    return ContactRequest(
        id=consent.request_id,
        once_hash=prepared.once_hash,
        receipt_hash=prepared.receipt_hash,
        service_id=to.service,
        sealed=sealed,
        sealed_to=to.recipient,
        priority=priority(values),
        language=sending.language,
        created_hour=consent.given_at,
        read_by=to.read_by or consent.given_at,
        purge_at=consent.given_at + timedelta(days=runtime.content.request.erased_after_days),
        head_only=known_there.is_known_there(values),
        call_until=last_day(values),
        flood=sending.flood,
    )


def last_day(values: Values) -> date | None:
    """The last day of her permission to call. It is also on the envelope, so that the server enforces it (sR10)."""
    day = values.get("valid_until")
    return date.fromisoformat(day) if isinstance(day, str) else None


async def _wrote_before(store: Store, earlier: bytes, to: Offer) -> bool:
    """Whether she gave the code of an earlier request to this service: the only way anybody learns of it."""
    request = await store.requests.by_receipt(earlier)
    return request is not None and request.service_id == to.service and request.status != "withdrawn"


def _for_service(values: Values, repeated: bool) -> Values:
    """Tell the service that she wrote before, without anything that leads to that request."""
    told = {name: value for name, value in values.items() if name != EARLIER}
    return {**told, EARLIER: "yes"} if repeated else told


def _consent(to: Offer, purposes: list[str], language: str, channel: Channel, now: datetime) -> Consent:
    return Consent(
        request_id=random_id(),
        wording_id=WORDING,
        wording_hash="",
        language=language,
        purposes=purposes,
        recipient=to.service,
        channel=channel,
        given_at=now,
        action=ACTION,
        withdrawal_wording=WITHDRAWAL,
    )


def _payload(content: Content, values: Values, consent: Consent, text: str, language: str) -> Mapping[str, Any]:
    """The letter as the service reads it. The ids bind it to its envelope; times are rounded down to the hour."""
    hour = consent.given_at.replace(minute=0, second=0, microsecond=0).isoformat()
    return {
        "request": consent.request_id,
        "service": consent.recipient,
        "form": content.request.version,
        "language": language,
        "sealed_hour": hour,
        "answers": answers(content, values, language),
        "consents": consent.purposes,
        "consent_record": {
            "wording": consent.wording_id,
            "wording_hash": hashlib.sha256(f"{language}\0{text}".encode()).hexdigest(),
            "language": language,
            "at": hour,
            "action": consent.action,
            "recipient": consent.recipient,
            "withdrawal": consent.withdrawal_wording,
        },
    }


def answers(content: Content, values: Values, language: str) -> dict[str, Any]:
    """The values as the letter holds them. The agreed word is written out as she saw or typed it."""
    written: dict[str, Any] = {
        name: [asdict(item) if isinstance(item, Window) else item for item in value]
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }
    own, word = written.pop(OWN_WORD, None), written.get(CODE_WORD, NO_WORD)
    if own or word != NO_WORD:
        written[CODE_WORD] = own or content.text(f"request.{CODE_WORD}:{word}", language)
    else:
        written.pop(CODE_WORD, None)
    return written


# --- Withdraw ---------------------------------------------------------------------------------------------------------


async def withdraw(runtime: Runtime, code: str) -> bool:
    """Erase the letter at once and withdraw the consent. False if there is no such request."""
    receipt_hash, now = await receipts.hashed(runtime, code), runtime.now()
    if not await retry(lambda: _withdraw_once(runtime, receipt_hash, now)):
        return False
    with suppress(Trouble):  # a job repeats it; the letter itself is gone already
        await runtime.database.shrink()  # nor does it stay in freed pages or the log of the database
    return True


async def _withdraw_once(runtime: Runtime, receipt_hash: bytes, now: datetime) -> bool:
    async with runtime.database.store() as store:
        request = await store.requests.by_receipt(receipt_hash)
        if request is None:
            return False
        await store.consents.withdraw(request.id, now)  # even if the letter is gone already: it is her right
        await leaving.leave(runtime, store, request)
        if await store.requests.erase(request.id, "withdrawn"):
            await store.outbox.settle(request.id, now)
            await notices.record_later(store, request, "request_withdrawn", now)
    return True


async def request_words(runtime: Runtime, store: Store, request: ContactRequest, language: str) -> Mapping[str, str]:
    """Return what texts may cite of a sent request: its service, and the promise made when it was sent."""
    service = await store.services.by_id(request.service_id)
    if service is None:  # a foreign key rules this out
        raise AssertionError("a request without a service")
    to = offers.offer_of(runtime, "", service, None, language)
    return {**to.words, "service:read_by": sayings.said_time(runtime.content, request.read_by, language)}
