"""Each rule of the check refuses a small package that is wrong in just that way, and says so to an editor."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.engine.check import FAR as TOO_FAR
from bot.engine.check import check, presses
from bot.engine.problems import BrokenContent
from tests import packages
from tests.packages import CHAPTER, FACTS

TODAY = date(2026, 11, 23)


def test_a_right_package_gets_its_certificate(tmp_path: Path) -> None:
    certificate = check(packages.read(tmp_path / "package"), TODAY)
    assert (certificate.to_emergency, certificate.to_human, certificate.to_topic) == (1, 1, 2)
    assert certificate.topics == {"court-protection": 2}
    assert certificate.steps > 500
    assert "no request without consent" in str(certificate)


def test_distances_are_counted_by_pressing(tmp_path: Path) -> None:
    dialogue = packages.read(tmp_path / "package").dialogue
    start = dialogue.screens["start"]
    assert [presses(dialogue, start, goal) for goal in ("start", "danger", "court", "nowhere")] == [0, 1, 2, TOO_FAR]


def chapter(old: str, new: str) -> dict[str, str]:
    assert old in CHAPTER
    return {"all.yaml": CHAPTER.replace(old, new)}


LOOP = """\
      - {id: start, to: start}
      - {id: round, to: round}
  round:
    choices: [{id: on, to: round.two}]
  round.two:
    choices: [{id: on, to: round}]
"""
FAR = """\
    topic: court-protection
    choices:
      - {id: menu, to: menu}
      - {id: more, to: more}
  more:
    choices: [{id: more, to: most}]
  most:
    topic: far-away
    choices: [{id: menu, to: menu}]
"""
COURT = "    topic: court-protection\n    choices:\n      - {id: menu, to: menu}\n"
FORM = "      - {id: form, form: request}\n"
BRANCH = "      - {id: start, to: way}\n  way:\n    branch:\n      - {when: {place: known}, to: court}\n"
WRONG: dict[str, tuple[Mapping[str, str], str]] = {
    "unknown target": (chapter("to: court}", "to: nowhere}"), "“nowhere”, which does not exist"),
    "unreachable screen": (chapter("      - {id: court, to: court}\n", ""), "cannot be reached"),
    "dead end": (chapter(COURT, "    topic: court-protection\n"), "dead end"),
    "loop without an exit": (chapter("      - {id: start, to: start}\n", LOOP), "loop without an exit"),
    "branch without a last way": (chapter("      - {id: start, to: start}\n", BRANCH), "must have no condition"),
    "topic too far": (chapter(COURT, FAR), "4 presses from the start"),
    "exit overwritten": (chapter("{id: go, to: menu}", "{id: danger, to: menu}"), "every screen has that one"),
    "choice twice": (chapter("{id: start, to: start}", "{id: court, to: start}"), "stands there twice"),
    "two ways at once": (chapter("{id: go, to: menu}", "{id: go, to: menu, returns: true}"), "exactly one of"),
    "request without consent": (chapter(", limits]", "]"), "without telling about: limits"),
    "no way past consent": (chapter(FORM + "      - {id: menu, to: menu}\n", FORM), "whoever does not consent"),
    "unlisted fact": (chapter("    facts: [emergency]\n", ""), "does not list it"),
    "unknown key": (chapter("topic: court", "topik: court"), "topik"),
    "no such danger screen": ({"dialogue.yaml": "danger: nowhere\n"}, "“nowhere” does not exist"),
    "sourceless fact": ({"facts.yaml": FACTS.replace("    source: https://example.org/112\n", "")}, "source"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_broken_structure_is_refused_with_file_and_sentence(tmp_path: Path, wrong: str) -> None:
    files, sentence = WRONG[wrong]
    problems = refused(tmp_path, files)
    assert any(sentence in problem for problem in problems), problems
    assert all(problem.split(":")[0].endswith((".yaml", ".po")) for problem in problems)


SAID: dict[str, tuple[Mapping[str, Mapping[str, str | None]], str]] = {
    "missing text": ({"ru": {"court": None}}, "missing in ru"),
    "typed number": ({"lv": {"court": "Zvaniet 67105048."}}, "put it into facts.yaml"),
    "other facts": ({"ru": {"danger": "Звоните."}}, "other facts in ru"),
    "unknown placeholder": ({"lv": {"court": "{name}"}, "ru": {"court": "{name}"}}, "cannot be filled in|filled in"),
    "too long": ({"lv": {"court": "Tiesa sargā. " * 60}}, "fit one screen"),
    "long sentences": ({"lv": {"court": "un " * 40 + "tā."}}, "words a sentence"),
    "button too long": ({"lv": {"court:menu": "S" * 41}}, "a button holds"),
    "short first line": ({"lv": {"card.first-line": "Labdien!"}}, "locked phone shows"),
    "revealing first line": ({"lv": {"page.title": "Par vardarbību"}}, "would reveal"),
    "promise": ({"lv": {"court": "Jūs būsiet drošībā."}}, "nobody can promise"),
    "orphan": ({"lv": {"gone": "x"}, "ru": {"gone": "x"}}, "belongs to no screen"),
}


@pytest.mark.parametrize("wrong", SAID)
def test_wrong_words_are_refused_with_their_line(tmp_path: Path, wrong: str) -> None:
    words, sentence = SAID[wrong]
    problems = refused(tmp_path, words=words)
    assert any(part in problem for problem in problems for part in sentence.split("|")), problems


def test_an_overdue_fact_is_withheld_but_stops_only_publishing(tmp_path: Path) -> None:
    package = packages.read(tmp_path / "package")
    later = date(2028, 1, 1)
    assert check(package, later).overdue == ("emergency",)
    with pytest.raises(BrokenContent, match="overdue"):
        check(package, later, publishing=True)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, chapter(", limits]", "]"), {"ru": {"court": None}, "lv": {"court:menu": "S" * 41}})
    assert len(problems) >= 3


def refused(
    folder: Path,
    files: Mapping[str, str] | None = None,
    words: Mapping[str, Mapping[str, str | None]] | None = None,
) -> list[str]:
    with pytest.raises(BrokenContent) as broken:
        check(packages.read(folder / "package", files, words), TODAY)
    return str(broken.value).splitlines()
