"""Somebody presses and types at random, for 100,000 steps, while facts expire and services close around them.

Never an exception, never a dead end, help always one press away, and everything is said in the language chosen.
"""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import cards, content
from bot.cards import Card
from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import HideTraces, OpenForm, Show
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.step import step

STEPS = 100_000
SEED = 20261123
DAY = date(2026, 11, 23)
TEXTS = ("virs mani sit", "муж бьёт", "kur palikt pa nakti", "Balvi", "Резекне", "", "🙂", "x" * 500, "{fact:x}", "112")


class Walker:
    """One endless visitor. What it is given changes under it; what it knows is only its last card."""

    def __init__(self, shipped: Content, chance: random.Random) -> None:
        self.content, self.chance = shipped, chance
        self.everyone = frozenset(shipped.dialogue.municipalities)
        self.state: State | None = None
        self.card: Card | None = None
        self.old: list[Card] = []
        self.seen: Counter[str] = Counter()
        self.change()

    def change(self) -> None:
        """Another day in another world: facts have become good, doubted or withheld, services open or closed."""
        kept = self.chance.random()
        open_now = frozenset(place for place in sorted(self.everyone) if self.chance.random() < kept)
        self.world = World(open_now, self.chance.random() < 0.8)
        self.today = DAY + timedelta(days=self.chance.randrange(900))
        withdrawn = set(self.chance.sample(sorted(self.content.facts), 20))
        facts = {name: replace(fact, withdrawn=name in withdrawn) for name, fact in self.content.facts.items()}
        self.content = replace(self.content, facts=facts)

    def hear(self) -> Heard:
        dice = self.chance.random()
        if self.card is None or dice < 0.01:
            return Started(self.chance.choice((*LANGUAGES, "de", None)))
        if dice < 0.86:
            return self._press(self.card)
        if dice < 0.91 and self.old:
            return self._press(self.chance.choice(self.old))
        if dice < 0.96:
            topics = tuple(self.chance.sample(sorted(self.content.dialogue.topics), 3))
            danger, despair = self.chance.random() < 0.2, self.chance.random() < 0.2
            return Typed(self.chance.choice(TEXTS), topics[: self.chance.randrange(4)], danger, despair)
        return self.chance.choice((Sent("voice"), Unknown(), Pressed("gone", "gone"), Pressed("", "topic.gone")))

    def _press(self, card: Card) -> Pressed:
        onward = card.buttons if self.chance.random() < 0.75 else ()
        button = self.chance.choice(onward or (*card.buttons, *card.exits))
        if button.kind == "hide" and self.chance.random() < 0.9:  # or it would never get anywhere
            return Pressed("", "danger")
        return Pressed(button.screen, button.choice)

    def step(self) -> None:
        heard = self.hear()
        turn = step(self.content.dialogue, self.state, heard, self.world, "ru")
        if turn.state is None:
            assert turn.effects == (HideTraces(),)
            self.seen["hidden"] += 1
            self.state = self.card = None
            return
        self.state = State.from_json(turn.state.to_json())
        assert self.state == turn.state
        (show, *others) = turn.effects
        assert isinstance(show, Show)
        for effect in others:
            if isinstance(effect, OpenForm) and effect.form == "request":
                assert self.world.form
                assert self.content.dialogue.screens[self.state.screen].informs
                self.seen["form"] += 1
        self.look(cards.make(self.content, self.state, show, self.today, {}), self.state)

    def look(self, card: Card, state: State) -> None:
        dialogue = self.content.dialogue
        self.card, self.old = card, [*self.old[-5:], card]
        self.seen[card.screen] += 1
        self.seen[card.language] += 1
        assert card.text.strip()
        assert len(card.text) <= 4096
        assert card.language == state.language
        assert "{" not in card.text
        kinds = {button.kind for button in card.exits}
        assert "danger" in kinds or card.screen == dialogue.danger
        assert "human" in kinds or card.screen == dialogue.human
        assert "hide" in kinds
        assert all(button.label.strip() for button in (*card.buttons, *card.exits))
        helped = step(dialogue, state, Pressed(card.screen, "danger"), self.world).state
        assert helped is not None
        assert helped.screen == dialogue.danger


@pytest.mark.long
def test_a_hundred_thousand_steps_at_random_never_end_badly() -> None:
    shipped = content.read()
    walker = Walker(shipped, random.Random(SEED))
    for number in range(STEPS):
        if number % 250 == 0:
            walker.change()
        walker.step()
    screens = {screen.id for screen in shipped.dialogue.screens.values() if not screen.branch}
    assert screens <= set(walker.seen), screens - set(walker.seen)
    assert all(walker.seen[language] > 1000 for language in shipped.dialogue.languages)
    assert walker.seen["hidden"] > 100
    assert walker.seen["form"] > 10
