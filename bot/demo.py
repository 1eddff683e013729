"""The demonstration: an invented service with invented workers and three sample requests. Only ever on loopback."""

import asyncio
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import digest
from ipaddress import ip_address
from typing import Any

import pyotp
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import encrypt, passphrase, x25519

from bot.engine.priority import priority
from bot.engine.request import Pair, Values, read
from bot.runtime import Runtime
from bot.sealing import seal
from bot.settings import Settings, Unsafe
from bot.usecases.accounts.workers import DEMO_PASSWORD, DEMO_PREFIX, Role
from bot.usecases.casework.requests import OPEN
from bot.usecases.person import contact
from bot.usecases.services import mail
from bot.usecases.services.offers import promised_now
from storage.contact_requests import ContactRequest
from storage.database import Store
from storage.social_services import ServiceKey, SocialService, TriedAddress
from storage.workers import Worker

SERVICE = "demo"
OFFICE_HOURS = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
WORKERS: tuple[tuple[str, str, Role], ...] = (
    ("ilze", "Ilze (paraugs)", "worker"),
    ("marta", "Marta (paraugs)", "worker"),
    ("janis", "Jānis (paraugs)", "head"),
    ("eva", "Eva (paraugs)", "editor"),
    ("andris", "Andris (paraugs)", "approver"),
    ("olga", "Olga (paraugs)", "operator"),
    ("dace", "Dace (paraugs)", "dpo"),
)
HOLDERS = ("ilze", "marta", "janis")
EMAIL, HEAD_EMAIL = "dienests@blakus.example", "vaditajs@blakus.example"
"""Addresses in a domain nobody can own."""

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SAMPLE_PHONES = ("+447700900001", "+447700900002")
"""Numbers from the range the British regulator reserves for drama (07700 900000 to 900999): nobody has them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented request: its age, its language, and what was filled in."""

    age: timedelta
    language: str
    filled: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """The holders' own key, locked with the passphrase, and the service's key, sealed to it."""

    own: str
    own_locked: bytes
    service: str
    identity: str
    copy: bytes


SAMPLES = (
    Sample(
        timedelta(hours=3),
        "lv",
        (
            ("contact_mode", "call"),
            ("device_watched", "no"),
            ("phone", SAMPLE_PHONES[0]),
            ("phone_is", "mine_private"),
            *(("windows1.day", day) for day in EVERY_DAY),
            ("windows1.from", "08:00"),
            ("windows1.to", "21:00"),
            ("code_word", "umbrella"),
            ("sms_ok", "no"),
            ("urgency_self", "this_week"),
            ("children", "at_home"),
            ("language", "lv"),
            ("age_band", "adult"),
            ("area", "riga"),
            ("called", "PARAUGS"),
            ("topics", "protection_order"),
            ("topics", "lawyer"),
            ("note", "PARAUGS. Šo pieprasījumu neviens nav sūtījis, tas ir izdomāts demonstrācijai."),
        ),
    ),
    Sample(
        timedelta(hours=27),
        "ru",
        (
            ("contact_mode", "i_will_call_you"),
            ("device_watched", "not_sure"),
            ("code_word_own", "образец"),
            ("urgency_self", "when_possible"),
            ("language", "uk"),
            ("interpreter", "yes"),
            ("age_band", "60_plus"),
            ("access_needs", "hearing"),
            ("access_needs", "easy_language"),
            ("area", "daugavpils"),
            ("called", "ОБРАЗЕЦ"),
            ("topics", "talk"),
        ),
    ),
    Sample(
        timedelta(hours=1),
        "ru",
        (
            ("contact_mode", "call"),
            ("device_watched", "yes"),
            ("phone", SAMPLE_PHONES[1]),
            ("phone_is", "mine_shared"),
            ("windows1.day", "tue"),
            ("windows1.day", "thu"),
            ("windows1.from", "12:00"),
            ("windows1.to", "14:00"),
            ("code_word", "lantern"),
            ("if_other_answers", "hang_up"),
            ("caller_id", "show_ordinary_number"),
            ("max_attempts", "2"),
            ("urgency_self", "today"),
            ("lives_with", "yes"),
            ("language", "ru"),
            ("age_band", "adult"),
            ("area", "balvu-novads"),
            ("called", "ОБРАЗЕЦ"),
            ("topics", "safety_plan"),
            ("topics", "shelter"),
            ("note", "ОБРАЗЕЦ. Этот запрос никто не отправлял, он придуман для демонстрации."),
        ),
    ),
)


def require_loopback(settings: Settings) -> None:
    """Raise Unsafe if anyone outside this machine could reach the demonstration."""
    named = {"BOT_PUBLIC_URL": settings.public_url, "BOT_DESK_URL": settings.desk_url}
    heard = {"BOT_LISTEN": settings.public[0], "BOT_DESK_LISTEN": settings.desk[0]}
    world = [name for name, url in named.items() if url]
    world += [name for name, host in heard.items() if not _on_loopback(host)]
    if world:
        raise Unsafe(
            f"{', '.join(world)}: this would show a demonstration, whose passwords and keys everyone knows, to the "
            "world; set BOT_MODE=service for people in earnest, or leave the addresses to this machine alone"
        )


async def seed(runtime: Runtime) -> None:
    """Create whatever is missing of the demonstration. Raise Unsafe on a database with real workers."""
    require_loopback(runtime.settings)
    async with runtime.database.store() as store:
        known = await store.services.by_id(SERVICE) is not None
        in_earnest = not known and bool(await store.workers.all())
    if in_earnest:
        raise Unsafe("BOT_DATABASE holds real workers: the demonstration needs a database of its own")
    if not known:
        hashed = await asyncio.to_thread(PasswordHasher().hash, DEMO_PASSWORD)
        keys = await asyncio.to_thread(_make_keys)
        async with runtime.database.store() as store:
            await _seed_service(runtime, store, hashed, keys)
    async with runtime.database.store() as store:
        await _confirm_addresses(runtime, store)
        if not await store.requests.of_service(SERVICE, OPEN):
            await _seed_requests(runtime, store)


async def _confirm_addresses(runtime: Runtime, store: Store) -> None:
    """Confirm the addresses, because nobody reads these mailboxes. Also covers a demonstration seeded long ago."""
    service, now = await store.services.by_id(SERVICE), runtime.now()
    if service is None:
        return
    service.email, service.head_email = service.email or EMAIL, service.head_email or HEAD_EMAIL
    for address in mail.addresses(service).values():
        trial = await store.services.trial(SERVICE, address)
        if trial is None:
            trial = TriedAddress(service_id=SERVICE, address=address, sent_at=now)
            await store.services.add_trial(trial)
        trial.confirmed_at = trial.confirmed_at or now


def banner(runtime: Runtime, public: tuple[str, int], desk: tuple[str, int]) -> list[str]:
    """Return the lines `make run` prints: where everything is, and how to sign in to the demonstration."""
    told = [f"  web chat  {_address(public)}", f"  desk      {_address(desk)}"]
    if runtime.settings.mode != "demo":
        return ["Blakus is running.", *told]
    logins = ", ".join(f"{login} ({role})" for login, _, role in WORKERS)
    return [
        "Blakus is running as a DEMONSTRATION: nobody answers; enter nothing about a real person.",
        *told,
        f"  sign in   {logins}",
        f"  password  {DEMO_PASSWORD}   (also the passphrase of the key)",
        "  code      stands on the desk's sign-in page",
        *(
            ["  Telegram  says that it is a demonstration; no request can be sent"]
            if runtime.settings.is_public_demo
            else []
        ),
    ]


async def _seed_service(runtime: Runtime, store: Store, hashed: str, keys: Keys) -> None:
    now = runtime.now()
    names = {
        "lv": "Parauga sociālais dienests (demonstrācija)",
        "ru": "Образец социальной службы (демонстрация)",
        "en": "Sample social service (demonstration)",
        "uk": "Зразок соціальної служби (демонстрація)",
    }
    places = list(runtime.content.dialogue.municipalities)
    await store.services.put(
        SocialService(id=SERVICE, names=names, places=places, phone="", hours=OFFICE_HOURS, reads_within_minutes=120)
    )
    for login, name, role in WORKERS:
        service = SERVICE if login in HOLDERS else None
        worker = Worker(
            id=DEMO_PREFIX + login, name=name, login=login, role=role, service_id=service, created_at=now,
            password_hash=hashed, conduct_at=now, own_recipient=keys.own if service else None,
            own_wrapped=keys.own_locked if service else None,
        )  # fmt: skip
        store.workers.set_totp(worker, pyotp.random_base32().encode())
        await store.workers.add(worker)
    for login in HOLDERS:
        holder = DEMO_PREFIX + login
        copy = ServiceKey(
            service_id=SERVICE, recipient=keys.service, wrapped=keys.copy, held_by=holder, made_at=now,
            endorsement=endorsement(keys.identity, SERVICE, holder, keys.own),
        )  # fmt: skip
        await store.services.add_key(copy)
    store.audit.add("demo_seeded", "system", SERVICE, at=now)


def _make_keys() -> Keys:
    """Make keys as the workers' browsers would. The holders share a passphrase here, so they also share a key."""
    own, service = x25519.Identity.generate(), x25519.Identity.generate()
    return Keys(
        own=str(own.to_public()),
        own_locked=passphrase.encrypt(str(own).encode(), DEMO_PASSWORD),
        service=str(service.to_public()),
        identity=str(service),
        copy=encrypt(str(service).encode(), [own.to_public()]),
    )


def endorsement(identity: str, service: str, holder: str, recipient: str) -> bytes:
    """Return what vouches for a holder's own key. A browser makes it in desk/static/endorsing.js."""
    key = HKDF(SHA256(), 32, salt=None, info=b"blakus/endorsement/v1").derive(identity.encode())
    return digest(key, json.dumps([service, holder, recipient], separators=(",", ":")).encode(), "sha256")


async def _seed_requests(runtime: Runtime, store: Store) -> None:
    service = await store.services.by_id(SERVICE)
    recipient = await store.services.recipient(SERVICE)
    if service is None or recipient is None:
        return
    for sample in SAMPLES:
        sent = runtime.now() - sample.age
        request_id = secrets.token_hex(16)
        values = _values(runtime, sample.filled)
        request = ContactRequest(
            id=request_id,
            once_hash=secrets.token_bytes(32),  # no receipt code leads to these
            receipt_hash=secrets.token_bytes(32),
            service_id=SERVICE,
            sealed=seal(recipient, _payload(runtime, request_id, values, sample.language)),
            sealed_to=recipient,
            priority=priority(values),
            language=sample.language,
            created_hour=sent,
            read_by=promised_now(runtime, service) or sent,
            purge_at=sent + timedelta(days=runtime.content.request.erased_after_days),
            is_sample=True,
        )
        await store.requests.add(request)
    store.audit.add("samples_seeded", "system", SERVICE, at=runtime.now())


def _values(runtime: Runtime, filled: Iterable[Pair]) -> Values:
    """Read a sample as a form is read, so that samples always fit it."""
    content = runtime.content
    today = runtime.today()
    known = read(content.request, filled, today, content.dialogue.municipalities)
    if known.problems:
        raise AssertionError(f"a sample does not fit the form: {known.problems}")
    return known.values


def _payload(runtime: Runtime, request_id: str, values: Values, language: str) -> Mapping[str, Any]:
    consents = [consent.id for consent in runtime.content.request.consents_for(values)]
    return {
        "request": request_id,
        "service": SERVICE,
        "form": runtime.content.request.version,
        "language": language,
        "sample": True,
        "answers": contact.answers(runtime.content, values, language),
        "consents": consents,
    }


def _on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _address(at: tuple[str, int]) -> str:
    host, port = at
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
