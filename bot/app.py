"""Build, start and stop every part of the program. The only module that knows them all."""

import asyncio
import errno
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import content as contents
from bot import demo, jobs
from bot.channels import form, serving
from bot.channels.telegram import Telegram
from bot.channels.telegram.service_ended import Ended
from bot.channels.webchat import public_app
from bot.desk.app import desk_app
from bot.metrics import Events
from bot.runtime import Runtime, own_secret, utc_now
from bot.settings import VAR, Settings, Unsafe
from bot.startup import Clock, runtime_of
from bot.usecases.person import counting, leaving
from bot.volatile import may_write

log = logging.getLogger(__name__)

WHY_NOT = {
    errno.EADDRINUSE: "another program listens there; “ss -ltnp” says which",
    errno.EACCES: "ports below 1024 belong to root; choose another, the proxy in front has 443",
}
NO_ADDRESS = "this machine has no such address"


@dataclass(frozen=True)
class Running:
    """The parts of a running program, and the addresses they actually listen on."""

    runtime: Runtime
    public: tuple[str, int]
    desk: tuple[str, int]
    telegram: Telegram | None


@asynccontextmanager
async def running(settings: Settings, now: Clock = utc_now, var: Path = VAR) -> AsyncIterator[Running]:
    """Run the whole program: both web servers, Telegram if there is a token, and the jobs."""
    if settings.mode == "demo":
        demo.require_loopback(settings)
    if settings.memory_folder and not may_write(Path(settings.memory_folder)):
        raise Unsafe(
            "BOT_MEMORY_FOLDER must be a folder that is there and that the account of the program may write to"
        )
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(runtime_of(settings, now, var, patient=True))
        stack.enter_context(_count_events(runtime))
        if settings.mode == "demo" and runtime.database.is_open:
            await demo.seed(runtime)
        telegram = await _telegram(runtime, stack)
        form_page, routes = form.pages_of(runtime)
        machines = {"/telegram": telegram.webhook} if telegram and settings.public_url else {}
        public = serving.Runner(public_app(runtime, form_page, routes, machines=machines), shutdown_timeout=5)
        public_at = await _serve(public, "BOT_LISTEN", settings.public, stack)
        # No access log: it would record addresses and times of people in danger.
        desk = web.AppRunner(desk_app(runtime), access_log=None, shutdown_timeout=5)
        desk_at = await _serve(desk, "BOT_DESK_LISTEN", settings.desk, stack)
        in_chats: tuple[Any, ...] = (None,)
        if telegram:
            in_chats = (telegram.vanish, telegram.rename, telegram.empty_unkept, telegram.look_after_webhook)
        await stack.enter_async_context(jobs.scheduled(runtime, jobs.timetable(runtime, *in_chats)))
        if telegram:
            await telegram.start()
        await asyncio.to_thread(lambda: runtime.content.finder)  # otherwise the first person to type waits for it
        gc.collect()
        gc.freeze()  # the content stays for good, so the collector need not scan it again and again
        log.info("started")
        yield Running(runtime, public_at, desk_at, telegram)
        log.info("stopping")
        runtime.apart.stop()
        await counting.flush_at_stop(runtime)
        await leaving.write_down_at_stop(runtime)


async def run(settings: Settings, announce: Callable[[Running], None]) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    _at_the_end(stop.set)
    async with running(settings) as parts:
        announce(parts)
        await stop.wait()


async def run_ended(
    settings: Settings, announce: Callable[[], None], package: Path | None = None, var: Path = VAR
) -> None:
    """Say in Telegram that the service has ended, until SIGINT or SIGTERM. Opens no database and no port.

    It speaks the content of the folder `package`, or the program's own. Raises BrokenContent for an unreadable one.

    Raises Unsafe without a token, or if the folder of the secret cannot be used.
    """
    token = settings.telegram_token.get_secret_value()
    if not token:
        raise Unsafe("BOT_TELEGRAM_TOKEN must be set: without Telegram there is nobody to answer")
    try:
        secrets = own_secret(settings, var)  # tells what an old button says, “Hide” above all
    except OSError as error:
        raise Unsafe(f"{error.filename or var} cannot be used ({error.strerror})") from None
    ended = Ended(
        contents.read(package) if package else contents.read(), secrets, token, settings.telegram_api, utc_now
    )
    _at_the_end(ended.stop)
    announce()
    await ended.run()


def _at_the_end(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)


@contextmanager
def _count_events(runtime: Runtime) -> Iterator[None]:
    """Count warnings and errors for the operator's monitoring."""
    events = Events(runtime.metrics)
    logging.getLogger().addHandler(events)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(events)


async def _telegram(runtime: Runtime, stack: AsyncExitStack) -> Telegram | None:
    token = runtime.settings.telegram_token.get_secret_value()
    if not token:
        return None
    telegram = Telegram(runtime, token, runtime.settings.telegram_api, form_token=form.token_maker(runtime))
    stack.push_async_callback(telegram.stop)
    return telegram


async def _serve(
    runner: web.AppRunner, setting: str, address: tuple[str, int], stack: AsyncExitStack
) -> tuple[str, int]:
    """Serve an app. Return the host and port it listens on. Raises Unsafe if nobody may listen there."""
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, *address)
    try:
        await site.start()
    except OSError as error:
        raise Unsafe(
            f"{setting}={address[0]}:{address[1]} cannot be used: {WHY_NOT.get(error.errno or 0, NO_ADDRESS)}"
        ) from None
    host, port = runner.addresses[0][:2]
    return host, port
