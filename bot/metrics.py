"""Metrics for the operator's monitoring. No label holds a person, a chat or a topic.

The doctor's lines name what this installation has: its services, the hosts of its addresses.
"""

import logging
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call]

AGES = {"none": -1.0, "an hour": 3600.0, "four hours": 4 * 3600.0, "a day": 24 * 3600.0}
"""Upper bounds, in seconds, of how long the oldest entry of a queue has waited. Deliberately coarse."""
LONGER = "longer"
STATES = ("green", "unset", "waiting", "red")
"""States of a line of the doctor, the worst last."""


class Metrics:
    """The metrics of one process since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turns = Counter("blakus_turns", "Presses answered", ["channel", "state"], registry=self._registry)
        self.events = Counter("blakus_events", "Warnings and errors", ["event", "level"], registry=self._registry)
        self.jobs = Histogram(
            "blakus_job_seconds", "Runs of jobs", ["job"], registry=self._registry, buckets=(0.01, 0.1, 1, 10, 60)
        )
        self.webhook_elsewhere = Counter(
            "blakus_webhook_elsewhere", "Times Telegram had been told to post somewhere else", registry=self._registry
        )
        self.failed_jobs = Counter("blakus_job_failures", "Runs that failed", ["job"], registry=self._registry)
        self._doctor = Gauge(
            "blakus_doctor", "1 for the state of each line of the doctor", ["check", "state"], registry=self._registry
        )
        self._looked = Gauge(
            "blakus_doctor_looked", "When the doctor last looked, or began to watch", registry=self._registry
        )
        self._looked.set_to_current_time()
        self._leads = Gauge("blakus_leads", "Whether this replica does the timed work", registry=self._registry)
        self._database = Gauge("blakus_database", "Whether turns can be read and kept", registry=self._registry)
        self._flood = Gauge(
            "blakus_flood",
            "Whether far more requests than usual come, or came and wait unread",
            registry=self._registry,
        )
        self._waiting = Gauge(
            "blakus_oldest_waiting", "1 where the oldest waits at most so long", ["queue", "age"],
            registry=self._registry,
        )  # fmt: skip

    def now(self, *, leads: bool, database: bool, flood: bool, waiting: dict[str, float | None]) -> None:
        """Set what is known only when read. `waiting`: seconds the oldest of each queue has waited; None if empty."""
        self._leads.set(leads)
        self._database.set(database)
        self._flood.set(flood)
        for queue, seconds in waiting.items():
            reached = age(seconds)
            for name in (*AGES, LONGER):
                self._waiting.labels(queue, name).set(name == reached)

    def looked(self, states: Iterable[tuple[str, str]], at: float) -> None:
        """Set what the doctor saw: name and state of each line, the worst where several have one name."""
        worst: dict[str, str] = {}
        for name, state in states:
            worst[name] = max(worst.get(name, STATES[0]), state, key=STATES.index)
        self._doctor.clear()
        for name, state in worst.items():
            for each in STATES:
                self._doctor.labels(name, each).set(each == state)
        self._looked.set(at)

    def text(self) -> bytes:
        return generate_latest(self._registry)


def age(seconds: float | None) -> str:
    """Return the coarse label of a waiting time in seconds."""
    if seconds is None:
        return "none"
    return next((name for name, most in AGES.items() if seconds <= most), LONGER)


class Events(logging.Handler):
    """Counts our own events of warning and above by their names, which are fixed words of the program."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in {"bot", "storage"}:
            self._metrics.events.labels(str(record.msg), record.levelname.lower()).inc()
