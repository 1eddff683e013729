"""The words of the page behind a code: how the request stands, whose turn it is, and what has happened so far.

Every sentence assumes that somebody else may read it. Nothing here knows what was sent.
"""

from dataclasses import dataclass

from bot.channels.form_frame import say
from bot.content import Content, filled_words
from bot.runtime import Runtime
from bot.texts import Span, Words
from bot.usecases.person.standing import Attempt, Standing

TO_CALL = ("not_reached", "unanswered", "expired", "expired_unread")
"""States below which the numbers to call are shown. The text of a late request has them already."""
RENEWED_BY_WORD = ("other_person", "no_answer", "times_over", "overdue")
"""Reasons to wait that new times with the agreed word can end."""
ENDINGS = ("done", "not_reached", "unanswered", "withdrawn", "erased_at_desk", "expired", "expired_unread")


@dataclass(frozen=True, slots=True)
class StandingText:
    """What the page says, in order: the state, who else was notified, what can be done, and the timeline."""

    state: Words
    instead: Words
    also: tuple[Words, ...]
    timeline: tuple[Words, ...]
    count: str
    urges: bool
    """The next step is hers, or a promise was broken: highlight it."""
    again: bool
    """She has to allow contact again by giving other times: that button comes first."""


def standing_text(runtime: Runtime, standing: Standing, language: str) -> StandingText:
    """All sentences of the page in one language."""

    def text(key: str) -> Words:
        return say(runtime, f"standing.{key}", language, standing.words)

    late, also = standing.state == "late", _also(standing)
    danger = say(runtime, "receipt.danger", language, standing.words)
    state = "late" if late else (_hers(standing) if standing.waits_for else standing.state)
    count = runtime.content.filled("request.standing.count", language, {"count": str(standing.readers)})
    return StandingText(
        state=text(state),
        instead=_instead(runtime, standing, language),
        also=(*map(text, also), *([danger] if also or late else [])),
        timeline=_timeline(runtime, standing, language),
        count=count if standing.readers else "",
        urges=late or bool(standing.waits_for) or standing.blocked or standing.state in TO_CALL,
        again=_renewed_by_word(standing),
    )


def _also(standing: Standing) -> list[str]:
    """The texts below the first sentence: what else waits, and what can be done about it."""
    late, waits = standing.state == "late", bool(standing.waits_for)
    keys = ["erased-soon"] if standing.erased_soon else []
    if standing.reopened is not None and standing.state not in ENDINGS:
        keys.append("reopened")
    if late and waits:
        keys.append(_hers(standing))
    if standing.blocked:
        keys.append("blocked")
    if standing.renewed and (standing.blocked or waits):
        keys.append("renewed")
    if _renewed_by_word(standing):
        keys.append("no-word")
    if not late and (waits or standing.blocked or standing.state in TO_CALL):
        keys.append("call")
    return keys


def _hers(standing: Standing) -> str:
    """Why the next step is hers. A person without a number is not asked for new times."""
    own = ".own" if standing.waits_for == "overdue" and not standing.has_number else ""
    return f"waits.{standing.waits_for}{own}"


def _renewed_by_word(standing: Standing) -> bool:
    return standing.has_number and (standing.blocked or standing.waits_for in RENEWED_BY_WORD)


def _instead(runtime: Runtime, standing: Standing, language: str) -> Words:
    """Who was notified because nobody took the request in time."""
    if not standing.escalated_to:
        return ()
    key = f"standing.told.{standing.escalated_to}" + (".named" if standing.told_name else "")
    words = say(runtime, key, language, standing.words)
    return filled_words(f"request.{key}", words, {"name": standing.told_name})


def _timeline(runtime: Runtime, standing: Standing, language: str) -> tuple[Words, ...]:
    def line(key: str) -> Words:
        return say(runtime, f"standing.line.{key}", language, standing.words)

    lines = [line("sent")]
    if standing.read:
        lines.append(line("in-time" if standing.in_time else "not-in-time"))
    elif standing.state == "expired_unread":
        lines.append(line("unread"))
    elif standing.state not in (*ENDINGS, "contacted"):
        lines.append(line("to-read"))
    if standing.taken:
        lines.append(line("taken"))
    tries = [_try(runtime, attempt, language) for attempt in standing.attempts]
    if standing.reopened is not None:
        tries.insert(standing.reopened, line("reopened"))
    lines += tries
    if standing.state in ENDINGS:
        lines.append(line(standing.state))
    elif standing.waits_for:
        lines.append(line("hers"))
    return tuple(lines)


def _try(runtime: Runtime, attempt: Attempt, language: str) -> Words:
    key = f"standing.try.{attempt.outcome}"
    words = say(runtime, key, language)
    if attempt.day:
        words = filled_words(f"request.{key}", words, {"day": _day(runtime.content, attempt, language)})
    if attempt.then:
        words = (*words, Span(" "), *say(runtime, f"standing.then.{attempt.then}", language))
    return words


def _day(content: Content, attempt: Attempt, language: str) -> str:
    if attempt.day is None:
        return ""
    month = content.text(f"request.date.on.month.{attempt.day.month}", language)
    return content.filled("request.date.short", language, {"day": str(attempt.day.day), "month": month})
