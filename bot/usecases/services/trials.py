"""Tries the addresses of a service: a test mail with a link, and a button behind it that confirms its arrival.

Opening the page confirms nothing, because mail programs open links by themselves.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.refused import NotFound, Refused
from bot.usecases.services import service_mails
from bot.usecases.services.offers import load_known, reaches
from bot.usecases.services.reachability import SLOTS, Slot
from storage.database import Store
from storage.social_services import SocialService, TriedAddress

VALID = timedelta(days=14)
"""How long the link of a test mail works."""
TRY_AGAIN = timedelta(minutes=5)
"""How long to wait between test mails, so that nobody floods a mailbox."""
SENT = "notice_tried"
CONFIRMED = "address_confirmed"
TOLD = "service_told_not_ready"


class NobodyToTell(Refused):
    """No address is set, there is no mail server, or test mails went out within TRY_AGAIN."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the page behind the link shows: the service and the use of the address, not the address itself."""

    names: Mapping[str, str]
    slots: tuple[Slot, ...]
    confirmed: bool


async def send(runtime: Runtime, by: SignedIn | None, service_id: str) -> int:
    """Send a test mail to each address of the service, and return how many. `by` is None on the command line.

    Raises NotFound for an unknown service, or one that is not this head's, and NobodyToTell.
    """
    now = runtime.now()
    if by and by.role != "operator" and by.service_id != service_id:
        raise NotFound
    async with runtime.database.store() as store:
        service = await store.services.hold(service_id)
        if service is None:
            raise NotFound(f"the service {service_id} is not set up: blakus service set {service_id} --hours …")
        sent = next((entry.at for entry in await store.audit.entries(service_id) if entry.event == SENT), None)
        if not runtime.settings.smtp.get_secret_value():
            raise NobodyToTell("this installation has no mail server: set BOT_SMTP")
        if sent and now < sent + TRY_AGAIN:
            raise NobodyToTell("test mails went out within the last five minutes")
        many = await service_mails.tell(store, service, "trial", now)
        if not many:
            raise NobodyToTell("the service has no address")
        store.audit.add(SENT, by.id if by else "system", service_id, at=now)
    return many


async def outcome(runtime: Runtime, service_id: str, since: datetime) -> tuple[int, int, int]:
    """Return how many test mails since then the mail server has taken, how many it refused, and how many still wait."""
    kinds = [service_mails.kind("trial", slot) for slot in SLOTS]
    async with runtime.database.store() as store:
        errands = await store.outbox.of_service(service_id, kinds, since)
    taken = sum(errand.sent_at is not None for errand in errands)
    refused = sum(errand.sent_at is None and errand.attempts > 0 and not errand.claimed_until for errand in errands)
    return taken, refused, len(errands) - taken - refused


async def make_link(runtime: Runtime, service_id: str, address: str) -> str:
    """Make the link for the next test mail to an address. Only its hash is stored; earlier links stop working."""
    token, now = secrets.token_urlsafe(32), runtime.now()
    async with runtime.database.store() as store:
        trial = await store.services.trial(service_id, address)
        if trial is None:
            await store.services.add_trial(
                TriedAddress(service_id=service_id, address=address, token_hash=token_hash(token), sent_at=now)
            )
        else:
            trial.token_hash, trial.sent_at = token_hash(token), now
    return f"{runtime.settings.desk_address}/address/{token}"


async def get_trial(runtime: Runtime, token: str) -> Trial:
    """Return what the page behind the link shows. Raises NotFound if the link has expired or never existed."""
    async with runtime.database.store() as store:
        trial, service = await _find_trial(store, token, runtime.now())
    return Trial(service.names, _slots(service, trial.address), trial.confirmed_at is not None)


async def confirm(runtime: Runtime, token: str) -> None:
    """Confirm that mail to this address arrives. Raises NotFound."""
    now = runtime.now()
    async with runtime.database.store() as store:
        trial, service = await _find_trial(store, token, now)
        if trial.confirmed_at is None:
            trial.confirmed_at = now
            store.audit.add(CONFIRMED, "mailbox", service.id, " ".join(_slots(service, trial.address)), at=now)
    runtime.caches.forget_world()


async def tell_unready(runtime: Runtime) -> int:
    """Warn each service that is open only until an upgrade's grace period ends, once. Return how many were warned."""
    now, told = runtime.now(), 0
    async with runtime.database.store() as store:
        known = await load_known(store)
        reach_by_id = reaches(runtime, known)
        for service in known.services.values():
            if reach_by_id[service.id].open_until is None or not runtime.settings.smtp.get_secret_value():
                continue
            if any(entry.event == TOLD for entry in await store.audit.entries(service.id)):
                continue
            await service_mails.tell(store, service, "not_ready", now)
            store.audit.add(TOLD, "system", service.id, at=now)
            told += 1
        await store.services.expire_trials(now - VALID)
    return told


async def _find_trial(store: Store, token: str, now: datetime) -> tuple[TriedAddress, SocialService]:
    trial = await store.services.trial_of(token_hash(token))
    service = await store.services.by_id(trial.service_id) if trial else None
    if trial is None or service is None or now >= trial.sent_at + VALID or not _slots(service, trial.address):
        raise NotFound
    return trial, service


def _slots(service: SocialService, address: str) -> tuple[Slot, ...]:
    return tuple(slot for slot in SLOTS if getattr(service, slot) == address)
