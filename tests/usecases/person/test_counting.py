"""Counting that cannot betray: what is counted, when exact numbers go, and what one person changes in what is left."""

import math
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.content import Content
from bot.engine.dialogue import Choice
from bot.engine.heard import Pressed, Sent, Started, Typed
from bot.runtime import Runtime
from bot.usecases.person import counting, outage
from bot.usecases.person.converse import Address, Arrival
from tests import packages
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.ticks import TICKED, with_ticks

MONDAY = date(2026, 11, 23)
PEOPLE = 200


@pytest.fixture
async def replica(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Runtime]:
    """On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        yield runtime


async def exact(runtime: Runtime) -> dict[str, int]:
    async with runtime.database.store() as store:
        return dict(await store.counts.between(date(2020, 1, 1), date(2030, 1, 1)))


@pytest.mark.parametrize(
    "heard, name",
    [
        (Pressed("start", "go"), "start:go"),
        (Pressed("court-protection", "danger"), "*:danger"),
        (Pressed("request.place", "place.balvu-novads"), "request.place:place"),
        (Pressed(TICKED, "+lawyer"), f"{TICKED}:lawyer"),
        (Pressed(TICKED, "-lawyer"), None),
        (Pressed("start", "language.ru"), None),
        (Pressed("nowhere", "made up by somebody"), None),
        (Typed("viņš mani sit"), "*:typed"),
        (Started("ru"), "*:start"),
        (Sent("photo"), None),
    ],
)
def test_a_button_is_counted_and_never_a_place_a_language_or_a_word(
    shipped: Content, heard: Pressed, name: str | None
) -> None:
    dialogue = with_ticks(shipped).dialogue
    assert counting.button(dialogue, heard) == name
    assert name is None or name in set(counting.buttons(dialogue))


async def test_a_button_that_only_thanks_is_counted_and_changes_nothing(replica: Runtime, tmp_path: Path) -> None:
    """“Did this help?”, where an editor wants to ask it: one tap, and nothing that links it to anybody."""
    above = "topic: court-protection\n    choices:\n"
    chapter = packages.CHAPTER.replace(above, f"{above}      - {{id: helped, tells: true}}\n")
    thanks = {"court:helped": "Noderēja", "court:helped.tell": "Paldies!"}
    asked = packages.read(tmp_path / "package", {"all.yaml": chapter}, {"lv": thanks, "ru": thanks})
    replica = replace(replica, content=asked)
    address, arrival = Address("web", "a"), Arrival()
    await outage.hear(replica, address, Pressed("start", "go"), arrival)
    before = await outage.hear(replica, address, Pressed("menu", "court"), arrival)
    thanked = await outage.hear(replica, address, Pressed("court", "helped"), arrival)
    assert thanked.tell == "Paldies!"
    after = await outage.current(replica, address, "lv")
    assert after.card == before.card
    assert replica.pending.pressed == {"start:go": 1, "menu:court": 1, "court:helped": 1}


async def test_a_name_too_long_to_keep_holds_up_no_other_number(replica: Runtime) -> None:
    dialogue = replica.content.dialogue
    long = replace(dialogue.screens["start"], id="s" * 100, choices=(Choice("c" * 28, "menu"), Choice("go", "menu")))
    replica.content = replace(replica.content, dialogue=replace(dialogue, screens={**dialogue.screens, long.id: long}))
    for choice in ("c" * 28, "go"):
        counting.count(replica, Pressed(long.id, choice))
    await counting.flush(replica)
    assert await exact(replica) == {f"{long.id}:go": 1, counting.RUNNING: 0}


async def test_replicas_add_to_one_number_in_batches(replica: Runtime) -> None:
    for chat in ("a", "b", "c"):
        await outage.hear(replica, Address("web", chat), Pressed("start", "go"), Arrival())
    assert await exact(replica) == {}
    await counting.flush(replica)
    replica.pending.pressed["start:go"] += 2
    await counting.flush(replica)
    await counting.flush(replica)
    assert await exact(replica) == {counting.RUNNING: 0, "start:go": 5}


async def test_when_the_week_is_over_the_exact_numbers_are_gone(replica: Runtime, clock: Clock) -> None:
    replica.pending.pressed["start:go"] += 1000
    await counting.flush(replica)
    clock.move(days=6)
    await counting.publish(replica)
    assert (await exact(replica))["start:go"] == 1000
    clock.move(days=1)
    await counting.publish(replica)
    assert await exact(replica) == {}
    known = {name: number for week, name, number in await counting.list_published(replica, 2026) if week == MONDAY}
    assert abs(known["start:go"] - 1000) < 60
    assert all(number % 5 == 0 and number >= counting.SHOWN_FROM for number in known.values())
    await counting.publish(replica)
    again = {name: number for week, name, number in await counting.list_published(replica, 2026) if week == MONDAY}
    assert again == known, "chance is thrown once"


async def test_a_week_without_anybody_is_published_like_any_other(replica: Runtime, clock: Clock) -> None:
    await counting.flush(replica)
    clock.move(days=7)
    await counting.publish(replica)
    assert await exact(replica) == {}


def test_nobody_can_be_told_from_a_published_number(shipped: Content) -> None:
    """Take any one person out of a simulated week: no number becomes recognisably more or less likely."""
    walks = [list(walk(shipped, seed)) for seed in range(PEOPLE)]
    everyone = Counter(press for journey in walks for press in journey)
    worst = 0.0
    for journey in walks:
        for press, times in Counter(journey).items():
            with_her, without = chances(everyone[press]), chances(everyone[press] - times)
            ratios = [abs(math.log(with_her[number] / without[number])) for number in with_her.keys() & without.keys()]
            assert max(ratios) <= counting.EPSILON * times + 1e-4, press
            worst = max(worst, max(ratios) / times)
    assert worst <= counting.EPSILON + 1e-4


def test_a_button_that_nobody_pressed_is_shown_now_and_then_too() -> None:
    """Otherwise seeing it at all would say that somebody was there."""
    shown = sum(chance for number, chance in chances(0).items() if number is not None)
    assert 0.005 < shown < 0.05


def test_chance_falls_as_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CHANCE", Random(7))
    thrown = Counter(counting.noise() for _ in range(40_000))
    for number in range(-12, 13):
        assert abs(thrown[number] / 40_000 - likely(number)) < 0.006, number


def walk(shipped: Content, seed: int) -> Iterator[str]:
    """A person who wanders: some presses, most of them different."""
    dice = Random(seed)
    names = sorted(set(counting.buttons(shipped.dialogue)))
    yield "start:go"
    for _ in range(dice.randint(1, 30)):
        yield names[min(int(dice.expovariate(0.05)), len(names) - 1)]


def likely(number: int) -> float:
    alpha = math.exp(-counting.EPSILON)
    return (1 - alpha) / (1 + alpha) * alpha ** abs(number)


def chances(count: int) -> dict[int | None, float]:
    """How likely each published number is. None: it is left out."""
    found: dict[int | None, float] = {}
    for noise in range(-150, 151):
        number = counting.rounded(count + noise)
        shown = number if number >= counting.SHOWN_FROM else None
        found[shown] = found.get(shown, 0.0) + likely(noise)
    return {number: chance for number, chance in found.items() if chance > 1e-15}
