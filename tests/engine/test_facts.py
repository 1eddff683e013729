"""A fact is shown with its doubt, until its last day, and is refused when nobody could stand behind it."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.facts import Fact, read_facts
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent

TEXT = (Path(__file__).parents[2] / "dialogs" / "facts.yaml").read_text(encoding="utf-8")
ALL = read_facts(TEXT)
TODAY = date(2026, 11, 23)
GOOD = """facts:
  line_phone:
    kind: phone
    value: "116006"
    source: https://example.org/a
    verified_on: 2026-11-22
    expires_on: 2027-05-22
    owner: content
    confidence: high
"""


def line(**changes: object) -> Fact:
    return Fact("line", "hours", {"lv": "katru dienu", "ru": "каждый день"}, **changes)  # type: ignore[arg-type]


def problems(text: str) -> list[str]:
    with pytest.raises(BrokenContent) as broken:
        read_facts(text)
    return str(broken.value).splitlines()


def test_an_overdue_fact_is_doubted_for_a_month_and_then_withheld() -> None:
    fact = line(expires_on=TODAY)
    after = [(days, fact.standing(TODAY + timedelta(days=days))) for days in (0, 1, 30, 31)]
    assert after == [(0, "good"), (1, "doubted"), (30, "doubted"), (31, "withheld")]
    assert fact.say("lv", TODAY + timedelta(days=30)) == "katru dienu"
    assert fact.say("lv", TODAY + timedelta(days=31)) is None


def test_what_ends_on_a_day_is_withheld_the_day_after_without_a_doubt_first() -> None:
    fact = line(expires_on=TODAY, ends=True)
    assert [fact.standing(TODAY + timedelta(days=days)) for days in (0, 1)] == ["good", "withheld"]


def test_a_withdrawn_fact_is_withheld_at_once() -> None:
    assert line(withdrawn=True).say("ru", TODAY) is None


def test_a_doubtful_fact_never_stands_without_its_doubt() -> None:
    fact = line(confidence="review", doubt={"lv": "precizējiet", "ru": "уточните"})
    assert fact.say("lv", TODAY) == "katru dienu (precizējiet)"
    assert fact.say("ru", TODAY) == "каждый день (уточните)"


def test_a_language_that_is_not_there_is_withheld() -> None:
    assert line().say("en", TODAY) is None


def test_only_a_phone_can_be_dialled() -> None:
    assert line().tel is None
    assert Fact("line", "phone", {"lv": "112", "ru": "112"}).tel == "112"


def test_the_numbers_of_the_first_screen_are_there() -> None:
    dialled = {name: ALL[name].tel for name in ("emergency_phone", "police_phone", "helpline_116006_phone")}
    assert dialled == {"emergency_phone": "112", "police_phone": "110", "helpline_116006_phone": "116006"}


def test_every_fact_can_be_said_in_every_language_today() -> None:
    for fact in ALL.values():
        for language in LANGUAGES:
            assert fact.say(language, TODAY), (fact.id, language)


def test_phones_and_hours_are_looked_at_twice_a_year() -> None:
    for fact in ALL.values():
        if fact.kind in {"phone", "hours"} and fact.id != "emergency_phone":
            assert fact.expires_on - fact.verified_on <= timedelta(days=183), fact.id


def test_the_prevention_line_ends_with_the_year() -> None:
    ending = [fact for fact in ALL.values() if fact.id.startswith("prevention_22045225")]
    assert len(ending) == 2
    assert {fact.standing(date(2026, 12, 31)) for fact in ending} == {"good"}
    assert {fact.standing(date(2027, 1, 1)) for fact in ending} == {"withheld"}


@pytest.mark.parametrize(
    "forbidden",
    [
        "8 dien",
        "8 darba",
        "8 дней",
        "8 рабочих",
        "8 days",
        "8 working",
        "07:00",
        "7.00",
        "€",
        "eiro",
        "евро",
        "euro",
        "JPA",
    ],
)
def test_no_value_says_what_must_never_be_said(forbidden: str) -> None:
    said = [words for fact in ALL.values() for words in (*fact.value.values(), *fact.doubt.values())]
    assert not [words for words in said if forbidden in words]


def test_the_crisis_line_has_no_operator() -> None:
    said = [words for fact in ALL.values() if fact.id.startswith("crisis_116123") for words in fact.value.values()]
    assert said
    assert not [words for words in said if "Skalbes" in words]


def test_each_fact_knows_its_line() -> None:
    lines = TEXT.splitlines()
    for fact in ALL.values():
        assert lines[fact.line - 1] == f"  {fact.id}:"


@pytest.mark.parametrize(
    "was, is_, where, why",
    [
        ("    source: https://example.org/a\n", "", 2, "has no “source”"),
        ("https://example.org/a", "somebody said so", 5, "not an address"),
        ('"116006"', "116006", 4, "reads as a number"),
        ('"116006"', '"one one six"', 4, "no number that can be dialled"),
        ('"116006"', '{lv: "116006"}', 4, "in each language: lv, ru"),
        ('"116006"', '{lv: "116006", lv: "1", ru: "116006"}', 4, "in each language: lv, ru"),
        ('"116006"', '""', 4, "is empty"),
        ('"116006"', '"{fact:other}"', 4, "braces"),
        ("kind: phone", "kind: fax", 3, "it can be phone, hours"),
        ("2026-11-22", "22.11.2026", 6, "not a day"),
        ("2026-11-22", "2026-13-45", 6, "not a day"),
        ("2027-05-22", "2026-11-22", 7, "expires before it was verified"),
        ("confidence: high", "confidence: review", 2, "needs a “doubt”"),
        ("confidence: high", "confidence: high\n    doubt: {lv: a, ru: b, en: c}", 10, "only then"),
        ("confidence: high", "confidence: high\n    withdrawn: perhaps", 10, "true or false"),
        ("confidence: high", "confidence: high\n    colour: red", 10, "not known here"),
        ("confidence: high", "confidence: high\n    owner: nobody", 10, "stands twice"),
        ("confidence: high", "confidence: high\n  line_phone: {}", 10, "stands twice"),
        ("confidence: high", "confidence: &c high", 9, "is a reference"),
        ("line_phone", "Line-Phone", 2, "cannot be an id"),
        ("owner: content", "owner: [content", 9, "not readable YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(was: str, is_: str, where: int, why: str) -> None:
    assert read_facts(GOOD)
    told = problems(GOOD.replace(was, is_, 1))
    assert [problem for problem in told if problem.startswith(f"dialogs/facts.yaml:{where}: ") and why in problem], told


def test_every_mistake_is_told_not_only_the_first() -> None:
    assert len(problems(GOOD.replace("phone\n", "fax\n").replace("high", "hope").replace("https", "gopher"))) == 3


@pytest.mark.parametrize(
    "text", ["", "facts:", "- facts", "other: {}", "[" * 3000, "\0", "facts: {a: *b}", "---\n---\n"]
)
def test_what_is_no_list_of_facts_is_refused_calmly(text: str) -> None:
    assert problems(text)


@given(st.text(alphabet=st.sampled_from("facts: {}[]&*!|>-#'\"\n 1aā?,%@`\t"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BrokenContent):
        assert isinstance(read_facts("facts:\n  " + text), dict)


HOURS = """facts:
  line_hours:
    kind: hours
    value:
      lv: "katru dienu 12.00–22.00"
      ru: "каждый день с 12:00 до 22:00"
      en: "every day 12:00–22:00"
      uk: "щодня з 12:00 до 22:00"
    open: "every day 12:00-22:00"
    source: https://example.org/a
    verified_on: 2026-11-22
    expires_on: 2027-05-22
    owner: content
    confidence: high
"""


def test_hours_for_the_program_are_refused_unless_they_name_the_times_that_people_read() -> None:
    assert read_facts(HOURS)["line_hours"].opening
    assert ["other times" in found for found in problems(HOURS.replace("с 12:00", "с 11:00"))] == [True]
    assert ["are not like" in found for found in problems(HOURS.replace('"every day 12', '"always 12'))] == [True]
    assert ["are not like" in found for found in problems(HOURS.replace("kind: hours", "kind: right"))] == [True]
