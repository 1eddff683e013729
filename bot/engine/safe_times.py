"""The times of a week when contact is safe: convert form rows to windows of single days, and back. Pure.

A row that ends at or before its start continues past midnight: 22:00 to 02:00 on Monday means Monday from 22:00 and
Tuesday until 02:00. Readers of the windows never have to think about midnight.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = tuple(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60 + 1, 30))
DAY_BEGINS, DAY_ENDS = TIMES[0], TIMES[-1]
BEGINNINGS, ENDS = TIMES[:-1], TIMES
"""The times offered. As an end, midnight may be 00:00 or 24:00."""
WINDOW_ROWS = ("windows1", "windows2", "windows3")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Window:
    """Part of one weekday when contact is safe, in Latvian time."""

    day: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the form: the same hours on several days, possibly past midnight."""

    days: tuple[str, ...]
    begins: str
    ends: str

    def windows(self) -> Iterator[Window]:
        if self.begins < self.ends:
            yield from (Window(day, self.begins, self.ends) for day in self.days)
            return
        for day in self.days:
            yield Window(day, self.begins, DAY_ENDS)
            yield Window(_next_day(day), DAY_BEGINS, self.ends)


def read_windows(typed: Sequence[Pair]) -> tuple[tuple[Window, ...] | None, str | None]:
    """Return the windows filled in, in order of the week, or what is wrong with a row."""
    found: set[Window] = set()
    for row in WINDOW_ROWS:
        days = tuple(day for day in DAYS if (f"{row}.day", day) in typed)
        begins = _time(typed, f"{row}.from", BEGINNINGS)
        ends = _time(typed, f"{row}.to", ENDS)
        if not days and not begins and not ends:
            continue
        if not days:
            return None, "day"
        if not begins or not ends:
            return None, "time"
        if ends == DAY_BEGINS:
            ends = DAY_ENDS
        if begins == ends:
            return None, "order"
        found.update(FormRow(days, begins, ends).windows())
    return tuple(sorted(found, key=_place)) or None, None


def window_inputs(windows: Iterable[Window]) -> list[Pair]:
    """Return the row inputs that read back to exactly these windows.

    Raise ValueError if they need more rows than the form has: such windows cannot come from it.
    """
    pairs: list[Pair] = []
    for name, row in zip(WINDOW_ROWS, _fewest_rows(frozenset(windows)), strict=False):
        pairs += [(f"{name}.day", day) for day in row.days]
        pairs += [(f"{name}.from", row.begins), (f"{name}.to", row.ends)]
    return pairs


def _fewest_rows(windows: frozenset[Window]) -> Sequence[FormRow]:
    """Return the fewest rows that cover these windows and nothing else.

    A candidate has every day its hours allow, so each row a person can fill in is contained in a candidate, and what
    was read from three rows is covered by three candidates.
    """
    candidates = [(row, frozenset(row.windows())) for row in _candidates(windows)]
    for count in range(len(WINDOW_ROWS) + 1):
        for chosen in combinations(candidates, count):
            if frozenset[Window]().union(*(covered for _, covered in chosen)) == windows:
                return sorted((row for row, _ in chosen), key=lambda row: (DAYS.index(row.days[0]), row.begins))
    raise ValueError("more safe times than the form has rows")


def _candidates(windows: frozenset[Window]) -> Iterator[FormRow]:
    """Yield each possible row with all its days, rows past midnight first."""
    hours: dict[Pair, set[str]] = {}
    for window in sorted(windows, key=_place):
        hours.setdefault((window.begins, window.ends), set()).add(window.day)
    evenings = [(begins, days) for (begins, ends), days in hours.items() if ends == DAY_ENDS]
    nights = [(ends, days) for (begins, ends), days in hours.items() if begins == DAY_BEGINS]
    for begins, before in evenings:
        for ends, after in nights:
            both = tuple(day for day in DAYS if day in before and _next_day(day) in after)
            if begins > ends and both:
                yield FormRow(both, begins, ends)
    for (begins, ends), days in hours.items():
        yield FormRow(tuple(day for day in DAYS if day in days), begins, ends)


def _next_day(day: str) -> str:
    return DAYS[(DAYS.index(day) + 1) % len(DAYS)]


def _place(window: Window) -> tuple[int, str, str]:
    return DAYS.index(window.day), window.begins, window.ends


def _time(typed: Sequence[Pair], name: str, known: Sequence[str]) -> str | None:
    return next((text for input_, text in typed if input_ == name and text in known), None)
