"""A database of the first version, with a row in every table, comes up to today's with every row; and what is made of
what stood there before a request could wait in silence no more.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import migrations
from storage.database import Database
from storage.migrations import is_current, migrate, newest
from storage.urls import with_driver

KEY = bytes(range(32))
AT = datetime(2026, 11, 22, 10, 17, tzinfo=UTC)
FIRST = "0001"
GRACE = timedelta(days=14)


def a_value(column: "sa.Column[Any]") -> Any:
    """Something of the right type; ids are all the same, so that what refers to a row finds it."""
    match column.type:
        case sa.Boolean():
            return True
        case sa.Integer():
            return 1
        case sa.DateTime():
            return AT
        case sa.JSON():
            return {}
        case sa.LargeBinary():
            return b"one"
        case _:
            return "one"


def furnish(connection: sa.Connection) -> dict[str, Any]:
    """One row in every table of the first version. Answers what was written."""
    tables = sa.MetaData()
    tables.reflect(connection)
    written = {}
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            row = {column.name: a_value(column) for column in table.columns}
            connection.execute(sa.insert(table), row)
            written[table.name] = row
    return written


@pytest.fixture
def engine(empty_database_url: str) -> sa.Engine:
    backend = "postgresql+psycopg" if "postgres" in empty_database_url else "sqlite"
    return sa.create_engine(with_driver(empty_database_url).set(drivername=backend))


def test_the_newest_version_is_known_without_alembic_as_alembic_knows_it(engine: sa.Engine) -> None:
    assert newest() == set(ScriptDirectory(str(migrations.HERE)).get_heads())
    with engine.begin() as connection:
        assert not is_current(connection)
        migrate(connection, FIRST)
        assert not is_current(connection)
        migrate(connection)
        assert is_current(connection)
        assert set(MigrationContext.configure(connection).get_current_heads()) == newest()
    engine.dispose()


async def test_a_database_of_the_first_version_keeps_every_row(empty_database_url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        migrate(connection, FIRST)
        written = furnish(connection)
    assert len(written) >= 12
    database = Database(empty_database_url, KEY)
    assert (await database.standing())[0] is False
    await database.open()
    assert (await database.standing())[0] is True
    async with database.store() as store:
        assert [service.id for service in await store.services.all()] == ["one"]
        assert [worker.id for worker in await store.workers.all()] == ["one"]
        assert await store.requests.by_id("one")
        assert await store.conversations.count() == 1
    await database.close()
    with engine.connect() as connection:
        today = sa.MetaData()
        today.reflect(connection)
        for name, row in written.items():
            (kept,) = connection.execute(sa.select(today.tables[name])).mappings()
            assert {column: kept[column] for column in row if not isinstance(row[column], datetime)} == {
                column: value for column, value in row.items() if not isinstance(value, datetime)
            }, name
    engine.dispose()


async def upgraded(url: str, engine: sa.Engine, before: str = "0007", **rows: list[dict[str, Any]]) -> Database:
    """A database as it stood before, with these rows in its tables, brought up to today's. The rest is filled in."""
    with engine.begin() as connection:
        migrate(connection, before)
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in rows.get(table.name, []):
                filled = {column.name: a_value(column) for column in table.columns if not column.nullable}
                connection.execute(sa.insert(table), {**filled, **row})
    database = Database(url, KEY)
    await database.open()
    engine.dispose()
    return database


def a_letter(name: str, **differs: Any) -> dict[str, Any]:
    unique = {"id": name, "once_hash": name.encode(), "receipt_hash": name.encode(), "sealed": b"letter"}
    return {**unique, "status": "new", "opened_count": 5, **differs}


def happened(number: int, event: str, actor: str, subject: str) -> dict[str, Any]:
    return {"id": number, "event": event, "actor": actor, "subject": subject, "chain": bytes([number])}


async def test_who_had_a_letter_is_known_from_the_audit(empty_database_url: str, engine: sa.Engine) -> None:
    database = await upgraded(
        empty_database_url,
        engine,
        social_services=[{}],
        contact_requests=[a_letter("seen"), a_letter("untold"), a_letter("gone", sealed=None, status="expired")],
        audit=[
            happened(1, "request_opened", "ilze", "seen"),
            happened(2, "request_opened", "ilze", "seen"),
            happened(3, "request_exported", "janis", "seen"),
            happened(4, "request_taken", "zane", "seen"),
            happened(5, "request_opened", "ilze", "gone"),
        ],
    )
    async with database.store() as store:
        counted = {name: await store.requests.by_id(name) for name in ("seen", "untold", "gone")}
        read = [worker for worker in ("ilze", "janis", "zane") if await store.requests.was_handed_to("seen", worker)]
        assert not await store.requests.was_handed_to("gone", "ilze")
    await database.close()
    assert {name: row.opened_count for name, row in counted.items() if row} == {"seen": 2, "untold": 5, "gone": 5}
    assert read == ["ilze", "janis"]


async def test_what_waits_is_due_when_it_was_promised_and_an_unsafe_number_stays_so(
    empty_database_url: str, engine: sa.Engine
) -> None:
    later = AT + timedelta(days=3)
    database = await upgraded(
        empty_database_url,
        engine,
        social_services=[{}],
        contact_requests=[
            a_letter("new", read_by=later, taken_until=None, call_blocked=False),
            a_letter("taken", read_by=AT, taken_until=later, status="taken", call_blocked=True),
        ],
        additions=[{"id": 7, "request_id": "taken"}, {"id": 9, "request_id": "taken"}, {"id": 11, "request_id": "new"}],
    )
    async with database.store() as store:
        new, taken = await store.requests.by_id("new"), await store.requests.by_id("taken")
    await database.close()
    assert new
    assert taken
    assert (new.due_at, new.told_at, new.blocked_addition) == (later, None, None)
    assert (taken.due_at, taken.blocked_addition) == (later, 9), "nothing that was added before lifts it"


async def test_only_a_service_that_could_be_addressed_stays_so_for_a_while(
    empty_database_url: str, engine: sa.Engine
) -> None:
    earliest = datetime.now(UTC) + GRACE

    def key(name: str, service: str, **differs: Any) -> dict[str, Any]:
        return {"id": name, "service_id": service, "held_by": name, "recipient": service, "retired_at": None, **differs}

    database = await upgraded(
        empty_database_url,
        engine,
        social_services=[{"id": "both"}, {"id": "alone"}, {"id": "retired"}, {"id": "asleep", "active": False}],
        workers=[{"id": name, "login": name, "service_id": None} for name in "abcdefg"],
        service_keys=[
            *(key("a", "both"), key("b", "both"), key("c", "alone")),
            *(key("d", "retired"), key("e", "retired", retired_at=AT), key("f", "asleep"), key("g", "asleep")),
        ],
    )
    async with database.store() as store:
        open_until = {service.id: service.open_until for service in await store.services.all()}
    await database.close()
    assert {name for name, until in open_until.items() if until} == {"both"}
    assert open_until["both"]
    latest = datetime.now(UTC) + GRACE
    assert earliest <= open_until["both"] <= latest


async def test_of_what_was_done_before_the_upgrade_nobody_counts_as_told(
    empty_database_url: str, engine: sa.Engine
) -> None:
    database = await upgraded(
        empty_database_url,
        engine,
        social_services=[{}],
        contact_requests=[a_letter("one")],
        outbox=[{"request_id": "one", "service_id": "one", "done_at": AT}],
    )
    async with database.store() as store:
        (errand,) = await store.outbox.of_request("one")
    await database.close()
    assert (errand.done_at, errand.sent_at) == (AT.replace(minute=0), None)


async def test_what_was_sent_before_keeps_the_latest_day_that_anybody_might_call(
    empty_database_url: str, engine: sa.Engine
) -> None:
    letters = [a_letter("open", created_hour=AT), a_letter("gone", sealed=None, status="expired", created_hour=AT)]
    database = await upgraded(empty_database_url, engine, social_services=[{}], contact_requests=letters)
    async with database.store() as store:
        found = {name: await store.requests.by_id(name) for name in ("open", "gone")}
    await database.close()
    last = (AT + timedelta(days=31)).date()
    assert {name: row.call_until for name, row in found.items() if row} == {"open": last, "gone": None}


async def test_who_holds_a_key_holds_it_after_the_upgrade_and_nobody_is_said_to_want_one(
    empty_database_url: str, engine: sa.Engine
) -> None:
    key = {"service_id": "one", "recipient": "age1first", "wrapped": b"sealed", "retired_at": None}
    database = await upgraded(
        empty_database_url,
        engine,
        "0008",
        social_services=[{}],
        workers=[{"id": name, "login": name, "service_id": None} for name in "ab"],
        service_keys=[{**key, "id": name, "held_by": name} for name in "ab"],
    )
    async with database.store() as store:
        assert await store.services.recipient("one") == "age1first"
        assert await store.services.forged() == frozenset()
        assert {service_key.endorsement for service_key in await store.services.keys("one")} == {None}
        assert not any(worker.wants_key for worker in await store.workers.all())
    await database.close()


async def test_nothing_that_is_there_is_taken_for_a_flood(empty_database_url: str, engine: sa.Engine) -> None:
    letters = [a_letter("one"), a_letter("two")]
    database = await upgraded(empty_database_url, engine, social_services=[{}], contact_requests=letters)
    async with database.store() as store:
        found = [await store.requests.by_id(name) for name in ("one", "two")]
        assert await store.floods.hours() == []
    await database.close()
    assert [row.flood for row in found if row] == [False, False]


async def test_times_that_are_finer_than_the_hour_are_rounded_where_nothing_is_promised_any_more(
    empty_database_url: str, engine: sa.Engine
) -> None:
    quarter = AT.replace(minute=30)
    gone = {"sealed": None, "status": "expired", "read_by": quarter}
    database = await upgraded(
        empty_database_url,
        engine,
        social_services=[{}],
        contact_requests=[
            a_letter("open", read_by=quarter),
            a_letter("gone", **gone),
            a_letter("sharp", **gone | {"read_by": AT.replace(minute=0)}),
        ],
        outbox=[{"id": 1, "request_id": "gone", "done_at": AT}, {"id": 2, "request_id": "open", "done_at": None}],
    )
    async with database.store() as store:
        kept = {name: await store.requests.by_id(name) for name in ("open", "gone", "sharp")}
        (done,) = await store.outbox.of_request("gone")
        (waits,) = await store.outbox.of_request("open")
    await database.close()
    hours = {name: row.read_by for name, row in kept.items() if row}
    assert hours == {"open": quarter, "gone": AT.replace(hour=11, minute=0), "sharp": AT.replace(minute=0)}
    assert (done.done_at, waits.done_at) == (AT.replace(minute=0), None)


async def test_no_finer_time_of_a_browser_or_a_passkey_outlives_the_upgrade(
    empty_database_url: str, engine: sa.Engine
) -> None:
    used = AT.replace(second=41, microsecond=7)
    database = await upgraded(
        empty_database_url,
        engine,
        "0013",
        social_services=[{}],
        workers=[{"id": name, "login": name} for name in "ab"],
        known_browsers=[
            {"token_hash": b"here", "worker_id": "a", "used_at": used},
            {"token_hash": b"here", "worker_id": "b", "used_at": AT + timedelta(days=2)},
        ],
        passkeys=[
            {"id": "used", "worker_id": "a", "credential": b"1", "used_at": used},
            {"id": "new", "worker_id": "a", "credential": b"2", "used_at": None},
        ],
    )
    async with database.store() as store:
        browsers = [await store.known_browsers.get(b"here", name) for name in "ab"]
        passkeys = {passkey.id: passkey.used_at for passkey in await store.passkeys.of_worker("a")}
    await database.close()
    day = AT.replace(hour=0, minute=0)
    assert [browser.used_at for browser in browsers if browser] == [day, day + timedelta(days=2)]
    assert passkeys == {"used": AT.replace(minute=0), "new": None}
