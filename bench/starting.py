"""How long a second start takes until the desk listens, and how much memory a start of the demonstration needs."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench import targets
from bench.scenarios import Bench
from bench.targets import ROOT, VAR, free_port

RUNS = 3
PEAK = "VmHWM:"


async def starting(bench: Bench) -> None:
    """Measure starts by the wall clock: an operator waits for all of it."""
    bench.table.heading(f"Starts; median of {RUNS}")
    async with targets.blakus(bench.load.api, "starting"):
        pass
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        async with targets.blakus(bench.load.api, "starting", keep=True, seeded=True):
            took.append(time.perf_counter() - begun)
    bench.table.say(f"  a second start, until the desk listens: {sorted(took)[RUNS // 2]:.2f} s")
    bench.table.at_most("a second start", 1.5, sorted(took)[RUNS // 2], " s")
    peak = await _demonstration()
    bench.table.say(f"  the first start of the demonstration, at its peak: {peak:.0f} MiB")
    bench.table.at_most("a start of the demonstration, at its peak", 200, peak, " MiB")


async def _demonstration() -> float:
    """Return the most memory that the first start of the demonstration used, in MiB."""
    folder = VAR / "demonstration"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ports = {name: f"127.0.0.1:{free_port()}" for name in ("BOT_LISTEN", "BOT_DESK_LISTEN")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    given: Mapping[str, str] = {"BOT_DATABASE": f"sqlite:///{folder}/blakus.sqlite", "PYTHONPATH": str(ROOT), **ports}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.as_installed", "run", cwd=folder, env={**kept, **given},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(targets.START_SECONDS):
            while not (line := await process.stdout.readline()).startswith(b"  desk"):
                if not line:
                    raise RuntimeError("the demonstration did not start")
        return _peak(process.pid)
    finally:
        await targets.end(process, 15)


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(PEAK)) / 1024
