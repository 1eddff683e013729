"""The requests of a year, as a municipality has to report them: fixed rows, published once the year is over.

Counts the requests sent to each service in the year, in their state on the first of January; tombstones are kept long
enough for that. Each number gets its noise once, as in `counting`. There are no sums over services, because subtracting
could reveal a small number. A person with one request is in three numbers at most, and in three more once it is
closed (`closings`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.runtime import RIGA, Runtime
from bot.usecases.operation import closings
from bot.usecases.operation.closings import ToldOutside
from bot.usecases.person import counting
from bot.usecases.person.counting import SHOWN_FROM, noise, rounded
from storage.database import Conflict

ENDINGS = {
    "met": "met",
    "referred": "referred",
    "declined": "declined",
    "could_not_reach_safely": "not-reached",
    "together": "together",
    "withdrawn": "withdrawn",
    "erased_at_desk": "withdrawn",
    "expired": "expired",
    "expired_in_contact": "expired",
    "": "open",
}
ROWS = ("sent", "in-time", *dict.fromkeys(ENDINGS.values()))
"""Never changed, so that years can be compared. bot/desk/operation/numbers_words.py explains each."""
MARK = counting.OF_A_YEAR
"""Marks a year as published, even if no number was large enough. No button has this name."""


@dataclass(frozen=True, slots=True)
class OfService:
    """What may be known about a service's year: the rows with large enough numbers."""

    names: Mapping[str, str]
    rows: Mapping[str, int]
    closings: Mapping[str, ToldOutside]
    """What was counted when its requests and reports were closed."""


async def publish(runtime: Runtime) -> None:
    """Publish last year's numbers once, if there were workers in that year."""
    year = runtime.today().year - 1
    try:
        async with runtime.database.store() as store:
            if await store.counts.is_published(date(year, 1, 1), MARK):
                return
            if not any(worker.created_at < _begin(year + 1) for worker in await store.workers.all()):
                return
            exact = _exact(await store.requests.ended(_begin(year), _begin(year + 1)))
            services = [service.id for service in await store.services.all()]
            blurred = _blurred(services, exact)
            taken = await closings.take_year(store, services, year)
            closed = {_closing(service, row): number for (service, row), number in taken.items()}
            await store.counts.publish_blurred(date(year, 1, 1), {MARK: 0, **blurred, **closed})
    except Conflict:  # another replica published it
        return


async def get_year(runtime: Runtime, year: int) -> list[OfService] | None:
    """Return every service with its numbers of a year; None if that year is not published."""
    async with runtime.database.store() as store:
        if not await store.counts.is_published(date(year, 1, 1), MARK):
            return None
        services = await store.services.all()
        kept = await store.counts.published(date(year, 1, 1), date(year, 1, 1))
    numbers = {name: number for _, name, number in kept}

    def of(service: str) -> Mapping[str, int]:
        return {row: numbers[key] for row in ROWS if (key := _key(service, row)) in numbers}

    def closed(service: str) -> Mapping[str, int]:
        return {row: numbers[key] for row in closings.ROWS if (key := _closing(service, row)) in numbers}

    return [OfService(service.names, of(service.id), closings.told(closed(service.id))) for service in services]


def list_years(runtime: Runtime) -> list[int]:
    """Return the years that may have numbers, newest first."""
    this_year = runtime.today().year
    return list(range(this_year, this_year - counting.KEPT.days // 365 - 1, -1))


def _exact(found: Iterable[tuple[str, str, bool, int]]) -> Mapping[str, int]:
    counted = Counter[str]()
    for service, ended, in_time, number in found:
        counted[_key(service, "sent")] += number
        counted[_key(service, ENDINGS[ended])] += number
        counted[_key(service, "in-time")] += number if in_time else 0
    return counted


def _blurred(services: Iterable[str], exact: Mapping[str, int]) -> dict[str, int]:
    keys = [_key(service, row) for service in services for row in ROWS]
    found = {key: rounded(exact.get(key, 0) + noise()) for key in keys}
    return {key: number for key, number in found.items() if number >= SHOWN_FROM}


def _key(service: str, row: str) -> str:
    return f"{MARK}:{service}:{row}"


def _closing(service: str, row: str) -> str:
    return _key(service, f"closed:{row}")


def _begin(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=RIGA)
