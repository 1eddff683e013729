"""Accounts of the desk: guesses are counted, codes work once, a copied database opens nothing."""

import asyncio
from datetime import datetime

import pytest
import sqlalchemy

from storage.database import Conflict, Database, Unreadable
from storage.workers import DeskSession, KnownBrowser
from tests.storage.rows import DAY, HOUR, NOW, a_worker, furnish


@pytest.fixture(autouse=True)
async def furnished(database: Database) -> None:
    await furnish(database)


async def test_a_login_belongs_to_one(database: Database) -> None:
    with pytest.raises(Conflict):
        async with database.store() as store:
            await store.workers.add(a_worker(id="other", name="Cita Ilze"))


async def test_a_worker_is_found_by_login_invitation_and_service(database: Database) -> None:
    async with database.store() as store:
        invited = a_worker(id="anna", name="Anna", login="anna", role="editor", service_id=None, invited_hash=b"once")
        await store.workers.add(invited)
    async with database.store() as store:
        assert (await store.workers.by_login("anna")) is (await store.workers.by_invitation(b"once"))
        assert await store.workers.by_login("nobody") is None
        assert [worker.id for worker in await store.workers.of_service("balvi")] == ["ilze", "janis"]
        assert [worker.id for worker in await store.workers.all()] == ["anna", "ilze", "janis"]


async def fail_to_sign_in(database: Database) -> None:
    while True:
        try:
            async with database.store() as store:
                worker = await store.workers.by_id("ilze")
                assert worker
                worker.failures += 1
            return
        except Conflict:
            continue


async def test_of_many_guesses_at_once_none_goes_uncounted(database: Database) -> None:
    await asyncio.gather(*(fail_to_sign_in(database) for _ in range(30)))
    async with database.store() as store:
        worker = await store.workers.by_id("ilze")
    assert worker
    assert worker.failures == 30


async def test_a_second_factor_is_read_back_and_is_of_use_to_its_worker_only(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    async with database.store() as store:
        for worker in await store.workers.all():
            store.workers.set_totp(worker, f"secret of {worker.id}".encode())
    async with database.store() as store:
        ilze = await store.workers.by_id("ilze")
        assert ilze
        assert store.workers.totp(ilze) == b"secret of ilze"
    intruder.execute(
        sqlalchemy.text(
            "UPDATE workers SET totp_sealed = (SELECT totp_sealed FROM workers WHERE id = 'janis') WHERE id = 'ilze'"
        )
    )
    async with database.store() as store:
        ilze = await store.workers.by_id("ilze")
        assert ilze
        with pytest.raises(Unreadable):
            store.workers.totp(ilze)


async def sign_in(database: Database, *tokens: bytes) -> None:
    async with database.store() as store:
        for token in tokens:
            await store.sessions.add(DeskSession(token_hash=token, worker_id="ilze", started_at=NOW, seen_at=NOW))


async def test_an_ended_session_is_found_no_more(database: Database) -> None:
    await sign_in(database, b"office", b"home", b"phone")
    async with database.store() as store:
        await store.sessions.seen(b"home", NOW + HOUR)
        await store.sessions.end(b"office", NOW + HOUR)
    async with database.store() as store:
        assert await store.sessions.get(b"office") is None
        assert [session.token_hash for session in await store.sessions.of_worker("ilze")] == [b"home", b"phone"]
        assert await store.sessions.end_all("ilze", NOW + HOUR) == 2
        assert await store.sessions.get(b"home") is None


async def test_old_sessions_are_forgotten(database: Database) -> None:
    await sign_in(database, b"office")
    async with database.store() as store:
        assert await store.sessions.expire(NOW) == 0
        assert await store.sessions.expire(NOW + DAY) == 1


def known(name: str, worker_id: str = "ilze", used_at: datetime = NOW) -> KnownBrowser:
    return KnownBrowser(token_hash=name.encode(), worker_id=worker_id, used_at=used_at)


async def test_a_browser_is_known_to_each_who_used_it_and_the_latest_are_kept(database: Database) -> None:
    async with database.store() as store:
        for number in range(4):
            await store.known_browsers.add(known(f"b{number}", used_at=NOW + number * DAY))
        await store.known_browsers.add(known("b0", "janis"))
        await store.known_browsers.keep_latest("ilze", 2, b"b3")
    async with database.store() as store:
        kept = [bool(await store.known_browsers.get(f"b{number}".encode(), "ilze")) for number in range(4)]
        assert kept == [False, False, True, True]
        assert await store.known_browsers.get(b"b0", "janis")
        assert await store.known_browsers.expire(NOW + DAY) == 1
        assert await store.known_browsers.forget_all("ilze") == 2
    async with database.store() as store:
        assert await store.known_browsers.get(b"b3", "ilze") is None


async def test_of_browsers_that_were_used_on_one_day_the_one_just_used_is_kept(database: Database) -> None:
    async with database.store() as store:
        for name in ("a", "b", "z"):
            await store.known_browsers.add(known(name))
        await store.known_browsers.keep_latest("ilze", 2, b"z")
    async with database.store() as store:
        kept = [bool(await store.known_browsers.get(name, "ilze")) for name in (b"a", b"b", b"z")]
    assert kept == [True, False, True]


async def test_of_many_doubts_at_once_no_more_are_looked_at_than_may_be(database: Database) -> None:
    begun = DeskSession(token_hash=b"here", worker_id="ilze", started_at=NOW, seen_at=NOW)
    async with database.store() as store:
        await store.sessions.add(begun)

    async def doubts() -> bool:
        async with database.store() as store:
            return await store.sessions.doubt(b"here", 5)

    assert sum(await asyncio.gather(*(doubts() for _ in range(12)))) == 5
    async with database.store() as store:
        await store.sessions.confirm(b"here", NOW)
        assert await store.sessions.doubt(b"here", 5)
        assert not await store.sessions.doubt(b"elsewhere", 5)
