"""What a load balancer and a monitor see of one replica: nothing while it starts, well, and a clean end."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import psycopg
from aiohttp import ClientSession
from psycopg import Connection

from storage.migrations import REPLICAS_TAKE_TURNS
from tests.patience import until
from tests.program import Program, Walker
from tests.test_outage import SERVICE, health

WAITS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND strpos(query, %s) > 0
"""


def doors(program: Program) -> list[int]:
    """The ports on which the program can be reached."""
    process = psutil.Process(program.pid)
    return [door.laddr.port for door in process.net_connections("tcp") if door.status == psutil.CONN_LISTEN]


async def test_a_replica_is_reached_when_its_tables_are_ready_and_until_its_last_press_is_answered(
    tmp_path: Path, postgres_url: str
) -> None:
    program = Program(tmp_path, {**SERVICE, "BOT_DATABASE": postgres_url})
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [REPLICAS_TAKE_TURNS])  # another replica migrates
        starting = asyncio.ensure_future(program.start())
        await until(lambda: somebody_waits(other, "pg_advisory_xact_lock"))
        assert doors(program) == []
        other.execute("SELECT pg_advisory_unlock(%s)", [REPLICAS_TAKE_TURNS])
        await starting
        try:
            await is_answered_to_the_last(program, other)
        finally:
            await program.kill()


async def is_answered_to_the_last(program: Program, other: Connection) -> None:
    async with ClientSession() as session:
        walker = Walker(program, session)
        assert await health(walker) == "ok\n"
        await walker.look()
        with other.transaction():
            other.execute("LOCK TABLE conversations")
            pressing = asyncio.ensure_future(walker.press("go"))
            await until(lambda: somebody_waits(other, "conversations.key ="))
            os.kill(program.pid, signal.SIGTERM)
            await until(lambda: doors(program) == [])
        assert (await pressing).screen == "menu"


def somebody_waits(other: Connection, statement: str) -> bool:
    other.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same over and over
    return other.execute(WAITS, [statement]).fetchone() == (1,)
