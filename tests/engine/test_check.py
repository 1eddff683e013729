"""What the check of a whole package says: its certificate, everything wrong at once, and when it may be taken on trust.

That each rule refuses its own small package is in test_rules.py.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards, content, proof
from bot.content import Content
from bot.engine.check import check
from bot.engine.dialogue import label
from bot.engine.effects import Show
from bot.engine.facts import DOUBTED_FOR, Fact
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent
from bot.engine.state import State
from bot.proof import certified, prove
from tests import packages
from tests.packages import CHAPTER

TODAY = date(2026, 11, 23)


@cache
def shipped() -> Content:
    return content.read()


def test_a_right_package_gets_its_certificate(tmp_path: Path) -> None:
    certificate = check(packages.read(tmp_path / "package"), TODAY)
    assert (certificate.to_emergency, certificate.to_human, certificate.to_topic) == (1, 1, 2)
    assert certificate.topics == {"court-protection": 2}
    assert certificate.steps > 500
    assert "no request without consent" in str(certificate)


@pytest.mark.long
def test_the_shipped_content_is_proved_on_every_kind_of_day() -> None:
    certificate = prove(shipped(), TODAY)
    assert len(certificate.topics) == 38
    assert certificate.steps > 50_000
    assert certificate.cards > 3_000
    assert (certificate.doubted, certificate.overdue) == ((), ())
    last = max(fact.expires_on for fact in shipped().facts.values())
    long_after = check(shipped(), last + DOUBTED_FOR + timedelta(days=1))
    assert {*shipped().facts} - {*long_after.overdue} == {"emergency_phone", *RESERVED}
    assert {*long_after.doubted} == RESERVED


RESERVED = {"helpline_116006_phone", "childline_116111_phone", "crisis_116123_phone"}


def test_a_number_that_the_law_reserves_keeps_its_value() -> None:
    facts = shipped().files["dialogs/facts.yaml"]
    for name, number, other in (("112", "112", "113"), ("116006", "116006", "116007"), ("116111", "116111", "67222922"),
                                ("116123", "116123", "67222922")):  # fmt: skip
        assert f'value: "{number}"' in facts, name
        files = {**shipped().files, "dialogs/facts.yaml": facts.replace(f'value: "{number}"', f'value: "{other}"')}
        with pytest.raises(BrokenContent, match=f"is always the phone {number}"):
            content.parse(files)


def test_only_112_cannot_be_withdrawn(tmp_path: Path) -> None:
    """A reserved number may stop answering in Latvia; then it has to go at once. 112 answers everywhere."""
    small = packages.FACTS + packages.LASTING
    for name in RESERVED:
        withdrawn = packages.read(
            tmp_path / name, {"facts.yaml": small.replace(f"{name}:", f"{name}:\n    withdrawn: true")}
        )
        assert withdrawn.facts[name].standing(TODAY) == "withheld"
    with pytest.raises(BrokenContent, match="“emergency_phone” cannot be withdrawn: this number always answers"):
        packages.read(
            tmp_path / "112", {"facts.yaml": small.replace("emergency_phone:", "emergency_phone:\n    withdrawn: true")}
        )


def test_112_is_never_doubted_and_a_reserved_number_never_withheld_for_its_date_alone() -> None:
    late = date(2099, 1, 1)
    for language in LANGUAGES:
        assert said_of(shipped(), "danger", language, late).startswith("112\n")
        assert "116006 (" in said_of(shipped(), "human", language, late)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_topic_that_own_words_find_has_the_name_of_a_button_that_leads_there(language: str) -> None:
    dialogue = shipped().dialogue
    found = Show("menu", "notice.found", tuple(f"topic.{topic}" for topic in dialogue.topics))
    card = cards.make(shipped(), State("menu", language), found, TODAY, {})
    names = {
        (choice.target, shipped().text(label(screen.id, choice.id), language))
        for screen in dialogue.screens.values()
        for choice in screen.choices
    }
    said = {button.choice.removeprefix("topic."): button.label for button in card.buttons if "topic." in button.choice}
    assert {(dialogue.topics[topic], name) for topic, name in said.items()} <= names
    assert set(said) == set(dialogue.topics)


def test_an_overdue_fact_stops_only_publishing(tmp_path: Path) -> None:
    package = packages.read(tmp_path / "package")
    assert check(package, date(2027, 11, 23)).doubted == ("emergency",)
    assert "overdue, said with a doubt: emergency" in str(check(package, date(2027, 11, 23)))
    assert check(package, date(2028, 1, 1)).overdue == ("emergency",)
    for later in (date(2027, 11, 23), date(2028, 1, 1)):
        with pytest.raises(BrokenContent, match="overdue"):
            check(package, later, publishing=True)


def test_a_fact_that_no_text_says_is_named_and_stops_nothing(tmp_path: Path) -> None:
    facts = packages.FACTS + packages.LASTING
    other = packages.FACT.format("night_bus", "phone", '"67000000"', "2027-11-22")
    package = packages.read(tmp_path / "package", {"facts.yaml": facts + other})
    assert check(package, TODAY, publishing=True).unsaid == ("night_bus",)
    assert "said by no text, use it or drop it: night_bus" in str(check(package, TODAY))


@pytest.mark.long
def test_every_shipped_fact_is_said_somewhere() -> None:
    assert check(shipped(), TODAY).unsaid == ()


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    files = {"all.yaml": CHAPTER.replace(", limits]", "]")}
    package = packages.read(tmp_path / "package", files, {"ru": {"court": None}, "lv": {"court:menu": "S" * 41}})
    with pytest.raises(BrokenContent) as broken:
        check(package, TODAY)
    assert {problem.rule for problem in broken.value.problems} >= {"uninformed", "missing text", "long button"}


def said_of(content: Content, screen: str, language: str, today: date) -> str:
    return cards.make(content, State(screen, language), Show(screen), today, {}).text


def test_an_overdue_fact_is_said_with_one_doubt_and_then_not_at_all(tmp_path: Path) -> None:
    words = {language: {"danger": "Zvaniet {fact:emergency} jeb {fact:emergency}.", "fact.unsure": "(nezinām; 116006)",
                   "fact.unsure-again": "(nezinām)"} for language in ("lv", "ru")}  # fmt: skip
    package = packages.read(tmp_path / "package", words=words)
    last = date(2027, 11, 22)
    assert said_of(package, "danger", "lv", last) == "Zvaniet 110 jeb 110."
    doubted = "Zvaniet 110 (nezinām; 116006) jeb 110 (nezinām)."
    assert said_of(package, "danger", "lv", last + timedelta(days=1)) == doubted
    assert said_of(package, "danger", "lv", last + DOUBTED_FOR) == doubted
    assert said_of(package, "danger", "lv", last + DOUBTED_FOR + timedelta(days=1)) == ("Jautājiet 116006 vai 112.")


DAYS = st.dates(date(2026, 11, 22), date(2030, 1, 1))
SCREENS = st.sampled_from([screen.id for screen in shipped().dialogue.screens.values() if screen.facts])
SPOKEN = st.sampled_from(LANGUAGES)


@given(DAYS, SCREENS, SPOKEN)
@settings(deadline=None, max_examples=300)
def test_nothing_withheld_is_ever_said_and_nothing_doubted_without_its_doubt(
    today: date, screen: str, language: str
) -> None:
    said = said_of(shipped(), screen, language, today)
    cited = [shipped().facts[name] for name in shipped().dialogue.screens[screen].facts]
    for fact in _standing(cited, today, "withheld"):
        elsewhere = any(fact.value[language] in other.value[language] for other in cited if other is not fact)
        assert elsewhere or fact.value[language] in {"112", "116006"} or fact.value[language] not in said
    incomplete = shipped().text_on(screen, language, today)[1]
    own = screen.startswith("stop-my-violence")
    asks = shipped().text("fact.withheld-own" if own else "fact.withheld", language)
    assert said.endswith(asks) == incomplete
    for fact in _standing(cited, today, "doubted"):
        if f"{{fact:{fact.id}}}" in shipped().text_on(screen, language, today)[0]:
            of_line = fact.id.startswith("helpline_116006_")  # nobody is sent there to ask about itself
            doubts = {"fact.unsure-again"} if own else {"fact.unsure"} | ({"fact.unsure-again"} if of_line else set())
            assert any(shipped().text(doubt, language).strip("()") in said for doubt in doubts)


def _standing(facts: list[Fact], today: date, how: str) -> Iterator[Fact]:
    return (fact for fact in facts if fact.standing(today) == how)


def test_the_line_that_ends_with_the_year_is_gone_on_new_years_day() -> None:
    screen = next(node.id for node in shipped().dialogue.screens.values() if "prevention_22045225_phone" in node.facts)
    for language in LANGUAGES:
        assert "22045225" in said_of(shipped(), screen, language, date(2026, 12, 31))
        assert "22045225" not in said_of(shipped(), screen, language, date(2027, 1, 1))


def _kept(folder: Path) -> list[Path]:
    return list(folder.glob("certificate-*"))


def test_a_start_trusts_only_what_this_very_program_proved_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, kept = packages.read(tmp_path / "package"), tmp_path / "cache"
    first = certified(package, TODAY, kept)
    (path,) = _kept(kept)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"screens": 777}))
    assert certified(package, TODAY, kept).screens == 777, "the same program, files and day: taken from the cache"
    assert certified(package, TODAY + timedelta(days=1), kept) == first
    assert certified(package, TODAY, kept) == first, "only the newest is kept"
    path = _kept(kept)[0]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"screens": 777}))
    monkeypatch.setattr(proof, "_program", lambda: "another version")
    assert certified(package, TODAY, kept) == first, "another program has to prove it itself"


def test_files_of_two_packages_are_never_taken_for_each_other(tmp_path: Path) -> None:
    """What stands in a file cannot pass for the beginning of the next one."""
    package = packages.read(tmp_path / "package")
    one = replace(package, files={"dialogs/a.yaml": "1\0dialogs/b.yaml\0" + "2"})
    two = replace(package, files={"dialogs/a.yaml": "1", "dialogs/b.yaml": "2"})
    assert proof._mark(one) != proof._mark(two)


@pytest.mark.parametrize("torn", ["", "{", "[]", "{}", '{"screens": 1}'])
def test_a_torn_certificate_is_proved_again(tmp_path: Path, torn: str) -> None:
    package, kept = packages.read(tmp_path / "package"), tmp_path / "cache"
    first = certified(package, TODAY, kept)
    _kept(kept)[0].write_text(torn)
    assert certified(package, TODAY, kept) == first


def test_broken_content_is_never_certified(tmp_path: Path) -> None:
    package = packages.read(tmp_path / "package", words={"ru": {"court": None}})
    with pytest.raises(BrokenContent):
        certified(package, TODAY, tmp_path / "cache")
    assert not _kept(tmp_path / "cache")
