"""What the walk finds: two services, everyone in them, and what has happened before."""

from datetime import timedelta
from hashlib import sha256

import pyotp

from bot.desk.content.round_words import shipped_cards
from bot.engine.request import DAYS, Values, Window
from bot.runtime import Runtime
from bot.usecases.accounts import sign_ins, workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining, letters
from bot.usecases.casework import requests as casework
from bot.usecases.content import drafts, round_walks, rounds
from bot.usecases.person import additions, contact
from storage.passkeys import Passkey
from storage.workers import DeskSession, Worker
from tests.desk.states.walking import COMING, PEOPLE, Walk
from tests.people import (
    a_desk_mate,
    a_key,
    a_marked_request,
    a_report,
    a_request,
    a_service,
    an_own_key,
    gives_the_key,
    reads,
)


async def settle(walk: Walk) -> dict[str, SignedIn]:
    """Two services and everyone in them, each signed in."""
    for service, place in (("balvi", "balvu-novads"), ("riga", "riga")):
        await a_service(walk.runtime, service, place)
    everyone = {login: await a_desk_mate(walk.runtime, login, role, service) for login, role, service in PEOPLE}
    now = walk.runtime.now()
    async with walk.runtime.database.store() as store:
        for login, colleague in everyone.items():
            worker = await store.workers.by_login(login)
            assert worker
            worker.conduct_at = now
            store.workers.set_totp(worker, pyotp.random_base32().encode())
            walk.sessions[login] = f"the session of {login}".replace(" ", "-")
            for token in (walk.sessions[login], f"another of {login}"):
                begun = DeskSession(
                    token_hash=sha256(token.encode()).digest(), worker_id=colleague.id, started_at=now, seen_at=now,
                    confirmed_at=now if login == "olga" else None,
                )  # fmt: skip
                await store.sessions.add(begun)
    return everyone


async def work(walk: Walk, everyone: dict[str, SignedIn]) -> None:
    """Keys are made and given, people write, and each request comes into another state."""
    runtime, anna = walk.runtime, everyone["anna"]
    identity = await a_key(runtime, anna)
    for login in ("haralds", "zane", "rolands"):
        await an_own_key(runtime, everyone[login])
    await gives_the_key(runtime, anna, everyone["haralds"], identity)
    codes: dict[str, str] = {}
    late = {"windows1.to": "23:30", "max_attempts": "3"}
    acted_on = ("taken", "contacted", "closed", "coming", "awaited", "answered", "erased")
    for name in ("new", "withdrawn", "widened", "in a flood", *acted_on):
        differs = {**late, "urgency_self": "when_possible"} if name == "in a flood" else late
        sent = COMING if name == "coming" else differs
        codes[name] = await (a_marked_request if name == "in a flood" else a_request)(runtime, **sent)
        async with runtime.database.store() as store:
            waiting = {request.id for request in await store.requests.waiting("balvi")}
        walk.requests[name] = next(iter(waiting - set(walk.requests.values())))
    for name in acted_on:
        await casework.take(runtime, anna, walk.requests[name])
    her_day = runtime.now().date() + timedelta(days=5)
    await handling.await_person(runtime, anna, walk.requests["awaited"], her_day)
    await handling.note_attempt(runtime, anna, walk.requests["answered"], "other_person", 3)
    always: Values = {"windows": tuple(Window(day, "00:00", "24:00") for day in DAYS), "valid_until": "2027-01-10"}
    await additions.change_times(runtime, codes["widened"], always, "lv", "nav tas")
    await handling.erase_at_wish(runtime, anna, walk.requests["erased"])
    await letters.fetch(runtime, anna, walk.requests["in a flood"])
    await letters.confirm(runtime, anna, walk.requests["in a flood"])
    await handling.note_attempt(runtime, anna, walk.requests["contacted"], "reached_verified", 3)
    await casework.close(runtime, anna, walk.requests["closed"], "met")
    await contact.withdraw(runtime, codes["withdrawn"])
    await sign_ins.new_recovery_codes(runtime, everyone["eva"])
    await a_demonstrated_worker(runtime)
    await reports(walk, anna)
    walk.rounds |= await a_round(runtime, everyone["eva"])
    walk.invitation = await workers.invite(runtime, "new", "New", "worker", "balvi")
    async with runtime.database.store() as store:
        for number, name in enumerate(("mans tālrunis", "мой ноутбук")):
            eva = everyone["eva"].id
            used = runtime.now() if number else None
            await store.passkeys.add(
                Passkey(
                    worker_id=eva, credential=name.encode(), public_key=b"-", sign_count=0, name=name,
                    made_at=runtime.now(), used_at=used,
                )
            )  # fmt: skip


async def reports(walk: Walk, anna: SignedIn) -> None:
    """One waits, one is joined to what the person wrote, and one is left over after the person withdrew that."""
    for name, to in (("reported", ""), ("joined", "widened"), ("left over", "")):
        walk.requests[name] = (await a_report(walk.runtime, anna)).reference
        await reads(walk.runtime, anna, walk.requests[name], walk.requests["widened"])
        if to:
            await joining.join(walk.runtime, anna, walk.requests[name], walk.requests[to])
    async with walk.runtime.database.store() as store:
        left = await store.requests.by_id(walk.requests["left over"])
        assert left
        left.no_contact = True


async def a_demonstrated_worker(runtime: Runtime) -> None:
    """Whose code stands on the sign-in page."""
    paula = Worker(
        id=workers.DEMO_PREFIX + "paula", login="paula", name="Paula", role="worker", created_at=runtime.now()
    )
    async with runtime.database.store() as store:
        store.workers.set_totp(paula, pyotp.random_base32().encode())
        await store.workers.add(paula)


async def a_round(runtime: Runtime, eva: SignedIn) -> dict[str, str]:
    """A draft that is walked: one practitioner came and said two things, one of them answered."""
    draft = await drafts.open_draft(runtime, eva, "Skaidrāka izvēlne")
    closes = runtime.now().date() + timedelta(days=14)
    held = await rounds.open_round(runtime, eva, draft, "Pirmā kārta", closes, shipped_cards())
    used, link = await rounds.invite(runtime, eva, held, "Balvu sociālais dienests", "Balvu sociālais dienests")
    session = await round_walks.join(runtime, used.rpartition("/")[2], "Ilze", "lv")
    for card in ("night", "neighbour"):
        who = await round_walks.get_practitioner(runtime, session)
        assert who
        await round_walks.take_card(runtime, who, card)
        await round_walks.walk(runtime, who, None)
        await round_walks.comment(runtime, who, "menu", "unclear", f"Nav saprotams ({card}).")
    first, _ = (await rounds.view_round(runtime, held)).comments
    await rounds.answer(runtime, eva, held, first.id, "declined", "Tas ir citā tēmā.")
    other = await drafts.open_draft(runtime, eva, "Cits melnraksts")
    return {"draft": draft, "other draft": other, "round": held, "link": link, "session": session}
