"""Colleagues and requests for the desk's tests, made the way the program makes them."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pyotp
from aiohttp import ClientSession, CookieJar, web
from pyrage import decrypt, encrypt, x25519

from bot.demo import endorsement
from bot.desk.app import desk_app
from bot.engine.request import Pair, read
from bot.runtime import Runtime
from bot.usecases.accounts import sign_ins, workers
from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn
from bot.usecases.casework import letters, queue, receipts, referrals
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.referrals import Entered, Referral
from bot.usecases.casework.requests import OPEN, Envelope
from bot.usecases.person import contact
from bot.usecases.services import key_proofs, keys
from bot.usecases.services.key_proofs import Purpose
from bot.usecases.services.keys import SEALED, Copy
from storage.social_services import ServiceKey, SocialService
from storage.workers import Worker
from tests.faces import Clock
from tests.quick import locked
from tests.storage.rows import reachable, tried

PASSWORD = "four words are plenty"
PASSPHRASE = "another four quiet words"
OWN = x25519.Identity.generate()
OWN_RECIPIENT = str(OWN.to_public())
HOURS = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Colleague:
    """Someone with an account, and the authenticator app on her phone."""

    login: str
    secret: str

    def code(self, clock: Clock) -> str:
        """A code that was not used yet: time passes until the app shows one."""
        clock.move(seconds=30)
        return pyotp.TOTP(self.secret).at(int(clock().timestamp()))


async def a_service(runtime: Runtime, service_id: str = "balvi", *places: str) -> None:
    async with runtime.database.store() as store:
        await store.services.put(
            SocialService(
                id=service_id,
                names={"lv": f"Sociālais dienests {service_id}", "ru": f"Социальная служба {service_id}"},
                places=list(places or ("balvu-novads",)),
                phone="",
                hours=HOURS,
                reads_within_minutes=120,
                email=f"{service_id}@example.org",
            )
        )
        await reachable(store, service_id)


async def a_colleague(runtime: Runtime, clock: Clock, login: str, role: Role, service_id: str | None) -> Colleague:
    """Invited, and joined by the link."""
    path = await workers.invite(runtime, login, login.title(), role, service_id)
    token = path.rpartition("/")[2]
    joining = Colleague(login, (await workers.new_secret(runtime, token)).text)
    await workers.join(runtime, token, PASSWORD, joining.code(clock))
    await agrees(runtime, login)
    return joining


async def agrees(runtime: Runtime, login: str) -> None:
    """To the code of conduct, on the first day."""
    async with runtime.database.store() as store:
        one = await store.workers.by_login(login)
        assert one
    await sign_ins.agree(runtime, SignedIn(one.id, one.name, one.login, one.role, one.service_id))


async def acting(runtime: Runtime, clock: Clock, colleague: Colleague) -> SignedIn:
    token = await workers.sign_in(runtime, colleague.login, PASSWORD, colleague.code(clock))
    assert token
    signed_in = await workers.get_signed_in(runtime, token)
    assert signed_in
    return signed_in


async def a_desk_mate(runtime: Runtime, login: str, role: Role, service_id: str | None) -> SignedIn:
    """Already signed in, for tests that are about something else: the two factors are slow on purpose."""
    worker = Worker(login=login, name=login.title(), role=role, created_at=runtime.now(), service_id=service_id)
    async with runtime.database.store() as store:
        await store.workers.add(worker)
    return SignedIn(worker.id, worker.name, login, role, service_id)


async def a_key(runtime: Runtime, holder: SignedIn) -> x25519.Identity:
    """What browsers do: the holder makes the service's key, and gives it to a second one."""
    identity = x25519.Identity.generate()
    await an_own_key(runtime, holder)
    await makes_the_first_key(runtime, holder, identity)
    second = await a_desk_mate(runtime, f"second-of-{holder.login}", "worker", holder.service_id)
    await an_own_key(runtime, second)
    await gives_the_key(runtime, holder, second, identity)
    return identity


async def a_key_holder(runtime: Runtime, clock: Clock) -> tuple[Colleague, SignedIn]:
    """Ilze, who holds the key of a service to which nobody has written yet."""
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    signed_in = await acting(runtime, clock, ilze)
    await a_key(runtime, signed_in)
    return ilze, signed_in


async def makes_the_first_key(runtime: Runtime, holder: SignedIn, identity: x25519.Identity) -> None:
    answer = await opened_challenge(runtime, holder, "first", identity)
    await keys.make(runtime, holder, str(identity.to_public()), a_sealed_copy(identity, holder), answer)


async def gives_the_key(runtime: Runtime, giver: SignedIn, taker: SignedIn, identity: x25519.Identity) -> None:
    """To somebody who wants it, and whose browser then opens it."""
    await keys.set_wish(runtime, taker, wants_key=True)
    await keys.grant(runtime, giver, taker.id, a_sealed_copy(identity, taker))
    answer = await opened_challenge(runtime, taker, "accept", identity)
    await keys.accept(runtime, taker, str(identity.to_public()), answer)


async def opened_challenge(runtime: Runtime, worker: SignedIn, purpose: Purpose, identity: x25519.Identity) -> bytes:
    """What a browser that has the key answers."""
    sealed = await key_proofs.ask(runtime, worker, purpose, str(identity.to_public()))
    answer: bytes = decrypt(sealed, [identity])
    return answer


def a_sealed_copy(identity: x25519.Identity, holder: SignedIn) -> Copy:
    """The service's key for a holder who has the personal key of these tests."""
    vouches = endorsement(str(identity), holder.service_id or "", holder.id, OWN_RECIPIENT)
    return Copy(OWN_RECIPIENT, a_copy(identity), vouches)


async def may_read_alone(runtime: Runtime, worker: SignedIn, identity: x25519.Identity) -> None:
    """She is the one who reads requests of people who know somebody there: with a copy, and a tried address."""
    service_id, address = worker.service_id or "", f"{worker.login}@example.org"
    async with runtime.database.store() as store:
        service = await store.services.by_id(service_id)
        assert service
        service.reader_id, service.reader_email = worker.id, address
        await store.services.put_copy(
            ServiceKey(
                service_id=service_id, recipient=str(identity.to_public()), wrapped=a_copy(identity),
                held_by=worker.id, made_at=runtime.now(),
            )
        )  # fmt: skip
        await tried(store, service_id, address)


async def an_own_key(runtime: Runtime, worker: SignedIn) -> None:
    """Her personal key, locked with her passphrase. The same for everyone."""
    answer = await opened_challenge(runtime, worker, "own", OWN)
    await keys.make_own(runtime, worker, OWN_RECIPIENT, locked(str(OWN), PASSPHRASE), answer)


def a_copy(identity: x25519.Identity) -> bytes:
    """The service's key, sealed to a personal one."""
    sealed: bytes = encrypt(str(identity).encode(), [OWN.to_public()])
    return sealed


ASKED: Mapping[str, str] = {
    "contact_mode": "call",
    "device_watched": "no",
    "phone": "+447700900123",
    "phone_is": "mine_shared",
    "windows1.day": "mon",
    "windows1.from": "09:00",
    "windows1.to": "14:00",
    "code_word_own": "Zaļkods",
    "urgency_self": "today",
    "language": "ru",
    "age_band": "adult",
    "area": "balvu-novads",
    "called": "Kanārijuks",
    "topics": "lawyer",
    "note": "Ļoti slepena zīmīte",
}
CANARIES = ("+447700900123", "447700900123", "Zaļkods", "Kanārijuks", "Ļoti slepena zīmīte")


async def a_request(runtime: Runtime, **differs: str) -> str:
    """A person sends the form. Answers her receipt code."""
    return await _sent(runtime, differs, flood=False)


async def a_marked_request(runtime: Runtime, **differs: str) -> str:
    """The same, while far more comes than usual."""
    return await _sent(runtime, differs, flood=True)


async def _sent(runtime: Runtime, differs: Mapping[str, str], *, flood: bool) -> str:
    pairs: list[Pair] = list({**ASKED, **differs}.items())
    content, today = runtime.content, runtime.today()
    filled = read(content.request, pairs, today, content.dialogue.municipalities)
    assert filled.ready, filled.problems
    consents = [consent.id for consent in content.request.consents]
    once = receipts.new_once()
    receipt = await contact.send(
        runtime, contact.Sending(filled, consents, once, "lv", "web", knowing=True, flood=flood)
    )
    return receipt.code


async def a_report(runtime: Runtime, worker: SignedIn, **differs: Any) -> Entered:
    """A worker enters what another institution reported. What is inside the seal is nothing to the server."""
    async with runtime.database.store() as store:
        recipient = await store.services.recipient(worker.service_id or "")
    blank = referrals.new_blank(worker)
    report = Referral(
        reference=blank.reference,
        once=blank.once,
        recipient=recipient or "",
        sealed=SEALED + secrets.token_bytes(RESEALED_SIZE - len(SEALED)),
        basis="police_duty",
        priority="next_working_day",
        language="lv",
        call_until=runtime.today() + timedelta(days=7),
        head_only=False,
        agreed=referrals.version_of(referrals.agreement(runtime, "lv")),
    )
    return await referrals.enter(runtime, worker, replace(report, **differs))


async def reads(runtime: Runtime, worker: SignedIn, *references: str) -> None:
    """Her browser fetches each letter, opens it and says so."""
    for reference in references:
        await letters.fetch(runtime, worker, reference)
        await letters.confirm(runtime, worker, reference)


async def the_request(runtime: Runtime, service_id: str = "balvi") -> str:
    """The id of the one request that waits."""
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting(service_id)
        return request.id


@asynccontextmanager
async def serving(runtime: Runtime) -> AsyncIterator[str]:
    """The desk on a port of its own; its address."""
    runner = web.AppRunner(desk_app(runtime), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def browser_of(url: str) -> AsyncIterator[ClientSession]:
    """Something that keeps cookies and says, as browsers do, which page it comes from."""
    async with ClientSession(url, cookie_jar=CookieJar(unsafe=True), headers=SAME_ORIGIN) as browser:
        yield browser


async def confirm(browser: ClientSession, password: str = PASSWORD) -> int:
    """She shows once more that it is she, for five minutes."""
    async with browser.post("/confirm", data={"password": password}, allow_redirects=False) as answer:
        return answer.status


async def sign_in(browser: ClientSession, clock: Clock, colleague: Colleague, password: str = PASSWORD) -> int:
    form = {"login": colleague.login, "password": password, "code": colleague.code(clock)}
    async with browser.post("/sign-in", data=form, allow_redirects=False) as answer:
        return answer.status


async def in_the_queue(runtime: Runtime, worker: SignedIn) -> list[Envelope]:
    """What the queue shows this worker: what is open, the most pressing first, then what was withdrawn lately."""
    return [*await queue.list_requests(runtime, worker, OPEN), *await queue.list_withdrawn(runtime, worker)]
