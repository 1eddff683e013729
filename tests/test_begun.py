"""What many tests begin with is all that the program built, and nothing that another test did with it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from argon2 import PasswordHasher
from sqlalchemy import select, text

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.accounts import passwords
from bot.usecases.acting import SignedIn
from storage.base import Record
from tests.begun import begun
from tests.conftest import runtime_on
from tests.faces import NOON, Clock
from tests.people import PASSWORD, a_colleague, a_desk_mate, a_key, a_request, a_service, the_request

COUNTED = text("SELECT sequencename, last_value FROM pg_sequences")
BUILT: list[Runtime] = []
"""By whom the office of these tests was built."""


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Three empty databases of one kind."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path / name}" for name in ("first", "second", "third")]
        return
    copies = request.getfixturevalue("postgres_copies")
    with ExitStack() as borrowed:
        yield [borrowed.enter_context(copies.lent()) for _ in range(3)]


async def an_office(runtime: Runtime, clock: Clock) -> tuple[SignedIn, str]:
    BUILT.append(runtime)
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    await a_key(runtime, ilze)
    await a_colleague(runtime, clock, "anna", "head", "balvi")  # and time passes
    await a_request(runtime)
    return ilze, await the_request(runtime)


def everything(url: str) -> dict[str, list[Any]]:
    """What stands in each table, and which number comes next where the database counts."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        tables = Record.metadata.sorted_tables
        found = {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}
        if connection.dialect.name == "postgresql":
            found["sequences"] = sorted(map(tuple, connection.execute(COUNTED)), key=repr)
    engine.dispose()
    return found


async def test_each_test_begins_with_all_that_was_built_and_at_that_time(urls: list[str], shipped: Content) -> None:
    BUILT.clear()
    seen: list[Any] = []
    for url in urls:
        clock = Clock()
        async with runtime_on(url, clock, shipped) as runtime:
            made = await begun(runtime, clock, an_office)
            assert runtime not in BUILT  # so nothing of the building is in its memory
            seen.append((made, clock.now, everything(url)))
            await a_request(runtime)  # which the tests after this one do not find
    assert len(BUILT) == 1
    assert seen[0] == seen[1] == seen[2]
    _, now, tables = seen[0]
    assert now > NOON
    assert all(tables[name] for name in ("workers", "social_services", "contact_requests", "outbox", "audit"))


async def test_it_is_built_in_an_empty_database_and_put_into_an_empty_one(urls: list[str], shipped: Content) -> None:
    async def an_editor(runtime: Runtime, _: Clock) -> str:
        return (await a_desk_mate(runtime, "zane", "editor", None)).id

    async with runtime_on(urls[0], Clock(), shipped) as runtime:
        await a_service(runtime)
        with pytest.raises(AssertionError):
            await begun(runtime, Clock(), an_editor)
    async with runtime_on(urls[1], Clock(), shipped) as runtime:
        built = await begun(runtime, Clock(), an_editor)
    async with runtime_on(urls[2], Clock(), shipped) as runtime:
        await a_desk_mate(runtime, "somebody", "editor", None)
        with pytest.raises((AssertionError, psycopg.errors.AssertFailure)):
            await begun(runtime, Clock(), an_editor)
        async with runtime.database.store() as store:
            assert built not in [worker.id for worker in await store.workers.all()]


async def test_who_has_another_clock_or_another_hasher_builds_anew(
    tmp_path: Path, shipped: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    BUILT.clear()
    later = Clock()
    later.move(days=1)
    async with runtime_on(f"sqlite:///{tmp_path / 'later'}", later, shipped) as runtime:
        await begun(runtime, later, an_office)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    async with runtime_on(f"sqlite:///{tmp_path / 'slower'}", Clock(), shipped) as runtime:
        await begun(runtime, Clock(), an_office)
        async with runtime.database.store() as store:
            anna = await store.workers.by_login("anna")
        assert anna
        assert anna.password_hash
        assert "t=2," in anna.password_hash
    assert len(BUILT) == 2


async def test_what_a_test_could_change_is_handed_to_none(runtime: Runtime, clock: Clock) -> None:
    async def changeable(runtime: Runtime, _: Clock) -> Any:
        return [PASSWORD]

    with pytest.raises(TypeError):
        await begun(runtime, clock, changeable)
