"""The demonstration: an invented service with invented workers, requests, reports and a quarter. Only ever on loopback.

What is in them: bot/samples.py. They are sealed to the demonstration's own key, like whatever people send to it.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from hmac import digest
from ipaddress import ip_address
from typing import Any

import pyotp
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage import encrypt, x25519

from bot.engine.priority import Priority, priority
from bot.engine.request import DAYS, Pair, Values, Window, read
from bot.runtime import Runtime
from bot.samples import QUARTER, QUARTER_TOTAL, REPORTS, SAMPLES, Report, Talk
from bot.sealing import locked, seal
from bot.settings import Settings, Unsafe
from bot.usecases.accounts.workers import DEMO_PASSWORD, DEMO_PREFIX, Role
from bot.usecases.casework import slips
from bot.usecases.casework.deadlines import deadline
from bot.usecases.casework.requests import OPEN
from bot.usecases.casework.states import enter
from bot.usecases.person import contact
from bot.usecases.services import service_mails
from bot.usecases.services.offers import promised_now
from storage.contact_requests import ContactRequest
from storage.database import Store
from storage.papers import Paper, PaperKind
from storage.slips import TOTAL
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
QUICK, WORK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1), 10
"""The password stands on the sign-in page and is the passphrase, too, so guessing them need not be slow."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The holders' own key, locked with the passphrase, and the service's key, sealed to it."""

    own: str
    own_locked: bytes
    service: str
    identity: str
    copy: bytes


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
        hashed = QUICK.hash(DEMO_PASSWORD)
        keys = _make_keys()
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
    for address in service_mails.addresses(service).values():
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
        "ru": "Вымышленная социальная служба (демонстрация)",
        "en": "Sample social service (demonstration)",
        "uk": "Вигадана соціальна служба (демонстрація)",
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
        own_locked=locked(str(own).encode(), DEMO_PASSWORD, WORK),
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
        values = _values(runtime, sample.filled)
        request = _envelope(runtime, service, sample.age, sample.language, priority(values))
        _seal(request, recipient, {
            "sample": True,
            "form": runtime.content.request.version,
            "answers": contact.answers(runtime.content, values, sample.language),
            "consents": [consent.id for consent in runtime.content.request.consents_for(values)],
        })  # fmt: skip
        await store.requests.add(request)
    for report in REPORTS:
        await _seed_report(runtime, store, service, recipient, report)
    quarter = slips.quarter_before(runtime.now())
    if not await store.slips.is_frozen(SERVICE, quarter):
        await store.slips.freeze(slips.edition(runtime, SERVICE, quarter, {**QUARTER, TOTAL: QUARTER_TOTAL}))
    store.audit.add("samples_seeded", "system", SERVICE, at=runtime.now())


async def _seed_report(runtime: Runtime, store: Store, service: SocialService, recipient: str, report: Report) -> None:
    request = _envelope(runtime, service, report.age, report.language, report.priority)
    request.basis = report.basis
    until = runtime.content.request.fields["valid_until"]
    request.call_until = runtime.today() + timedelta(days=int(until.default or until.longest))
    answers = {
        **runtime.content.request.careful,
        "contact_mode": "call",
        "phone": report.phone,
        "phone_is": "mine_private",
        "device_watched": "no",
        "windows": [asdict(Window(day, "08:00", "21:00")) for day in DAYS],
        "valid_until": request.call_until.isoformat(),
        "code_word": report.code_word,
        "language": report.language,
        "interpreter": "no",
        "note": report.note,
    }
    _seal(request, recipient, {
        "form": runtime.content.referral.version,
        "sealed_hour": request.created_hour.replace(minute=0, second=0, microsecond=0).isoformat(),
        "answers": answers,
        "referral": _reported(runtime, report),
        "consents": ["send_request"] if report.basis == "agreed" else [],
    })  # fmt: skip
    await store.requests.add(request)
    if report.talk:
        await _seed_talk(runtime, store, request, recipient, report.talk)


def _reported(runtime: Runtime, report: Report) -> Mapping[str, str | tuple[str, ...]]:
    """Return what was reported, in the order of the form; a sign of which nothing is said was not asked about."""
    fields = runtime.content.referral.fields
    said = {
        name: report.referral.get(name, "not_asked" if field.group == "signs" else "") for name, field in fields.items()
    }
    return {name: answer for name, answer in said.items() if answer}


async def _seed_talk(runtime: Runtime, store: Store, request: ContactRequest, recipient: str, talk: Talk) -> None:
    """Let the first holder have taken the request and reached the person, and keep both papers beside it."""
    held_by, reached, today = DEMO_PREFIX + HOLDERS[0], runtime.now() - talk.age, runtime.today()
    request.worker_id, request.opened_in_time = held_by, True
    request.attempts = [{"at": reached.isoformat(), "outcome": "reached_verified", "additions": "0"}]
    enter(request, "contacted", await deadline(runtime, store, request, "contacted"))
    steps = [{**asdict(step), "by": (today + timedelta(days=step.days)).isoformat()} for step in talk.plan]
    request.next_due = min(today + timedelta(days=step.days) for step in talk.plan if step.state == "open")
    asked = [name for questions in runtime.content.conversation.parts.values() for name in questions]
    papers: Mapping[PaperKind, Mapping[str, Any]] = {
        "conversation": {
            "answers": {name: talk.answers.get(name, "not_asked") for name in asked},
            "worry": talk.worry,
            "next": talk.next,
        },
        "plan": {"steps": steps},
    }
    for kind, said in papers.items():
        inside = {"request": request.id, "service": SERVICE, "kind": kind, "form": runtime.content.conversation.version}
        await store.papers.add(Paper(
            request_id=request.id, kind=kind, worker_id=held_by, sealed=seal(recipient, {**inside, **said}),
            sealed_to=recipient, changed_at=reached,
        ))  # fmt: skip
    await store.requests.hand_to(request.id, held_by)


def _envelope(
    runtime: Runtime, service: SocialService, age: timedelta, language: str, urgency: Priority
) -> ContactRequest:
    """Return an invented request without its letter, which names its id."""
    sent = runtime.now() - age
    return ContactRequest(
        id=secrets.token_hex(16),
        once_hash=secrets.token_bytes(32),  # no receipt code leads to these
        receipt_hash=secrets.token_bytes(32),
        service_id=SERVICE,
        sealed=None,
        priority=urgency,
        language=language,
        created_hour=sent,
        read_by=promised_now(runtime, service) or sent,
        purge_at=sent + timedelta(days=runtime.content.request.erased_after_days),
        is_sample=True,
    )


def _seal(request: ContactRequest, recipient: str, letter: Mapping[str, Any]) -> None:
    about = {"request": request.id, "service": SERVICE, "language": request.language}
    request.sealed, request.sealed_to = seal(recipient, {**about, **letter}), recipient


def _values(runtime: Runtime, filled: Iterable[Pair]) -> Values:
    """Read a sample as a form is read, so that samples always fit it."""
    content = runtime.content
    today = runtime.today()
    known = read(content.request, filled, today, content.dialogue.municipalities)
    if known.problems:
        raise AssertionError(f"a sample does not fit the form: {known.problems}")
    return known.values


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
