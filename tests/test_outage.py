"""The database stops under a running program: the information part goes on from memory, and everything comes back."""

import asyncio
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.channels.web import Seen
from tests.patience import LOOK, patiently
from tests.postgres import Own, own_server
from tests.program import Program, Walker, started

SERVICE = {"BOT_MODE": "service", "BOT_OPERATOR": "Paraugs"}
MANY = 12


@pytest.fixture
def own_postgres(postgres_server: object) -> Iterator[Own]:
    """A server that this test may stop."""
    with own_server() as own:
        yield own


async def reads_on(walker: Walker) -> None:
    """From the menu to a topic, to the emergency numbers, also by words, and to where the request would begin."""
    assert (await walker.press("court")).screen == "court-protection"
    danger = await walker.press("danger")
    assert "112" in danger.calls
    despair = await walker.type("es vairs negribu dzīvot")
    assert (despair.screen, despair.calls[:3]) == ("thoughts-of-death", ["112", "116123", "113"])  # 112 is in the bar
    both = await walker.type("viņš mani žņaudz, gribu nomirt")
    assert (both.screen, both.calls[:3]) == ("danger", ["112", "112", "116123"])
    human = await walker.press("human")
    assert {"112", "116006"} <= set(human.calls)


async def health(walker: Walker) -> str:
    async with walker.session.get(f"{walker.program.public}/healthz") as answer:
        return await answer.text()


async def well_again(walker: Walker) -> None:
    async with patiently():
        while await health(walker) != "ok\n":  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(LOOK)


async def remembered_screen(walker: Walker) -> Seen:
    await walker.reload()
    assert walker.page
    return walker.page


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_with_postgresql_stopped_people_read_on_and_afterwards_go_on(
    tmp_path: Path, own_postgres: Own, how: str
) -> None:
    async with started(tmp_path, **SERVICE, BOT_DATABASE=own_postgres.url) as (_, walker):
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
        own_postgres.stop(how)
        await reads_on(walker)
        assert "information only" in await health(walker)
        own_postgres.start()
        await well_again(walker)
        assert (await walker.press("menu")).screen == "menu"
        assert (await remembered_screen(walker)).screen == "menu"


async def test_a_program_that_starts_without_its_database_helps_all_the_same(tmp_path: Path, own_postgres: Own) -> None:
    own_postgres.stop()
    async with started(tmp_path, **SERVICE, BOT_DATABASE=own_postgres.url) as (program, walker):
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
        await reads_on(walker)
        assert "information only" in await health(walker)
        own_postgres.start()
        await well_again(walker)
        assert (await walker.press("menu")).screen == "menu"
        assert (await remembered_screen(walker)).screen == "menu"
        assert "database_gone" in (program.folder / "stderr.log").read_text()


async def test_while_somebody_locks_sqlite_everyone_is_answered(tmp_path: Path) -> None:
    async with started(tmp_path, **SERVICE) as (program, walker):
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
        with closing(sqlite3.connect(program.file, isolation_level=None)) as intruder:
            intruder.execute("BEGIN EXCLUSIVE")
            everyone = [Walker(program, walker.session, walker.page) for _ in range(MANY)]
            async with patiently():  # whoever waited for the lock would wait for ever
                screens = {page.screen for page in await asyncio.gather(*(tab.press("court") for tab in everyone))}
            assert screens == {"court-protection"}
            await reads_on(walker)
            intruder.execute("ROLLBACK")
        await well_again(walker)
        assert (await walker.press("menu")).screen == "menu"
        assert (await remembered_screen(walker)).screen == "menu"


async def test_with_the_disk_full_people_read_on(tmp_path: Path) -> None:
    """No file may grow, as on a full disk; what can still be written is not enough for a turn."""
    async with started(tmp_path, **SERVICE) as (program, walker):
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
        full(program, 0)
        await reads_on(walker)
        assert "information only" in await health(walker), "it can be read, and not be kept"
        full(program, None)
        await well_again(walker)
        assert (await walker.press("menu")).screen == "menu"
        assert (await remembered_screen(walker)).screen == "menu"


async def test_with_the_database_unreadable_people_read_on(tmp_path: Path) -> None:
    async with started(tmp_path, **SERVICE) as (program, walker):
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
        program.file.write_bytes(b"not a database any more " * 4096)
        (program.folder / "var" / "blakus.sqlite-wal").write_bytes(b"")
        await reads_on(walker)


def full(program: Program, most: int | None) -> None:
    """Let no file of the program grow beyond `most` bytes, or as it likes."""
    limit = resource.RLIM_INFINITY if most is None else most
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
