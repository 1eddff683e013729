"""The review calendar: which facts are due for review, who reviews them, and what people read meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from bot.content import Content
from bot.engine.facts import Sourced
from bot.runtime import Runtime
from bot.texts import placeholders

SOON = timedelta(days=30)

Due = Literal["overdue", "soon", "later", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ToReview:
    """A fact or service with everything its reviewer needs."""

    kind: Literal["fact", "service"]
    id: str
    due: Due
    expires_on: date
    days: int
    verified_on: date
    value: Mapping[str, str]
    owner: str
    source: str
    law: str
    confidence: str
    screens: tuple[str, ...]
    instead: Mapping[str, str]
    """What people read instead once it is overdue; a service's name stays."""
    lasting: bool = False
    """Whether it is shown whatever its date and cannot be withdrawn, because its number always answers."""


def review(runtime: Runtime) -> list[ToReview]:
    """Return the reviews of the content in use: overdue first, then by day, withdrawn last."""
    return list_due(runtime.content, runtime.today())


def list_due(content: Content, today: date) -> list[ToReview]:
    """Return the reviews of a content on a given day: by due date, withdrawn last."""
    cited = _cited(content)
    rows = [*_facts(content, today, cited), *_services(content, today)]
    return sorted(rows, key=lambda row: (row.due == "withdrawn", row.expires_on, row.id))


def _facts(content: Content, today: date, cited: Mapping[str, tuple[str, ...]]) -> Iterator[ToReview]:
    instead = {language: content.text(content.withheld_key(), language) for language in content.words}
    for fact in content.facts.values():
        lasting = fact.pinned is not None and fact.pinned.always
        doubted = fact.standing(today) == "doubted"  # it is shown for a month more
        said = (
            {
                language: f"{fact.value[language]} {content.text(content.unsure_key(), language)}"
                for language in content.words
            }
            if doubted
            else instead
        )
        row = _row("fact", fact.id, fact, fact.value, cited.get(fact.id, ()), fact.value if lasting else said, today)
        yield replace(row, lasting=lasting)


def _services(content: Content, today: date) -> Iterator[ToReview]:
    for service in content.services.values():
        yield _row("service", service.id, service, service.names, (), service.names, today)


def _row(
    kind: Literal["fact", "service"],
    name: str,
    row: Sourced,
    value: Mapping[str, str],
    screens: tuple[str, ...],
    instead: Mapping[str, str],
    today: date,
) -> ToReview:
    left = row.expires_on - today
    due: Due = "withdrawn" if row.withdrawn else "overdue" if left.days < 0 else "soon" if left <= SOON else "later"
    return ToReview(
        kind, name, due, row.expires_on, left.days, row.verified_on, value, row.owner, row.source, row.law,
        row.confidence, screens, instead,
    )  # fmt: skip


def _cited(content: Content) -> dict[str, tuple[str, ...]]:
    """Return the screens whose texts cite each fact."""
    found: dict[str, set[str]] = {}
    for words in content.words.values():
        for key, text in words.items():
            for kind, name in placeholders(text):
                if kind == "fact":
                    found.setdefault(name, set()).add(key.partition(":")[0])
    return {name: tuple(sorted(screens)) for name, screens in found.items()}
