"""Referrals: what another institution reported about a person, entered at the desk and sealed in the worker's browser.

The identity stays in the official channel that the report came by. A referral stands in the same queue as requests,
with the same states and deadlines; its envelope adds only what it rests on. The sender and the answers are sealed.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.engine.priority import PRIORITIES, Priority
from bot.engine.referral import BASES, ReferralBasis
from bot.runtime import RIGA, Runtime
from bot.texts import Words, plain
from bot.usecases.acting import SignedIn
from bot.usecases.casework import receipts
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.permissions import first_come, require_present_key
from bot.usecases.refused import NobodyMayRead, NotAddressable, Refused
from bot.usecases.retrying import retry
from bot.usecases.services import notices, offers
from bot.usecases.services.keys import SEALED
from bot.usecases.services.notices import NOTICE
from bot.usecases.services.offers import load_known
from storage.base import random_id
from storage.consents import Consent
from storage.contact_requests import ContactRequest
from storage.database import Store

AGREEMENT = "request.referral.agreed"
"""The wording that is read aloud to a person who agrees to be referred."""
WITHDRAWAL = "request.consent.withdrawal"
ACTION = "referral.enter"
PURPOSE = "send_request"
FLOOR: dict[ReferralBasis, Priority] = {
    "agreed": "in_order",
    "police_duty": "next_working_day",
    "child_duty": "next_working_day",
}
"""The least urgency of each basis: a duty to report asks for an answer as soon as possible."""


class NotAReferral(Refused):
    """Not sealed to the one size, or an envelope that no form of ours makes."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What a new form needs: the ids that its letter names, so that it opens as this request and no other."""

    reference: str
    once: str
    service: str


@dataclass(frozen=True, slots=True)
class Referral:
    """One press of “send”: the sealed letter, and what has to stand on its envelope."""

    reference: str
    once: str
    recipient: str
    sealed: bytes
    basis: ReferralBasis
    priority: Priority
    language: str
    call_until: date | None
    """The last day of the permission to call; None without a safe contact."""
    head_only: bool
    """Somebody at the service is close to the family."""
    agreed: str = ""
    """The version of the wording that was read aloud."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A stored referral. `code` is empty unless the person agreed: then she may look, and withdraw, with it."""

    reference: str
    code: str


def longest_permission(runtime: Runtime) -> timedelta:
    """How far ahead a permission to call may reach: as far as the request form lets it."""
    return timedelta(days=runtime.content.request.fields["valid_until"].longest)


def new_blank(worker: SignedIn) -> Blank:
    return Blank(random_id(), receipts.new_once(), worker.service_id or "")


def agreement(runtime: Runtime, language: str) -> Words:
    """The consent wording in one language."""
    return runtime.content.say(AGREEMENT, language, runtime.today())


def version_of(wording: Words) -> str:
    return sha256(plain(wording).encode()).hexdigest()[:16]


def read_basis(text: str) -> ReferralBasis:
    """Raises NotAReferral."""
    for basis in BASES:
        if basis == text:
            return basis
    raise NotAReferral


def read_priority(text: str) -> Priority:
    """Raises NotAReferral."""
    for priority in PRIORITIES:
        if priority == text:
            return priority
    raise NotAReferral


async def enter(runtime: Runtime, worker: SignedIn, referral: Referral) -> Entered:
    """Store a referral with its errand, its audit entry and, if the person agreed, her consent.

    Entering the same form again returns the same code. Raises NotAReferral, NoKey, NotAddressable, AlreadyTaken if the
    service's key has changed since the page was loaded, and NobodyMayRead if somebody is close to the family and there
    is no one person who could read it alone.
    """
    _must_fit(runtime, referral)
    agreed = referral.basis == "agreed"
    code = receipts.code_of(runtime, referral.once) if agreed else ""
    receipt_hash = await receipts.hashed(runtime, code) if agreed else secrets.token_bytes(32)
    await retry(lambda: _enter_once(runtime, worker, referral, receipt_hash))
    return Entered(referral.reference, code)


@first_come
async def _enter_once(runtime: Runtime, worker: SignedIn, referral: Referral, receipt_hash: bytes) -> None:
    now, once_hash = runtime.now(), receipts.mark(runtime, referral.once)
    async with runtime.database.store() as store:
        if earlier := await store.requests.by_once(once_hash):
            if earlier.id != referral.reference or earlier.service_id != worker.service_id:
                raise NotAReferral
            return
        await require_present_key(store, worker, referral.recipient)
        service = await store.services.by_id(worker.service_id or "")
        if service is None:
            raise NotAddressable
        reads_alone, _ = await offers.sole_reader(store, service, await load_known(store))
        if referral.head_only and not reads_alone:
            raise NobodyMayRead
        to = offers.offer_of(runtime, "", service, referral.recipient, referral.language)
        if to.read_by is None:
            raise NotAddressable
        request = _envelope(runtime, worker, referral, once_hash, receipt_hash, to.read_by, now)
        await store.requests.add(request)
        if referral.basis == "agreed":
            await _store_consent(runtime, store, referral, service.id, now)
        await notices.add(store, service, request, NOTICE, now)
        store.audit.add("referral_entered", worker.id, request.id, referral.basis, at=now)


def _must_fit(runtime: Runtime, referral: Referral) -> None:
    today = runtime.now().astimezone(RIGA).date()
    days = referral.call_until - today if referral.call_until else None
    fits = (
        receipts.is_once(referral.once)
        and receipts.is_once(referral.reference)
        and referral.sealed.startswith(SEALED)
        and len(referral.sealed) == RESEALED_SIZE
        and PRIORITIES.index(referral.priority) >= PRIORITIES.index(FLOOR[referral.basis])
        and referral.language in runtime.content.dialogue.languages
        and (days is None or timedelta(0) <= days <= longest_permission(runtime))
    )
    if fits and referral.basis == "agreed":
        fits = referral.agreed == version_of(agreement(runtime, referral.language))
    if not fits:
        raise NotAReferral


def _envelope(
    runtime: Runtime,
    worker: SignedIn,
    referral: Referral,
    once_hash: bytes,
    receipt_hash: bytes,
    read_by: datetime,
    now: datetime,
) -> ContactRequest:
    return ContactRequest(
        id=referral.reference,
        once_hash=once_hash,
        receipt_hash=receipt_hash,
        service_id=worker.service_id or "",
        sealed=referral.sealed,
        sealed_to=referral.recipient,
        priority=referral.priority,
        language=referral.language,
        created_hour=now,
        read_by=read_by,
        purge_at=now + timedelta(days=runtime.content.request.erased_after_days),
        head_only=referral.head_only,
        call_until=referral.call_until,
        basis=referral.basis,
    )


async def _store_consent(runtime: Runtime, store: Store, referral: Referral, service: str, now: datetime) -> None:
    text = plain(agreement(runtime, referral.language))
    await store.consents.add(
        Consent(
            request_id=referral.reference,
            wording_id=AGREEMENT,
            wording_hash=await store.consents.keep_wording(referral.language, text),
            language=referral.language,
            purposes=[PURPOSE],
            recipient=service,
            channel="desk",
            given_at=now,
            action=ACTION,
            withdrawal_wording=WITHDRAWAL,
        )
    )
