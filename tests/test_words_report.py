"""`make words` is one report: what is heard, how the screens read, glossary, spelling, and what runs out when."""

from datetime import date, timedelta

from bench.words import GLOSSARY, endings, glossary, report
from bot.content import Content
from bot.engine.facts import DOUBTED_FOR

TODAY = date(2026, 11, 30)


def test_each_language_is_reported_with_what_is_heard_lengths_readability_glossary_and_spelling(
    shipped: Content,
) -> None:
    said = "\n".join(report(shipped, TODAY))
    for name in ("Latvian", "Russian", "English"):
        part = said.partition(f"== {name} ==")[2].partition("\n==")[0]
        for about in ("heard, ", "danger ", "despair ", "length of ", "LIX ", "glossary: ", "spelling: "):
            assert f"\n{about}" in part or f" {about}" in part, f"{name}: {about}"
    assert "== Ukrainian ==" in said, "Ukrainian lines are measured whether or not there are texts in Ukrainian"


def test_the_calendar_names_each_fact_that_turns_within_a_year_and_the_texts_that_cite_it(shipped: Content) -> None:
    found = {(turn.day, turn.fact, turn.becomes): turn.texts for turn in endings(shipped, TODAY)}
    for fact in shipped.facts.values():
        day = fact.expires_on + timedelta(days=1)
        gone = day if fact.ends else day + DOUBTED_FOR
        if fact.pinned is None and not fact.withdrawn and TODAY < gone <= TODAY + timedelta(days=366):
            texts = found[gone, fact.id, "withheld"]
            assert texts == tuple(
                sorted(key for key, text in shipped.words["lv"].items() if f"{{fact:{fact.id}}}" in text)
            )
            assert shipped.facts[fact.id].say("lv", gone) is None
            assert shipped.facts[fact.id].say("lv", gone - timedelta(days=1)) is not None
    assert not [turn for turn in found if turn[1] == "emergency_phone"], "112 never runs out"


def test_the_glossary_is_read_with_what_it_forbids() -> None:
    terms = glossary(GLOSSARY.read_text(encoding="utf-8"))
    assert set(terms) >= {"lv", "ru", "en"}
    request = {language: page[0] for language, page in terms.items()}
    assert request["lv"].said == ("pieprasījums",)
    assert request["lv"].never == (), "pieteikums is the term for what is handed in at court"
    assert request["ru"].never == ("заявка",)
