"""Counting at closing, quarter by quarter, for the service itself. A slip is added to sums and thrown away.

When a quarter is over, what may be told of it is frozen (bot.engine.suppression). The exact sums are erased a month
later. Nobody outside the service sees an edition: what leaves it is blurred by chance, a year at a time
(bot.usecases.operation.closings).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.engine.monitoring import MonitoringForm
from bot.engine.suppression import Told, told_total
from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework.states import IN_CONTACT
from storage.contact_requests import ContactRequest
from storage.database import Conflict, Store
from storage.slips import TOTAL, QuarterEdition

EXACT_FOR = timedelta(days=30)
"""How long after its end a quarter's exact sums are kept."""
OF = " of "
EDITIONS_FOR = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What may be told of one quarter. `total` is None if there were too few cases to be told at all.

    `of` says of how many a question is told, where that is not all cases but those of the question it is within.
    """

    name: str
    total: int | None
    told: Mapping[str, Told]
    of: Mapping[str, int]


def quarter_of(moment: datetime) -> str:
    """Return the quarter of a moment in Latvia, such as “2026Q4”."""
    day = moment.astimezone(RIGA)
    return f"{day.year}Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> date:
    """Return the day on which a quarter such as “2026Q4” begins."""
    year, _, number = quarter.partition("Q")
    return date(int(year), 3 * int(number) - 2, 1)


async def count(
    store: Store, form: MonitoringForm, request: ContactRequest, ticked: Collection[str], now: datetime
) -> None:
    """Add a case that is being closed to the sums of its service, once, inside the caller's transaction.

    A request and the reports joined to it are one case.
    """
    case = [request, *await store.joinings.reports_of(request.id)]
    counted = any(row.slip_counted for row in case)
    for row in case:
        row.slip_counted = not request.is_sample
    if counted or request.is_sample:
        return
    known = {
        "reported": any(row.basis != "own" for row in case),
        "agreed": any(row.basis == "agreed" for row in case),
        "in_contact": any(attempt["outcome"] in IN_CONTACT for row in case for attempt in row.attempts),
        "conversation": any([await store.papers.of_kind(row.id, "conversation") is not None for row in case]),
    }
    answers = {
        name: known[name] if question.known_from else name in ticked for name, question in form.questions.items()
    }
    yes = form.implied([name for name, answer in answers.items() if answer])
    await store.slips.add(request.service_id, quarter_of(now), yes)


async def freeze(runtime: Runtime) -> None:
    """Freeze the quarters that are over, and erase exact sums and editions whose time is over."""
    now = runtime.now()
    async with runtime.database.store() as store:
        over = await store.slips.sums(quarter_of(now))
    for (service, quarter), sums in over.items():
        try:
            async with runtime.database.store() as store:
                if not await store.slips.is_frozen(service, quarter):
                    await store.slips.freeze(edition(runtime, service, quarter, sums))
        except Conflict:
            continue  # another replica was faster
    async with runtime.database.store() as store:
        await store.slips.erase(quarter_of(now - EXACT_FOR))
        await store.slips.forget(quarter_of(now - EDITIONS_FOR))


def edition(runtime: Runtime, service: str, quarter: str, sums: Mapping[str, int]) -> QuarterEdition:
    """Return what may be told of a quarter, with nothing of the sums that may not."""
    total = sums.get(TOTAL, 0)
    said = {TOTAL: str(told_total(total) or ""), **_kept(runtime.content.monitoring, sums, total)}
    return QuarterEdition(service_id=service, quarter=quarter, told=said, frozen_at=runtime.now())


def quarter_before(moment: datetime) -> str:
    """Return the quarter that was the last to end."""
    day = moment.astimezone(RIGA)
    return quarter_of(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1))


async def list_quarters(runtime: Runtime, worker: SignedIn) -> list[Quarter]:
    """Return the frozen quarters of the head's own service, newest first."""
    async with runtime.database.store() as store:
        editions = await store.slips.editions(worker.service_id or "")
    return [
        Quarter(
            edition.quarter,
            int(edition.told[TOTAL]) if edition.told[TOTAL] else None,
            {name: _parsed(said) for name, said in edition.told.items() if name != TOTAL},
            {name: int(whole) for name, said in edition.told.items() if (whole := said.partition(OF)[2])},
        )
        for edition in editions
    ]


def _kept(form: MonitoringForm, sums: Mapping[str, int], total: int) -> dict[str, str]:
    """Return what is told as it is kept: JSON has one type of value here, such as “8” or “most of 20”."""
    told = form.told(sums, total)
    wholes = {name: told[question.within] for name, question in form.questions.items() if question.within is not None}
    return {
        name: f"{said}{OF}{wholes[name]}" if isinstance(wholes.get(name), int) else str(said)
        for name, said in told.items()
    }


def _parsed(kept: str) -> Told:
    match said := kept.partition(OF)[0]:
        case "few" | "most" | "nothing":
            return said
        case _:
            return int(said)
