"""The workers' cards, from `dialogs/guidance.yaml`: what to mind in a situation. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel

from bot.engine.facts import Fact
from bot.engine.reading import read_model

FILE = "dialogs/guidance.yaml"
LANGUAGES = ("lv", "ru", "en")
"""Those of the desk."""
MOST_WORDS = 120


def _in_every_language(said: Mapping[str, str]) -> Mapping[str, str]:
    if set(said) != set(LANGUAGES):
        raise ValueError(f"it is said in {', '.join(LANGUAGES)}")
    return said


def _short(said: Mapping[str, str]) -> Mapping[str, str]:
    if long := [language for language, text in said.items() if len(text.split()) > MOST_WORDS]:
        raise ValueError(f"it has at most {MOST_WORDS} words: {', '.join(long)}")
    return said


Said = Annotated[Mapping[str, str], AfterValidator(_in_every_language), AfterValidator(_short)]
"""A text in each language of the desk, short enough to be read between two calls."""
Situation = Literal[
    "before_call", "other_answered", "in_touch", "first_talk", "neck", "children", "elder", "no_contact",
    "own_behaviour", "somebody_else",
]  # fmt: skip


class Card(BaseModel, frozen=True, extra="forbid"):
    """One card, in each language of the desk."""

    when: Situation
    source: str
    verified_on: date
    owner: str
    title: Said
    text: Said
    facts: tuple[str, ...] = ()
    """Facts listed below the text, so that no number of theirs is typed into it."""


class Guidance(BaseModel, frozen=True, extra="forbid"):
    """All cards, in the order in which the desk shows them."""

    cards: Mapping[str, Card]


def rests_on(card: Card, facts: Mapping[str, Fact], language: str, today: date) -> Iterator[tuple[str, Fact]]:
    """Yield the facts of a card in words, with their doubt, as far as they may be said today."""
    for name in card.facts:
        if name in facts and (said := facts[name].say(language, today)):
            yield said, facts[name]


@lru_cache(maxsize=2)
def read_guidance(text: str) -> Guidance:
    """Read the cards from the text of `guidance.yaml`. Raise BrokenContent."""
    return read_model(Guidance, FILE, text)
