"""One child process for work that might never end: it can be killed; the program people write to cannot.

Content from outside is read and proved there, within limits of processor time and memory. The child is started on
first use, kept for the next job, and replaced after being killed. It receives the job, but no settings and no secrets.
Limits count processor time, not elapsed time, so that a busy machine rejects nothing.

`python -m bot.apart` is the child itself: it answers on its standard input until that is closed.
"""

import asyncio
import atexit
import io
import math
import os
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn, TypeVar

from bot.engine.problems import OutOfTime

HERE = Path(__file__).resolve().parent.parent
MEMORY = 512 * 1024 * 1024
"""Bytes; ten times what the shipped content needs."""
GRACE = 3
"""Seconds of processor time between the request to stop and the kill."""
ASLEEP = 300
"""Seconds that may elapse beyond the limit while the child gets no processor time."""
MOST_REMEMBERED = 8
"""How many answers are cached: the pages of a draft ask for the same ones again and again."""
PLAIN = {
    ("datetime", "date"),
    *(("builtins", name) for name in ("dict", "list", "set", "frozenset", "tuple")),
}
LENGTH = struct.Struct("!Q")

Answer = TypeVar("Answer")


class TooLong(Exception):
    """The job exceeded its time or memory, or the program is about to stop."""


class Failed(Exception):
    """A job failed through a fault of ours. Holds the kind and place of the error, and none of the content."""


class Apart:
    """The child as the program sees it. Jobs run one at a time; nothing else waits for them."""

    def __init__(self) -> None:
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="apart")
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._doing: object = None
        self._changing = Lock()
        self._remembered: OrderedDict[bytes, Any] = OrderedDict()

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return self._child.pid if self._child else None

    @property
    def busy(self) -> bool:
        """Whether the child is working on a job."""
        return self._doing is not None and self._child is not None

    async def ask(self, seconds: int, job: Callable[..., Answer], *args: Any) -> Answer:
        """Return what a job, a module-level function, answers; at once if the same was asked before.

        Raise TooLong if it needs more than `seconds` of processor time. Cancelling kills the job.
        """
        request = await asyncio.to_thread(pickle.dumps, (seconds, job, args))
        mark = sha256(request).digest()
        known: tuple[Answer] | None = self._recall(mark)
        if known is not None:
            return known[0]
        asked = object()
        future = self._waiting.submit(self._run, asked, mark, request, seconds)
        try:
            answer: Answer = await asyncio.wrap_future(future)
            return answer
        except asyncio.CancelledError:
            self._kill(asked)
            raise

    def rest(self) -> None:
        """End the child if it has nothing to do: it takes as much memory as we do. The next job starts another."""
        with self._changing:
            if self._doing is None:
                self._end()

    def stop(self) -> None:
        """Stop the child, whatever it is doing. The next job starts another."""
        with self._changing:
            if self._doing is None:
                self._end()
            elif self._child is not None:
                self._doing = None
                self._child.kill()

    def _recall(self, mark: bytes) -> tuple[Any] | None:
        """Return the cached answer in a tuple, or None. Raise TooLong if that was the answer."""
        with self._changing:
            if mark not in self._remembered:
                return None
            self._remembered.move_to_end(mark)
            answer = self._remembered[mark]
        if answer is TooLong:
            raise TooLong
        return (answer,)

    def _remember(self, mark: bytes, answer: Any) -> None:
        with self._changing:
            self._remembered[mark] = answer
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)

    def _run(self, asked: object, mark: bytes, request: bytes, seconds: int) -> Any:
        """Run a job, in the thread that waits for the child."""
        if (known := self._recall(mark)) is not None:  # the same was asked at the same time
            return known[0]
        try:
            with self._changing:
                self._doing = asked
                channel = self._start()
            channel.settimeout(seconds + GRACE + ASLEEP)
            _send(channel, request)
            said = _receive(channel)
        except OSError:
            said = None
        finally:
            with self._changing:
                wanted, self._doing = self._doing is asked, None
                gone = None if said and wanted else self._end()
        how, answer = _Values(io.BytesIO(said)).load() if said else gone or ("gone", "")
        if how == "failed":
            raise Failed(answer)
        if how == "too long" and answer == "memory":
            with self._changing:
                self._end()  # it may never free that memory
        if how == "gone" or not wanted:  # killed from outside, or because nobody waits any more: nothing to cache
            raise TooLong
        if how == "too long":
            self._remember(mark, TooLong)
            raise TooLong
        self._remember(mark, answer)
        return answer

    def _start(self) -> socket.socket:
        if self._child is not None and self._channel is not None and self._child.poll() is None:
            return self._channel
        self._end()
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                (sys.executable, "-m", "bot.apart"),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=HERE,
                env={"LANG": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C must reach only the program, which then stops the child
            )
        self._channel = ours
        return ours

    def _end(self) -> tuple[str, str]:
        """Make sure the child is gone. Return how it ended, in place of an answer it did not give."""
        child, channel, self._child, self._channel = self._child, self._channel, None, None
        if channel is not None:
            channel.close()
        if child is None:
            return "failed", "no child"
        child.kill()  # harmless if it has already ended
        code = child.wait()
        if code == -signal.SIGXCPU:
            return "too long", ""
        return ("gone", "") if code < 0 else ("failed", f"it ended with {code}")

    def _kill(self, asked: object) -> None:
        """Kill the child if it is working on this."""
        with self._changing:
            if self._child is not None and self._doing is asked:
                self._doing = None
                self._child.kill()


class _Values(pickle.Unpickler):
    """Accept only plain values and our own classes, so that a compromised child cannot run code here."""

    def find_class(self, module: str, name: str) -> Any:
        """Raise UnpicklingError for anything else."""
        found = super().find_class(module, name) if (module, name) in PLAIN or module.startswith("bot.") else None
        if not isinstance(found, type) or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


@cache
def shared() -> Apart:
    """Return the child of this process."""
    made = Apart()
    atexit.register(made.stop)
    return made


def _send(channel: socket.socket, message: bytes) -> None:
    channel.sendall(LENGTH.pack(len(message)) + message)


def _receive(channel: socket.socket) -> bytes | None:
    """Return one message, or None if the other end is gone."""
    head = _read(channel, LENGTH.size)
    return _read(channel, LENGTH.unpack(head)[0]) if head else None


def _read(channel: socket.socket, length: int) -> bytes | None:
    read = bytearray()
    while len(read) < length:
        part = channel.recv(min(length - len(read), 1 << 20))
        if not part:
            return None
        read += part
    return bytes(read)


# --- The child --------------------------------------------------------------------------------------------------------


def _serve(channel: socket.socket) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(OSError):  # if memory runs out, the kernel should kill this process, not the program
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    signal.signal(signal.SIGPROF, _out_of_time)
    while (request := _receive(channel)) is not None:
        seconds, job, args = pickle.loads(request)  # noqa: S301 - by the program that started this one
        _send(channel, pickle.dumps(_run_job(seconds, job, args)))


def _run_job(seconds: int, job: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Any]:
    """Run a job within two limits: the first interrupts Python, so that it can report the cause; the second kills."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end, (_, most) = math.ceil(used.ru_utime + used.ru_stime) + seconds + GRACE, resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (end if most == resource.RLIM_INFINITY else min(end, most), most))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return "done", job(*args)
    except OutOfTime:
        return "too long", ""
    except MemoryError:
        return "too long", "memory"
    except Exception as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
        return "failed", f"{type(error).__name__} at {place}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _out_of_time(_: int, __: object) -> NoReturn:
    raise OutOfTime


if __name__ == "__main__":
    try:
        with socket.socket(fileno=os.dup(0)) as _standing:
            _serve(_standing)
    except (OutOfTime, OSError):  # between two jobs, or the program is gone
        sys.exit(1)
