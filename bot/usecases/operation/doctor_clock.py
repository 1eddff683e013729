"""The doctor's line about the machine's clock: it decides whether a worker may call now."""

import ctypes
from pathlib import Path

from bot.usecases.operation.doctor_line import Line, green, not_set, red, says

UNSYNCHRONISED = 5  # TIME_ERROR of <sys/timex.h>
OF_A_CONTAINER = (Path("/run/systemd/container"), Path("/run/.containerenv"), Path("/.dockerenv"))
SIZE = 256
"""More bytes than the kernel's structure has; all zero, it only asks."""


def clock_line() -> Line:
    """Ask the kernel whether anything keeps its clock right. The service's own unit may not ask, the command may."""
    if any(map(Path.exists, OF_A_CONTAINER)):  # only the host can set it
        return line_of(-1)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(SIZE))
    except (OSError, AttributeError):
        state = -1
    return line_of(state)


def line_of(state: int) -> Line:
    """Say what the kernel's answer means; below zero it gave none."""
    about = says("clock")
    if state < 0:
        return not_set(about, says("not seen from here: timedatectl says whether it is synchronized"))
    if state == UNSYNCHRONISED:
        do = says("apt-get install systemd-timesyncd, or let the host set it; then: timedatectl")
        return red(about, says("nothing keeps it right"), do)
    return green(about, says("is kept right"))
