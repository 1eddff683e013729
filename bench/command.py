"""How long an editor waits for `check`, its start included, and what a search for typed words costs."""

import asyncio
import resource
import sys
import time

from bench.scenarios import Bench
from bench.targets import ROOT
from bot import content

RUNS = 5
QUERIES = ROOT / "tests" / "find" / "queries.tsv"


async def check(bench: Bench) -> None:
    """Measure CPU time, because the command is sequential and waits for nothing."""
    bench.table.heading(f"The check and a query; CPU, median of {RUNS}")
    took = sorted([await _check_seconds() for _ in range(RUNS)])[RUNS // 2]
    query = sorted(_query_milliseconds() for _ in range(RUNS))[RUNS // 2]
    bench.table.say(f"  bot check, with its start: {took:.2f} s; a query: {query:.2f} ms")
    bench.table.at_most("check of the shipped content, with its start", 2, took, " s")
    bench.table.at_most("typed words: finding their topics", 5, query, " ms")


async def _check_seconds() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError("the content was refused")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _query_milliseconds() -> float:
    """Milliseconds for one query, averaged over those in the tests."""
    finder = content.read().finder
    lines = [line.split("\t") for line in QUERIES.read_text().splitlines()[1:]]
    begun = time.process_time()
    for words, language, _ in lines:
        finder.find(words, language)
    return (time.process_time() - begun) / len(lines) * 1000
