"""What people will read otherwise when facts run out: `python -m bot check --calendar`."""

from dataclasses import replace
from datetime import date, timedelta

from bot.coming import coming, days
from bot.content import Content
from bot.engine.facts import DOUBTED_FOR
from bot.engine.withheld import WITHOUT

TODAY = date(2026, 11, 30)
LAST = date(2027, 1, 10)
LINE = "crisis_116123_hours"
HOURS = "25:00–26:00"


def one_runs_out(shipped: Content) -> Content:
    """Everything holds for years, but one fact that two screens cite."""
    facts = {name: replace(fact, expires_on=date(2040, 1, 1), ends=False) for name, fact in shipped.facts.items()}
    runs_out = replace(facts[LINE], expires_on=LAST, value=dict.fromkeys(shipped.dialogue.languages, HOURS))
    return replace(shipped, facts={**facts, LINE: runs_out})


def test_a_fact_changes_what_is_read_twice_when_it_is_doubted_and_when_it_is_withheld(shipped: Content) -> None:
    doubted = LAST + timedelta(days=1)
    assert days(one_runs_out(shipped), TODAY) == [doubted, doubted + DOUBTED_FOR]
    assert days(one_runs_out(shipped), doubted) == [doubted + DOUBTED_FOR]
    assert days(one_runs_out(shipped), TODAY - timedelta(days=800)) == [], "what is further away is nobody's care yet"


def test_every_text_that_cites_it_is_told_in_every_language_as_it_will_be_read(shipped: Content) -> None:
    content = one_runs_out(shipped)
    cites = {key for key, text in content.words["lv"].items() if f"{{fact:{LINE}}}" in text}
    told = list(coming(content, TODAY))
    assert {change.key for change in told} == {key for key in cites if not key.endswith(WITHOUT)}
    assert {change.language for change in told} == set(content.dialogue.languages)
    first, last = days(content, TODAY)
    assert {change.day for change in told if HOURS in change.text} == {first}
    assert {change.day for change in told if HOURS not in change.text} == {last}


def test_while_nothing_runs_out_nothing_is_told(shipped: Content) -> None:
    facts = {name: replace(fact, expires_on=date(2040, 1, 1), ends=False) for name, fact in shipped.facts.items()}
    assert list(coming(replace(shipped, facts=facts), TODAY)) == []
