"""Values the program fills into a text as `%(name)s`: the hour of a promise, how long a letter is kept.

One table lists the blanks of each text, and the check holds every language to it. Blanks are replaced literally, never
with string formatting: a text that is wrong nevertheless reads oddly but cannot break a form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.engine.problems import Broken

BLANKS: Mapping[str, tuple[str, ...]] = {
    "request.page.row": ("number",),
    "request.page.proposed": ("word",),
    "request.page.step": ("page", "pages"),
    "request.note?": ("longest",),
    "request.reach.first": ("moment",),
    "request.reach.longer": ("days",),
    "request.reach.then": ("moment",),
    "request.reach.then.wider": ("moment", "times"),
    "request.times.sent.first": ("moment",),
    "request.consent.retention": ("days",),
    "request.standing.count": ("count",),
    "request.standing.told.fallback.named": ("name",),
    **{f"request.standing.try.{how}": ("day",) for how in ("no_answer", "other_person", "wrong_number", "not_safe")},
    "request.service.open-now": ("time",),
    "request.service.closed-now": ("moment",),
    "fact.until": ("day", "time"),
    "fact.from": ("day", "time"),
    "fact.tonight.until": ("time",),
    "request.date.by": ("weekday", "day", "month", "hour", "minute"),
    "request.date.day": ("weekday", "day", "month"),
    "request.date.time": ("hour", "minute"),
    "request.date.at": ("weekday", "day", "month", "time"),
    "request.date.short": ("day", "month"),
}
"""The blanks of each text, by its key. Of two names separated by a bar, each language uses one."""
BLANK = re.compile(r"%\(([^()]*)\)(?:s(?![a-z]))?")


def fill_blanks(key: str, text: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks replaced. Raise KeyError if `values` lacks one of them."""
    for name in _names(BLANKS.get(key, ())):
        text = text.replace(blank(name), values[name])
    return text


def blank(name: str) -> str:
    """Return a blank as it appears in a text."""
    return f"%({name})s"


def wrong_blanks(key: str, text: str) -> Iterator[Broken]:
    """Check that a text holds each of its blanks once and no others, and, if it has blanks, no stray % sign."""
    wanted = BLANKS.get(key, ())
    bare = text
    for name in _names(wanted):
        bare = bare.replace(blank(name), "")
    counts = (sum(blank(name) in text for name in names.split("|")) for names in wanted)
    if wanted and (any(count != 1 for count in counts) or "%" in bare):
        yield "wrong blanks", {"wanted": ", ".join("/".join(map(blank, names.split("|"))) for names in wanted)}
    elif not wanted and (found := BLANK.search(text)):
        yield "unknown blank", {"found": found[0]}


def _names(wanted: Iterable[str]) -> Iterator[str]:
    for names in wanted:
        yield from names.split("|")
