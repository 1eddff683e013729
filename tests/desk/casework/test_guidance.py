"""The workers' cards: which one stands beside a letter, and that each says something in every language of the desk."""

from datetime import date
from typing import Any

import pytest

from bot.content import Content
from bot.engine.guidance import MOST_WORDS, Situation, read_guidance, rests_on
from bot.engine.problems import BrokenContent
from tests.conftest import ROOT
from tests.desk.browsing import Desk, Waiting

CARDS = (ROOT / "dialogs" / "guidance.yaml").read_text()
SITUATIONS = """async ([letter, envelope]) => {
    const { situations } = await import("/static/guidance.js");
    return situations({ answers: {}, ...letter }, { state: "new", outcomes: [], ...envelope });
}"""


@pytest.mark.parametrize(
    "letter, envelope, expected",
    [
        ({"answers": {"contact_mode": "call"}}, {}, ["before_call"]),
        ({"answers": {"contact_mode": "i_will_come"}}, {}, []),
        ({"answers": {"contact_mode": "call"}}, {"outcomes": ["other_person"]}, ["before_call", "other_answered"]),
        ({"answers": {"contact_mode": "call"}}, {"state": "met"}, ["in_touch", "first_talk"]),
        ({"answers": {"about": "done_to_me"}}, {"state": "met"}, ["in_touch", "first_talk"]),
        ({"answers": {"about": "own_behaviour"}}, {}, ["own_behaviour"]),
        ({"answers": {"about": "own_behaviour"}}, {"state": "met"}, ["in_touch", "own_behaviour"]),
        ({"answers": {"about": "somebody_else"}}, {"state": "met"}, ["in_touch", "somebody_else"]),
        ({"screen": {"neck": "yes"}}, {}, ["neck"]),
        ({"screen": {"neck": "not_answered"}}, {}, []),
        ({"referral": {"neck": "told"}}, {}, ["neck"]),
        ({"referral": {"neck": "not_asked", "children_present": "seen"}}, {}, ["children"]),
        ({"answers": {"age_band": "60_plus"}}, {}, ["elder"]),
        ({"answers": {"contact_mode": "find_way"}}, {}, ["no_contact"]),
    ],
)
async def test_a_card_stands_where_its_situation_arises(
    desk: Desk, letter: dict[str, Any], envelope: dict[str, Any], expected: list[str]
) -> None:
    await desk.go("/sign-in")
    assert await desk.page.evaluate(SITUATIONS, [letter, envelope]) == expected


async def test_the_cards_of_an_opened_request_are_folded_beside_it(waiting: Waiting) -> None:
    await waiting.open()
    cards = waiting.desk.page.locator("#guidance details")
    assert await cards.locator("summary").all_inner_texts() == ["Pirms zvana"]
    await cards.locator("summary").click()
    assert "no vietas, kur jūs neviens nedzird" in await cards.inner_text()


async def test_the_checklist_for_ones_own_behaviour_lists_facts_with_their_source_and_day(waiting: Waiting) -> None:
    await waiting.open()
    words = "() => JSON.parse(document.getElementById('words').textContent).guidance.cards"
    cards = await waiting.desk.page.evaluate(words)
    listed = next(card["facts"] for card in cards if card["id"] == "own_course")
    facts = [waiting.desk.runtime.content.facts[name] for name in read_guidance(CARDS).cards["own_course"].facts]
    assert len(listed) == len(facts) > 4
    for line, fact in zip(listed, facts, strict=True):
        assert fact.value["lv"] in line
        assert "Nr. 790" in line
        assert "2026" in line


def test_a_fact_that_may_not_be_said_any_more_is_left_out_of_the_checklist(shipped: Content) -> None:
    card = shipped.guidance.cards["own_course"]
    assert [fact.id for _, fact in rests_on(card, shipped.facts, "lv", date(2026, 11, 30))] == [*card.facts]
    assert [*rests_on(card, shipped.facts, "lv", date(2029, 11, 30))] == []


def test_every_fact_of_a_card_is_there(shipped: Content) -> None:
    cited = [name for card in shipped.guidance.cards.values() for name in card.facts]
    assert cited
    assert [name for name in cited if name not in shipped.facts] == []


def test_every_situation_has_a_card() -> None:
    found = {card.when for card in read_guidance(CARDS).cards.values()}
    assert found == set(Situation.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "old, new",
    [
        ("when: neck", "when: never"),
        ('title: {lv: "Pirms zvana", ru: "Перед звонком", en: "Before you call"}', 'title: {lv: "Pirms zvana"}'),
        ('lv: "Zvaniet no', f'lv: "{"vārds " * MOST_WORDS}Zvaniet no'),
    ],
)
def test_a_card_that_is_long_or_lacks_a_language_is_refused(old: str, new: str) -> None:
    assert old in CARDS
    with pytest.raises(BrokenContent):
        read_guidance(CARDS.replace(old, new))
