"""The database opens itself, is what our records say, and lets go of what it must forget."""

import asyncio
import stat
import traceback
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.base import NaiveTime, Record
from storage.database import Database, Trouble, Unreadable, Vault
from storage.urls import with_driver
from tests.storage.rows import DAY, NOW, a_request, furnish

KEY = bytes(range(32))
CANARY = b"canary-9f3c1d77-of-a-person"


def test_the_migrated_tables_are_what_our_records_say(database: Database, intruder: sqlalchemy.Connection) -> None:
    assert compare_metadata(MigrationContext.configure(intruder), Record.metadata) == []


async def test_many_replicas_open_at_once_and_again(empty_database_url: str) -> None:
    replicas = [Database(empty_database_url, KEY) for _ in range(4)]
    for _ in range(2):
        opened = await asyncio.gather(*(replica.open() for replica in replicas), return_exceptions=True)
        assert opened == [None] * 4
    async with replicas[0].store() as store:
        assert await store.conversations.count() == 0
    for replica in replicas:
        await replica.close()


@pytest.mark.parametrize(
    "given, driver",
    [
        ("sqlite:///var/blakus.db", "sqlite+at_once"),
        ("sqlite+aiosqlite:///var/blakus.db", "sqlite+at_once"),
        ("postgresql://localhost/blakus", "postgresql+psycopg"),
        ("postgresql+asyncpg://localhost/blakus", "postgresql+psycopg"),
        ("postgres://localhost/blakus", "postgresql+psycopg"),
    ],
)
def test_any_way_to_name_a_database_is_understood(given: str, driver: str) -> None:
    assert with_driver(given).drivername == driver


def test_another_database_is_refused_by_name_only() -> None:
    with pytest.raises(ValueError, match=r"mysql$"):
        with_driver("mysql://someone:secret@localhost/blakus")


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - what this is about
    with pytest.raises(NaiveTime):
        async with database.store() as store:
            await store.conversations.put(b"key", "web", b"", naive, naive, None)


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(Trouble) as raised:
        async with database.store() as store:
            await store.requests.add(a_request(service_id=CANARY.decode(), sealed=CANARY))
    assert "IntegrityError" in str(raised.value) or "ForeignKeyViolation" in str(raised.value)
    assert CANARY.decode() not in "".join(traceback.format_exception(raised.value))


class TestVault:
    """A sealed content is worth nothing elsewhere."""

    def test_it_reads_back_what_it_sealed_and_never_seals_alike(self) -> None:
        vault = Vault(KEY)
        sealed = vault.seal(CANARY, b"place")
        assert CANARY not in sealed
        assert vault.open(sealed, b"place") == CANARY
        assert vault.seal(CANARY, b"place") != sealed

    @pytest.mark.parametrize("place", [b"", b"other place"])
    def test_it_refuses_what_was_moved(self, place: bytes) -> None:
        vault = Vault(KEY)
        with pytest.raises(Unreadable):
            vault.open(vault.seal(CANARY, b"place"), place)

    def test_it_refuses_what_was_changed_cut_or_sealed_by_another(self) -> None:
        sealed = Vault(KEY).seal(CANARY, b"place")
        for wrong in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:-1], sealed[:5], b""):
            with pytest.raises(Unreadable):
                Vault(KEY).open(wrong, b"place")
        with pytest.raises(Unreadable):
            Vault(bytes(32)).open(sealed, b"place")

    def test_it_wants_a_whole_key(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Vault(b"short")


class TestPostgresql:
    """What only PostgreSQL has: a log that is copied elsewhere."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    def test_what_is_short_lived_is_kept_out_of_the_log(
        self, database: Database, intruder: sqlalchemy.Connection
    ) -> None:
        unlogged = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'"
        assert set(intruder.scalars(sqlalchemy.text(unlogged))) == {
            *("conversations", "traces", "updates_heard", "left_pages"),
        }

    async def test_dead_rows_are_cleared_away(self, database: Database) -> None:
        assert await database.shrink()


class TestSqliteFile:
    """What a copy of the file, and of the log beside it, would tell."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "var" / "blakus.db"

    @pytest.fixture
    def database_url(self, file: Path) -> str:
        return f"sqlite:///{file}"

    def everything(self, file: Path) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))

    async def test_only_its_owner_may_read_it(self, file: Path) -> None:
        database = Database(f"sqlite:///{file}", KEY)
        await database.open()
        for path in file.parent.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await database.close()

    async def test_asking_how_it_stands_makes_none(self, tmp_path: Path) -> None:
        with pytest.raises(Trouble):
            await Database(f"sqlite:///{tmp_path / 'none.db'}", KEY).standing()
        assert not list(tmp_path.iterdir())

    async def test_nothing_of_an_open_conversation_can_be_read(self, database: Database, file: Path) -> None:
        async with database.store() as store:
            await store.conversations.put(b"key", "web", CANARY, NOW, NOW, None)
            await store.traces.put(b"key", CANARY, NOW)
        assert CANARY not in self.everything(file)

    async def test_nothing_of_an_erased_request_is_left(self, database: Database, file: Path) -> None:
        await furnish(database)
        for number in range(40):
            async with database.store() as store:
                letter = (CANARY + b"%04d" % number) * (1 + number * 7)  # from small cells to overflow pages
                await store.requests.add(a_request(str(number), sealed=letter, purge_at=NOW + number * DAY))
        assert CANARY in self.everything(file)
        for number in range(40):
            async with database.store() as store:
                await store.requests.erase(str(number), "expired")
        assert await database.shrink()
        assert CANARY not in self.everything(file)

    async def test_nothing_of_a_forgotten_conversation_is_left(self, database: Database, file: Path) -> None:
        async with database.store() as store:
            for number in range(300):
                await store.conversations.put(CANARY + b"%d" % number, "web", b"x" * number, NOW, NOW, None)
        async with database.store() as store:
            for conversation in await store.conversations.expired(NOW):
                await store.conversations.delete(conversation.key)
        assert await database.shrink()
        assert CANARY not in self.everything(file)
