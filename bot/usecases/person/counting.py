"""Counts button presses without giving anybody away: never who pressed, and exact numbers for a week at most.

Presses are counted in memory and added to the day's numbers once a minute. On Monday the past week is published: every
button of the dialogue, pressed or not, gets random noise, is rounded to fives, and left out if small. The exact numbers
are erased in the same transaction. Noise is drawn once, so asking again reveals nothing more: even somebody who knows
all other presses cannot tell from a number whether one more person was there.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from secrets import SystemRandom

from bot.engine.dialogue import Dialogue
from bot.engine.heard import Heard, Pressed, Started, Typed
from bot.runtime import Runtime
from storage.counts import LONGEST_COUNTED
from storage.database import Conflict, Trouble

EPSILON = 0.3
"""With one press more or less, no published number becomes more than e^0.3 = 1.35 times as likely."""
ROUNDED_TO = 5
SHOWN_FROM = 15
A_WEEK = timedelta(days=7)
KEPT = timedelta(days=5 * 366)
RUNNING = "*"
"""Counts nothing: it marks a day as one to publish, even without presses."""
OF_A_YEAR = "*year"
"""Prefix of yearly numbers, stored beside the weeks (bot/usecases/operation/yearly.py)."""
EXITS = ("danger", "human", "back", "hide")
CHANCE = SystemRandom()


def count(runtime: Runtime, heard: Heard) -> None:
    """Count one press, in memory."""
    if name := button(runtime.content.dialogue, heard):
        runtime.pending.pressed[name] += 1


def button(dialogue: Dialogue, heard: Heard) -> str | None:
    """Return the name to count a press under: the button, never a place, a language or a typed word."""
    match heard:
        case Started():
            return "*:start"
        case Typed():
            return "*:typed"
        case Pressed(choice=choice) if choice in EXITS:
            return f"*:{choice}"
        case Pressed(screen, choice):
            name = f"{screen}:{choice.partition('.')[0] if choice.startswith('place.') else choice.removeprefix('+')}"
            known = dialogue.screens.get(screen)
            return name if known and name in _buttons(dialogue, screen) else None
        case _:
            return None


def buttons(dialogue: Dialogue) -> Iterator[str]:
    """Yield every name that is counted."""
    yield from ("*:start", "*:typed", *(f"*:{choice}" for choice in EXITS))
    for screen in dialogue.screens:
        yield from _buttons(dialogue, screen)


def _buttons(dialogue: Dialogue, name: str) -> Iterator[str]:
    """The names of one screen. One too long to store is not counted, so that it blocks no other number."""
    yield from (button for button in _named(dialogue, name) if len(button) <= LONGEST_COUNTED)


def _named(dialogue: Dialogue, name: str) -> Iterator[str]:
    screen = dialogue.screens[name]
    yield from (f"{name}:{choice.id}" for choice in screen.choices)
    yield from (f"{name}:{option}" for option in screen.options)
    if screen.several:
        yield f"{name}:done"
    if screen.place:
        yield from (f"{name}:place", f"{name}:skip")


async def flush(runtime: Runtime) -> None:
    """Add the presses to the day's numbers, and note when jobs ran. A crash loses at most a minute of counting.

    Raises what the database raises; the numbers are then kept for the next time.
    """
    pressed, runtime.pending.pressed = runtime.pending.pressed, Counter()
    ran, runtime.pending.ran = runtime.pending.ran, {}
    try:
        async with runtime.database.store() as store:
            await store.counts.add(runtime.today(), {RUNNING: 0, **pressed})
            for job, at in ran.items():
                await store.counts.ran(job, at)
    except Exception:
        runtime.pending.pressed.update(pressed)
        runtime.pending.ran = {**ran, **runtime.pending.ran}
        raise


async def flush_at_stop(runtime: Runtime) -> None:
    """Flush when the program stops, if the database is still there."""
    with suppress(Trouble, Conflict):
        await flush(runtime)


async def publish(runtime: Runtime) -> None:
    """Publish the past weeks with noise, and erase their exact numbers."""
    this_week = monday(runtime.today())
    try:
        async with runtime.database.store() as store:
            while (oldest := await store.counts.oldest()) and oldest < this_week:
                first, last = monday(oldest), monday(oldest) + A_WEEK - timedelta(days=1)
                exact = await store.counts.between(first, last)
                await store.counts.publish(first, last, blurred(runtime.content.dialogue, exact))
            await store.counts.forget(runtime.today() - KEPT)
    except Conflict:  # another replica published them
        return


def blurred(dialogue: Dialogue, exact: Mapping[str, int]) -> dict[str, int]:
    """Return what may be known of a week: the noisy numbers of buttons that were pressed often."""
    found = {name: rounded(exact.get(name, 0) + noise()) for name in dict.fromkeys(buttons(dialogue))}
    return {name: number for name, number in found.items() if number >= SHOWN_FROM}


def noise() -> int:
    """Draw an integer around zero: the difference of two geometric ones (Ghosh, Roughgarden, Sundararajan 2009)."""
    return _geometric() - _geometric()


def rounded(number: int) -> int:
    return ROUNDED_TO * round(number / ROUNDED_TO)


async def list_published(runtime: Runtime, year: int) -> list[tuple[date, str, int]]:
    """Return the published weeks that began in a year: first day, button, number."""
    async with runtime.database.store() as store:
        kept = await store.counts.published(date(year, 1, 1), date(year, 12, 31))
    return [row for row in kept if not row[1].startswith(OF_A_YEAR)]


def summed(weeks: Iterable[tuple[date, str, int]]) -> Mapping[str, int]:
    """Sum the published numbers by button, so that the sums reveal nothing more."""
    found = Counter[str]()
    for _, name, number in weeks:
        found[name] += number
    return found


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _geometric() -> int:
    return int(math.log(1.0 - CHANCE.random()) / -EPSILON)
