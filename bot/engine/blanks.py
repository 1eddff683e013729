"""What the program itself fills into a text, as `%(name)s`: the hour of a promise, how long a letter is kept.

One table says where, and with what. The check holds every language to it. Nothing is ever formatted: blanks are
replaced as they stand, so that a text which is wrong all the same reads strangely and closes no form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.engine.problems import Broken

BLANKS: Mapping[str, tuple[str, ...]] = {
    "request.page.row": ("number",),
    "request.page.proposed": ("word",),
    "request.note?": ("longest",),
    "request.reach.first": ("moment",),
    "request.reach.longer": ("days",),
    "request.reach.then": ("moment",),
    "request.reach.then.wider": ("moment", "times"),
    "request.times.sent.first": ("moment",),
    "request.consent.retention": ("days",),
    "request.standing.count": ("count",),
    "request.standing.told.fallback.named": ("name",),
    **{f"request.standing.try.{one}": ("day",) for one in ("no_answer", "other_person", "wrong_number", "not_safe")},
    "request.service.open-now": ("time",),
    "request.service.closed-now": ("moment",),
    "request.date.by": ("weekday", "day", "month", "hour", "minute"),
    "request.date.day": ("weekday", "day", "month"),
    "request.date.time": ("hour", "minute"),
    "request.date.at": ("weekday", "day", "month", "time"),
    "request.date.short": ("day", "month"),
}
"""The names that are filled in, by the key of the text; of two with a bar between them a language chooses one."""
BLANK = re.compile(r"%\(([^()]*)\)(?:s(?![a-z]))?")


def filled_in(key: str, text: str, values: Mapping[str, str]) -> str:
    """The text with what the table names for its key. Raises KeyError where the program has no such value."""
    for name in _names(BLANKS.get(key, ())):
        text = text.replace(blank(name), values[name])
    return text


def blank(name: str) -> str:
    """As it stands in a text."""
    return f"%({name})s"


def wrong_blanks(key: str, text: str) -> Iterator[Broken]:
    """The rules a text breaks: it holds each of its blanks, no other one, and where it has any, no stray sign."""
    wanted = BLANKS.get(key, ())
    bare = text
    for name in _names(wanted):
        bare = bare.replace(blank(name), "")
    held = (sum(blank(name) in text for name in one.split("|")) for one in wanted)
    if wanted and (any(many != 1 for many in held) or "%" in bare):
        yield "wrong blanks", {"wanted": ", ".join("/".join(map(blank, one.split("|"))) for one in wanted)}
    elif not wanted and (found := BLANK.search(text)):
        yield "unknown blank", {"found": found[0]}


def _names(wanted: Iterable[str]) -> Iterator[str]:
    for one in wanted:
        yield from one.split("|")
