"""The shipped phrases and a finder that searches them; what it finds, and the lines of tests/find to try it with."""

import csv
from functools import cache
from pathlib import Path

from bot.engine.find import Finder, FoundTopics
from bot.engine.phrasebook import read_phrasebook

HERE = Path(__file__).parents[2]
PHRASEBOOK = read_phrasebook((HERE / "dialogs/words.yaml").read_text(encoding="utf-8"))
FINDER = Finder(PHRASEBOOK, {topic: f"{topic}.first" for topic in PHRASEBOOK.topics})
TOPICS = {
    *("emergency", "helplines", "types-of-violence", "safety-plan", "digital-safety", "police-separation"),
    *("court-protection", "protection-breach", "criminal-report", "stalking", "sexual-violence", "economic-violence"),
    *("rehab-adult", "rehab-child", "crisis-centre", "legal-aid", "compensation", "children-custody", "child-help"),
    *("maintenance", "housing", "elderly-disabled", "foreigners", "helping-someone", "stop-my-violence"),
    *("contact-social-service", "privacy"),
    "thoughts-of-death",
    "children-taken",
    "police-inaction",
    "divorce",
    "injuries",
    "men-and-same-sex",
    "belongings",
    "dating-violence",
    "after-request",
    "forced-marriage",
    "after-killing",
}

Query = tuple[str, str, str]


@cache
def queries(name: str) -> tuple[Query, ...]:
    with (HERE / "tests/find" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == ["query", "language", "topic"]
    return tuple((query, language, topic) for query, language, topic in rows[1:])


def find(text: str, language: str = "lv") -> FoundTopics:
    return FINDER.find(text, language)


def first(text: str, language: str = "lv") -> str:
    return find(text, language).topics[0].topic
