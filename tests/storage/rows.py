"""Rows for the tests, complete but for what a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.additions import Addition
from storage.consents import Consent
from storage.contact_requests import ContactRequest
from storage.database import Database, Store
from storage.notes import Note
from storage.social_services import ServiceKey, SocialService, TriedAddress
from storage.workers import Worker

NOW = datetime(2026, 11, 22, 10, 17, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_service(**differs: Any) -> SocialService:
    given: dict[str, Any] = {
        "id": "balvi",
        "names": {"lv": "Balvu novada Sociālais dienests", "ru": "Социальная служба Балвского края"},
        "places": ["balvu-novads"],
        "phone": "+371 00000000",
        "hours": {"mon": ["08:30", "17:00"]},
        "reads_within_minutes": 240,
    }
    return SocialService(**given | differs)


def a_worker(**differs: Any) -> Worker:
    given: dict[str, Any] = {
        "name": "Ilze",
        "login": "ilze",
        "role": "worker",
        "service_id": "balvi",
        "created_at": NOW,
    }
    return Worker(**given | differs)


def a_key(**differs: Any) -> ServiceKey:
    given: dict[str, Any] = {
        "service_id": "balvi",
        "recipient": "age1first",
        "wrapped": b"age-encryption.org",
        "held_by": "ilze",
        "made_at": NOW,
    }
    return ServiceKey(**given | differs)


def a_request(name: str = "one", **differs: Any) -> ContactRequest:
    given: dict[str, Any] = {
        "id": name,
        "once_hash": f"once {name}".encode(),
        "receipt_hash": f"receipt {name}".encode(),
        "service_id": "balvi",
        "sealed": b"sealed letter",
        "priority": "in_order",
        "language": "lv",
        "created_hour": NOW,
        "read_by": NOW + DAY,
        "purge_at": NOW + 30 * DAY,
    }
    return ContactRequest(**given | differs)


def an_addition(**differs: Any) -> Addition:
    given: dict[str, Any] = {"request_id": "one", "sealed": b"sealed change", "made_at": NOW}
    return Addition(**given | differs)


def a_note(**differs: Any) -> Note:
    given: dict[str, Any] = {
        "request_id": "one",
        "worker_id": "ilze",
        "sealed": b"sealed note",
        "sealed_to": "age1first",
        "made_at": NOW,
    }
    return Note(**given | differs)


def a_consent(wording_hash: str, **differs: Any) -> Consent:
    given: dict[str, Any] = {
        "request_id": "one",
        "wording_id": "consent.1",
        "wording_hash": wording_hash,
        "language": "lv",
        "purposes": ["send_request"],
        "recipient": "balvi",
        "channel": "web",
        "given_at": NOW,
        "action": "send",
        "withdrawal_wording": "withdrawal.1",
    }
    return Consent(**given | differs)


async def reachable(store: Store, *service_ids: str) -> None:
    """Give each service an address, and a deputy where nobody else is set, and confirm all of them."""
    for service_id in service_ids:
        service = await store.services.by_id(service_id)
        assert service
        service.email = service.email or f"{service_id}@example.org"
        if not (service.deputy_email or service.head_email or service.fallback_id):
            service.deputy_email = f"deputy-{service_id}@example.org"
        for slot in ("email", "deputy_email", "head_email", "reader_email"):
            if address := getattr(service, slot):
                await tried(store, service_id, address)


async def tried(store: Store, service_id: str, address: str) -> None:
    """Somebody has confirmed that mail arrives there."""
    trial = await store.services.trial(service_id, address)
    if trial is None:
        trial = TriedAddress(service_id=service_id, address=address, sent_at=NOW)
        await store.services.add_trial(trial)
    trial.confirmed_at = NOW


async def furnish(database: Database) -> None:
    """One service, two of its workers."""
    async with database.store() as store:
        await store.services.put(a_service())
        await store.workers.add(a_worker(id="ilze"))
        await store.workers.add(a_worker(id="janis", name="Jānis", login="janis"))
