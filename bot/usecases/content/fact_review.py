"""The review calendar: which facts have to be looked at, by whom, and what is said in their stead meanwhile."""

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
    """A fact or a service, with what a person needs who looks whether it is still right."""

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
    """What people read in its place once it is overdue; a service's name is said further on."""
    lasting: bool = False
    """It always answers, so it cannot be withdrawn and is said whatever its date."""


def review(runtime: Runtime) -> list[ToReview]:
    """Of the content in use: overdue first, then by day; what was withdrawn comes last."""
    return of(runtime.content, runtime.today())


def of(content: Content, today: date) -> list[ToReview]:
    cited = _cited(content)
    rows = [*_facts(content, today, cited), *_services(content, today)]
    return sorted(rows, key=lambda one: (one.due == "withdrawn", one.expires_on, one.id))


def _facts(content: Content, today: date, cited: Mapping[str, tuple[str, ...]]) -> Iterator[ToReview]:
    instead = {language: content.text(content.withheld_key(), language) for language in content.words}
    for fact in content.facts.values():
        lasting = fact.pinned is not None and fact.pinned.always
        doubted = fact.standing(today) == "doubted"  # for a month it is still said
        said = (
            {one: f"{fact.value[one]} {content.text(content.unsure_key(), one)}" for one in content.words}
            if doubted
            else instead
        )
        row = _row("fact", fact.id, fact, fact.value, cited.get(fact.id, ()), fact.value if lasting else said, today)
        yield replace(row, lasting=lasting)


def _services(content: Content, today: date) -> Iterator[ToReview]:
    for one in content.services.values():
        yield _row("service", one.id, one, one.names, (), one.names, today)


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
    """The screens whose texts cite each fact."""
    found: dict[str, set[str]] = {}
    for words in content.words.values():
        for key, text in words.items():
            for kind, name in placeholders(text):
                if kind == "fact":
                    found.setdefault(name, set()).add(key.partition(":")[0])
    return {name: tuple(sorted(screens)) for name, screens in found.items()}
