"""`make bench`: run all scenarios and write one table to standard output and var/bench/last.txt."""

import argparse
import asyncio
import os
import platform
import subprocess
from datetime import datetime

from bench import scenarios, targets
from bench.command import check
from bench.desk import desk
from bench.emptying import emptying
from bench.evenness import evenness
from bench.postgresql import postgresql
from bench.scenarios import Bench
from bench.starting import starting
from bench.table import Table
from bot.runtime import RIGA

ALL = {**scenarios.ALL, "emptying": emptying, "evenness": evenness, "desk": desk, "check": check}
ALL |= {"starting": starting, "postgresql": postgresql}


async def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="20 seconds a run, 100,000 conversations (20 minutes)")
    parser.add_argument("--only", nargs="+", choices=sorted(ALL), default=list(ALL), help="run only these scenarios")
    parser.add_argument("--seconds", type=float, help="duration of each run")
    options = parser.parse_args()
    targets.VAR.mkdir(parents=True, exist_ok=True)
    table = Table()
    at = datetime.now(RIGA).strftime("%d.%m.%Y %H:%M")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout  # noqa: S607, ASYNC221
    table.say(f"Blakus {commit.strip()}, {at}, Python {platform.python_version()}, {os.cpu_count()} cores, "
              f"load {os.getloadavg()[0]:.1f} before the run")  # fmt: skip
    if not (targets.VENV / "bin" / "python").exists():
        table.say("!!! THE PEERS COULD NOT BE INSTALLED: only this program is measured, and no ratio to others. !!!")
    if options.seconds:
        scenarios.Bench.seconds = property(lambda _: options.seconds)  # type: ignore[assignment]
    async with targets.load() as load:
        bench = Bench(load, table, options.full)
        for name in options.only:
            os.sync()  # so that pending writes of the setup or the last scenario do not disturb this one
            try:
                await ALL[name](bench)
            except Exception as error:  # a failure must not hide the results of the others
                table.say(f"  !!! {name} failed: {type(error).__name__}: {error}")
                table.goal(f"{name}, the whole of it", "measured", None, None)
    table.verdict()
    (targets.VAR / "last.txt").write_text("\n".join(table.lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
