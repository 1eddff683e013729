"""One child process for what may never end: it can be killed, the program that people write to cannot.

What comes from outside is proved and read there, with limits of processor time and of memory. The child is started
when it is first needed, kept for the next job, and made anew after it was killed. It is given no settings and no
secrets, only the job. Limits count the time it works, never the time that passes: a busy machine refuses nobody.

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
"""Seconds of work between being asked to stop and being killed."""
ASLEEP = 300
"""Seconds that may pass beyond the limit while the child gets no processor at all."""
MOST_REMEMBERED = 8
"""Answers that are kept: the pages of a draft ask for the same again and again."""
PLAIN = {
    ("datetime", "date"),
    *(("builtins", name) for name in ("dict", "list", "set", "frozenset", "tuple")),
}
LENGTH = struct.Struct("!Q")

Answer = TypeVar("Answer")


class TooLong(Exception):
    """The job needed more time or memory than it was given, or the program is about to end."""


class Failed(Exception):
    """A mistake of ours in a job: its kind and its place, and nothing of what was worked on."""


class Apart:
    """The child, as the program sees it. Jobs wait for each other; nothing else waits for them."""

    def __init__(self) -> None:
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="apart")
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._doing: object = None
        self._changing = Lock()
        self._remembered: OrderedDict[bytes, Any] = OrderedDict()

    @property
    def pid(self) -> int | None:
        """The number of the child, while there is one."""
        return self._child.pid if self._child else None

    @property
    def busy(self) -> bool:
        """Whether it works on something."""
        return self._doing is not None and self._child is not None

    async def ask(self, seconds: int, job: Callable[..., Answer], *args: Any) -> Answer:
        """What the job, a function of a module, answers; at once where it was asked before.

        Raises TooLong when it needs more than these seconds of work. Who does not want to know any more cancels this.
        """
        request = await asyncio.to_thread(pickle.dumps, (seconds, job, args))
        mark = sha256(request).digest()
        known: tuple[Answer] | None = self._recalled(mark)
        if known is not None:
            return known[0]
        asked = object()
        future = self._waiting.submit(self._do, asked, mark, request, seconds)
        try:
            answer: Answer = await asyncio.wrap_future(future)
            return answer
        except asyncio.CancelledError:
            self._kill(asked)
            raise

    def stop(self) -> None:
        """End the child, whatever it does. The next job begins another one."""
        with self._changing:
            if self._doing is None:
                self._ended()
            elif self._child is not None:
                self._doing = None
                self._child.kill()

    def _recalled(self, mark: bytes) -> tuple[Any] | None:
        """The answer to what was asked before; nothing where it was not. Raises TooLong where that was the answer."""
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

    def _do(self, asked: object, mark: bytes, request: bytes, seconds: int) -> Any:
        """In the thread that waits for the child."""
        if (known := self._recalled(mark)) is not None:  # somebody asked for the same at the same time
            return known[0]
        try:
            with self._changing:
                self._doing = asked
                channel = self._begun()
            channel.settimeout(seconds + GRACE + ASLEEP)
            _send(channel, request)
            said = _received(channel)
        except OSError:
            said = None
        finally:
            with self._changing:
                wanted, self._doing = self._doing is asked, None
                gone = None if said and wanted else self._ended()
        how, answer = _Values(io.BytesIO(said)).load() if said else gone or ("gone", "")
        if how == "failed":
            raise Failed(answer)
        if how == "too long" and answer == "memory":
            with self._changing:
                self._ended()  # what it holds it may never give back
        if how == "gone" or not wanted:  # killed from outside, or because nobody waits for it: no answer to keep
            raise TooLong
        if how == "too long":
            self._remember(mark, TooLong)
            raise TooLong
        self._remember(mark, answer)
        return answer

    def _begun(self) -> socket.socket:
        if self._child is not None and self._channel is not None and self._child.poll() is None:
            return self._channel
        self._ended()
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                (sys.executable, "-m", "bot.apart"),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=HERE,
                env={"LANG": "C.UTF-8"},
                start_new_session=True,  # an interrupted terminal interrupts the program, which then ends the child
            )
        self._channel = ours
        return ours

    def _ended(self) -> tuple[str, str]:
        """Make sure that it is gone. How it went, where it did not say so."""
        child, channel, self._child, self._channel = self._child, self._channel, None, None
        if channel is not None:
            channel.close()
        if child is None:
            return "failed", "no child"
        child.kill()  # nothing happens where it has ended by itself
        code = child.wait()
        if code == -signal.SIGXCPU:
            return "too long", ""
        return ("gone", "") if code < 0 else ("failed", f"it ended with {code}")

    def _kill(self, asked: object) -> None:
        """Kill the child if this is what it does."""
        with self._changing:
            if self._child is not None and self._doing is asked:
                self._doing = None
                self._child.kill()


class _Values(pickle.Unpickler):
    """An answer is made of plain values and of classes of ours. A child that a file broke into could say no more."""

    def find_class(self, module: str, name: str) -> Any:
        """Raises UnpicklingError for anything else."""
        found = super().find_class(module, name) if (module, name) in PLAIN or module.startswith("bot.") else None
        if not isinstance(found, type) or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


@cache
def shared() -> Apart:
    """The child of this process."""
    made = Apart()
    atexit.register(made.stop)
    return made


def _send(channel: socket.socket, message: bytes) -> None:
    channel.sendall(LENGTH.pack(len(message)) + message)


def _received(channel: socket.socket) -> bytes | None:
    """One message; None where the other end is gone."""
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
    with suppress(OSError):  # where memory runs out, the kernel is to take this process and not the program
        Path("/proc/self/oom_score_adj").write_text("1000")
    signal.signal(signal.SIGPROF, _over)
    while (request := _received(channel)) is not None:
        seconds, job, args = pickle.loads(request)  # noqa: S301 - by the program that started this one
        _send(channel, pickle.dumps(_done(seconds, job, args)))


def _done(seconds: int, job: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Any]:
    """Two limits: the first stops a job where Python can, so that it may say what took so long; the second kills."""
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


def _over(_: int, __: object) -> NoReturn:
    raise OutOfTime


if __name__ == "__main__":
    try:
        with socket.socket(fileno=os.dup(0)) as _standing:
            _serve(_standing)
    except (OutOfTime, OSError):  # between two jobs, or nobody is there any more
        sys.exit(1)
