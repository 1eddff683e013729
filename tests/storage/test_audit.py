"""The audit is written once, and whoever changes it is found out."""

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy

from storage.database import Database, Trouble, WrongKey
from tests.storage.rows import DAY, HOUR, NOW

YEAR = timedelta(days=366)


async def write(database: Database, event: str = "request_opened", at: datetime = NOW) -> None:
    async with database.store() as store:
        store.audit.add(event, "ilze", "one", "a reason", at=at)


async def broken_at(database: Database) -> int | None:
    last = None
    while True:
        async with database.store() as store:
            broken, last = await store.audit.verify(last)
        if broken is not None or last is None:
            return broken


async def test_many_entries_at_once_make_one_whole_chain(database: Database, replica: Database) -> None:
    await asyncio.gather(*(write(node) for node in [database, replica] * 15))
    async with database.store() as store:
        assert [entry.id for entry in await store.audit.entries(limit=3)] == [30, 29, 28]
        assert [entry.id for entry in await store.audit.entries("one", before=3)] == [2, 1]
        assert await store.audit.entries("two") == []
    assert await broken_at(database) is None


async def test_an_entry_is_written_with_what_it_tells_of_or_not_at_all(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(database)
    async with database.store() as store:
        assert await store.audit.entries() == []


async def write_and_fail(database: Database) -> None:
    async with database.store() as store:
        store.audit.add("request_opened", "ilze", "one", at=NOW)
        raise ZeroDivisionError


async def entered(database: Database, now: datetime) -> int:
    async with database.store() as store:
        return await store.audit.enter(now)


async def did(database: Database, *events: str, at: datetime = NOW, due: datetime = NOW + HOUR) -> None:
    async with database.store() as store:
        for event in events:
            store.audit.add_later(event, "one", at=at, due=due)


async def test_what_a_person_did_enters_at_its_time_and_by_the_hour_only(database: Database) -> None:
    await did(database, "request_sent")
    await write(database, "request_opened")
    assert await entered(database, NOW + HOUR / 2) == 0
    assert await entered(database, NOW + HOUR) == 1
    async with database.store() as store:
        sent, opened = await store.audit.entries()
    assert (sent.event, sent.actor, opened.event) == ("request_sent", "person", "request_opened")
    assert sent.at == NOW.replace(minute=0, second=0, microsecond=0)
    assert await broken_at(database) is None


async def test_the_order_of_what_people_did_is_chance(database: Database) -> None:
    events = [f"event {number:02}" for number in range(40)]
    for number, event in enumerate(events):
        await did(database, event, at=NOW + number * timedelta(seconds=30))
    assert await entered(database, NOW + HOUR) == len(events)
    async with database.store() as store:
        found = [entry.event for entry in reversed(await store.audit.entries())]
    assert sorted(found) == events
    assert found != events
    assert await broken_at(database) is None


async def test_two_replicas_that_let_it_enter_at_once_write_it_once(database: Database, replica: Database) -> None:
    await did(database, "request_sent", "request_withdrawn")
    taken = await asyncio.gather(*(entered(node, NOW + HOUR) for node in [database, replica] * 4))
    assert sum(taken) == 2
    async with database.store() as store:
        assert len(await store.audit.entries()) == 2
    assert await broken_at(database) is None


async def test_what_a_crash_interrupts_still_waits(database: Database) -> None:
    await did(database, "request_sent")
    with pytest.raises(ZeroDivisionError):
        await enter_and_fail(database)
    assert await entered(database, NOW + HOUR) == 1
    async with database.store() as store:
        assert [entry.event for entry in await store.audit.entries()] == ["request_sent"]


async def enter_and_fail(database: Database) -> None:
    async with database.store() as store:
        assert await store.audit.enter(NOW + HOUR) == 1
        await store.flush()
        raise ZeroDivisionError


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'janis'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_an_entry(
    database: Database, intruder: sqlalchemy.Connection, change: str
) -> None:
    await write(database)
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
        intruder.execute(sqlalchemy.text(change))
    assert await broken_at(database) is None


class TestPostgresql:
    """What only PostgreSQL can do."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_the_whole_audit_cannot_be_emptied(self, database: Database, intruder: sqlalchemy.Connection) -> None:
        await write(database)
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
            intruder.execute(sqlalchemy.text("TRUNCATE audit"))


@pytest.mark.parametrize(
    "change, found_at",
    [
        ("UPDATE audit SET actor = 'janis' WHERE id = 2", 2),
        ("UPDATE audit SET reason = NULL WHERE id = 3", 3),
        ("UPDATE audit SET at = (SELECT at FROM audit WHERE id = 4) WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("UPDATE audit SET chain = (SELECT chain FROM audit WHERE id = 1) WHERE id = 3", 3),
    ],
)
async def test_who_gets_past_the_refusal_is_found_out(
    database: Database, intruder: sqlalchemy.Connection, change: str, found_at: int
) -> None:
    for day in range(4):
        await write(database, at=NOW + day * DAY)
    disarm(intruder)
    intruder.execute(sqlalchemy.text(change))
    assert await broken_at(database) == found_at


async def test_an_entry_of_another_history_fits_nowhere(database: Database, intruder: sqlalchemy.Connection) -> None:
    """Not even in its own place: as if somebody brought it from a copy of the database that went on differently."""
    for event in ("request_opened", "request_closed"):
        await write(database, event)
    async with database.store() as store:
        other, _ = await store.audit.entries()
    disarm(intruder)
    intruder.execute(sqlalchemy.text("DELETE FROM audit"))
    for event in ("request_taken", "phone_revealed"):
        await write(database, event)
    brought = sqlalchemy.text("UPDATE audit SET event = :event, chain = :chain WHERE id = 2")
    intruder.execute(brought, {"event": other.event, "chain": other.chain})
    assert await broken_at(database) == 2


async def test_a_long_audit_is_looked_at_in_bites_and_to_its_end(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    async with database.store() as store:
        for _ in range(250):
            store.audit.add("request_opened", "ilze", "one", "a reason", at=NOW)
    assert await broken_at(database) is None
    disarm(intruder)
    intruder.execute(sqlalchemy.text("DELETE FROM audit WHERE id = 200"))  # the last of a bite
    assert await broken_at(database) == 201


async def test_moving_the_point_from_which_a_new_secret_proves_hides_no_change(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    for event in ("first", "second", "third"):
        await write(database, event, NOW)
    disarm(intruder)
    intruder.execute(sqlalchemy.text("UPDATE audit SET actor = 'nobody' WHERE id = 1"))
    intruder.execute(sqlalchemy.text("UPDATE key_check SET audit_after = 2"))
    assert await broken_at(database) == 1
    with pytest.raises(WrongKey):
        await database.standing()


def disarm(intruder: sqlalchemy.Connection) -> None:
    where = " ON audit" if intruder.dialect.name == "postgresql" else ""
    for trigger in ("audit_keeps", "audit_stays"):
        intruder.execute(sqlalchemy.text(f"DROP TRIGGER {trigger}{where}"))


async def test_entries_of_more_than_twelve_months_go_and_the_rest_is_still_proven(database: Database) -> None:
    await write(database, "first", NOW - YEAR)
    await write(database, "second", NOW - YEAR / 2)
    await write(database, "third", NOW)
    async with database.store() as store:
        assert await store.audit.expire(NOW - timedelta(days=365)) == 1
    assert await broken_at(database) is None
    with pytest.raises(Trouble):
        await expire_everything(database)
    assert await broken_at(database) is None


async def test_what_people_did_bears_an_earlier_hour_and_leaves_no_gap_when_it_is_old(
    database: Database,
) -> None:
    """It enters hours later than it happened: behind a line that is younger, and must go after it."""
    await write(database, "first", NOW - YEAR)
    await write(database, "a worker's", NOW - YEAR / 2)
    await write(database, "hers, of the evening before", NOW - YEAR)
    await write(database, "last", NOW)
    async with database.store() as store:
        assert await store.audit.expire(NOW - timedelta(days=365)) == 1
        stays = [entry.event for entry in reversed(await store.audit.entries())]
    assert stays == ["a worker's", "hers, of the evening before", "last"]
    assert await broken_at(database) is None


async def expire_everything(database: Database) -> None:
    async with database.store() as store:
        await store.audit.expire(NOW + DAY)
