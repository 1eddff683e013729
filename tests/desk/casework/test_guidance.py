"""The workers' cards: which one stands beside a letter, and that each says something in every language of the desk."""

from typing import Any

import pytest

from bot.engine.guidance import MOST_WORDS, Situation, read_guidance
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
        ({"answers": {"contact_mode": "call"}}, {"state": "met"}, ["in_touch"]),
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
