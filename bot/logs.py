"""Logs hold names of events and nothing else. Messages of libraries are reduced to their source and level."""

import logging
import sys
import traceback
from datetime import UTC, datetime

ALLOWED = ("job", "error")
"""Fields our log lines may carry: names from our own code. An id or a number could be linked to a person."""


class Discreet(logging.Formatter):
    """Leaves out library messages, exception texts and arguments: they may hold what a person typed, or a token."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        ours = record.name.split(".")[0] in {"bot", "storage"}
        what = str(record.msg) if ours else f"{record.name}:{record.lineno}"
        fields = [f"{name}={getattr(record, name)}" for name in ALLOWED if ours and hasattr(record, name)]
        if record.exc_info and record.exc_info[1]:
            fields.append(_trouble(record.exc_info[1]))
        return " ".join([at, record.levelname, what, *fields])


def _trouble(error: BaseException) -> str:
    """Return the type and place of an error, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = ">".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:])
    return f"error={type(error).__name__} at={places}"


# Our lines do not show them, and collecting them takes a fifth of the time of a line.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def set_up(level: int = logging.INFO) -> None:
    """Send every log, ours and those of libraries, through the discreet formatter to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("storage").setLevel(level)
    for quiet in ("httpx", "httpcore", "aiohttp.access", "telegram"):  # the bot token is in every URL they would print
        logging.getLogger(quiet).setLevel(logging.ERROR)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # it warns of each job that waits for its turn
    # What fails in a job is told by `jobs.run`. Left to its executor is what the end of the program cut short.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
