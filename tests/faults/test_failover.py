"""PostgreSQL dies and its standby takes over: requests are there, people read on, nobody restarts the program."""

import asyncio
from pathlib import Path

import psycopg

from bot.content import Content
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.patience import tries_meanwhile, until
from tests.people import a_desk_mate, a_key, a_request, a_service
from tests.postgres import Own, own_server
from tests.program import started
from tests.test_outage import reads_on, well_again

REQUESTS = "SELECT count(*) FROM contact_requests WHERE sealed IS NOT NULL"
CONVERSATIONS = "SELECT count(*) FROM conversations"
CAUGHT_UP = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"


async def test_a_standby_takes_over_with_every_request_and_no_conversation(
    postgres_server: object, tmp_path: Path, shipped: Content
) -> None:
    with own_server() as first:
        async with runtime_on(first.url, Clock(), shipped) as runtime:
            await a_service(runtime)
            await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
            with first.standby() as second:
                await a_request(runtime)
                await until(lambda: holds(first, CAUGHT_UP, 1))
                url = f"postgresql://postgres@/postgres?host={first.folder}&host={second.folder}&target_session_attrs=read-write"
                service = {"BOT_MODE": "service", "BOT_OPERATOR": "Paraugs", "BOT_DATABASE": url}
                async with started(tmp_path, **service) as (_, walker):
                    await walker.look()
                    assert (await walker.press("go")).screen == "menu"
                    await asyncio.to_thread(first.stop, "immediate")
                    await reads_on(walker)
                    await asyncio.to_thread(second.promote)
                    await well_again(walker)
                    async for _ in tries_meanwhile():  # for some seconds memory may answer yet, and keeps nothing
                        assert (await walker.press("menu")).screen == "menu"
                        if holds(second, CONVERSATIONS, 1):
                            break
                    assert (await walker.reload()).screen == "menu"
                    assert holds(second, REQUESTS, 1)
                    assert holds(second, CONVERSATIONS, 1)
                await asyncio.to_thread(first.start)


def holds(server: Own, question: str, answer: int) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute(question.encode()).fetchone() == (answer,)
