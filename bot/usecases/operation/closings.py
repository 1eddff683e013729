"""The outside edition of what was counted at closing: a year of a service, blurred, so that it may leave the service.

The exact sums of a quarter live too short for a year. So each quarter is blurred by chance while they exist, for every
row, and the year is the sum of its blurred quarters, rounded and told from SHOWN_FROM like the requests of a year. Who
knows everything else, even the inside editions (bot.usecases.casework.slips), cannot tell from it whether one case more
was there. There are no sums over services. A case is in three numbers at most.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from bot.runtime import Runtime
from bot.usecases.casework import slips
from bot.usecases.person import counting
from bot.usecases.person.counting import SHOWN_FROM, noise, rounded
from storage.database import Conflict, Store
from storage.slips import TOTAL

CASES = "cases"
ROWS = {CASES: TOTAL, "new_family": "new_family", "children": "children"}
"""Each row and what it sums. Never changed, so that years can be compared; each more would tell more of a case."""
MARK = counting.OF_A_YEAR
PREFIX = f"{MARK}/quarter:"
"""Of numbers that wait for their year. No button has such a name, and no week shows them."""
QUARTERS = (1, 4, 7, 10)
"""The first month of each."""
ToldOutside = int | Literal["most"] | None
"""A rounded number; most or all, where what is left over is too small to be told; None where the number itself is."""


async def blur(runtime: Runtime) -> None:
    """Blur the quarters that are over, once each, while their exact sums exist."""
    async with runtime.database.store() as store:
        over = await store.slips.sums(slips.quarter_of(runtime.now()))
    for (service, quarter), sums in sorted(over.items()):
        begin = slips.first_day(quarter)
        blurred = {_key(service, row): sums.get(question, 0) + noise() for row, question in ROWS.items()}
        try:
            async with runtime.database.store() as store:
                if await store.counts.is_published(date(begin.year, 1, 1), MARK):
                    continue  # its year has been told
                if not await store.counts.is_published(begin, _key(service, CASES)):
                    await store.counts.publish_blurred(begin, blurred)
        except Conflict:
            continue  # another replica was faster


async def take_year(store: Store, services: Iterable[str], year: int) -> Mapping[tuple[str, str], int]:
    """Return the numbers that may be told, by service and row, and delete the quarters they are summed from.

    A quarter without a closed case is blurred here, so that nobody can tell it from others.
    """
    begin, end = date(year, 1, 1), date(year, 12, 31)
    kept = {(day, name): number for day, name, number in await store.counts.published(begin, end)}
    await store.counts.delete_named(begin, end, PREFIX)

    def number(service: str, row: str) -> int:
        quarters = (kept.get((date(year, month, 1), _key(service, row))) for month in QUARTERS)
        return rounded(sum(noise() if quarter is None else quarter for quarter in quarters))

    numbers = {(service, row): number(service, row) for service in services for row in ROWS}
    return {key: found for key, found in numbers.items() if found >= SHOWN_FROM}


def told(numbers: Mapping[str, int]) -> Mapping[str, ToldOutside]:
    """Return what is told of a service's year, row by row, from the numbers that are large enough."""
    cases = numbers.get(CASES)

    def one(row: str) -> ToldOutside:
        number = numbers.get(row) if cases is not None else None
        if row == CASES or number is None or cases is None:
            return number
        return number if cases - number >= SHOWN_FROM else "most"

    return {row: one(row) for row in ROWS}


def _key(service: str, row: str) -> str:
    return f"{PREFIX}{service}:{row}"
