"""Every complaint that a reader of a data file can make has a small text here that draws it, and it alone.

Which complaints there are is read from the program itself, so that a new one without its text fails.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot import content
from bot.engine import entries, facts, forbidden, load, phrasebook, places, request, services
from bot.engine.problems import BrokenContent, Problem

MODULES = (content, entries, facts, forbidden, load, phrasebook, places, request, services)
NO_LINE = (
    "there is no",
    "not readable YAML",
    "no `dialogs/`",
    "Field required",
    "could not",
    "cannot",
    "can never hold",
)
Read = Callable[[str], object]
Where = tuple[str, int]

FACT = """facts:
  line_phone:
    kind: phone
    value: "116006"
    source: https://example.org/a
    verified_on: 2026-11-22
    expires_on: 2027-05-22
    owner: content
    confidence: high
"""
PINNED = FACT.replace("line_phone", "emergency_phone").replace("116006", "112")
WRITTEN_TO = PINNED.replace("emergency_phone", "emergency_sms_phone")
SERVICE = """services:
  balvu-novads:
    names: {lv: a, ru: a, en: a, uk: a}
    places: [balvu-novads]
    source: https://example.org/a
    verified_on: 2026-11-22
    expires_on: 2027-05-22
    owner: content
    confidence: high
"""
PLACE = """municipalities:
  balvu-novads:
    atvk: "0015000"
    kind: novads
    names: {lv: a, ru: a, en: a, uk: a}
    source: https://example.org/a
"""
PHRASES = (
    "topics:\n  a:\n    lv: |\n      x\n    ru: |\n      y\nsame: |\n  a b\ndanger:\n  lv: |\n    x\n  ru: |\n    y\n"
)
CHAPTER = "screens:\n  start:\n    choices: [{id: on, to: start}]\n"


def fact(was: str, is_: str) -> tuple[Read, str]:
    assert was in FACT
    return facts.read_facts, FACT.replace(was, is_, 1)


def service(was: str, is_: str) -> tuple[Read, str]:
    assert was in SERVICE
    return services.read_services, SERVICE.replace(was, is_, 1)


def chapters(text: str) -> object:
    return load.load({"one.yaml": CHAPTER, "two.yaml": text})


def folder(text: str) -> object:
    return content.read(Path(text))


def catalogue(text: str) -> object:
    return content.parse({**content.files_of(content.HERE), "locales/lv/LC_MESSAGES/dialogs.po": text})


LINE = 'phone\n    value: "116006"'
HOURS = 'hours\n    value: {{lv: "{0}", ru: "{0}", en: "{0}", uk: "{0}"}}\n    open: "every day 12:00-22:00"'
BROKEN: tuple[tuple[Read, str], ...] = (
    *((facts.read_facts, FACT + "more: 1\n"), (facts.read_facts, ""), (facts.read_facts, "facts: [")),
    *((facts.read_facts, "facts: \x00"), (facts.read_facts, "facts: 1"), (facts.read_facts, FACT + "  ? [a]\n  : b\n")),
    *(fact("line_phone", "Line Phone"), fact("    owner", "    colour: blue\n    owner")),
    *(fact("    owner", "    kind: phone\n    owner"), fact("    owner", "    law: &who content\n    owner")),
    *(fact("    owner: content\n", ""), fact("kind: phone", "kind: fax"), fact("https://example.org/a", "somebody")),
    *(fact("2026-11-22", "22.11.2026"), fact("    owner", "    ends: perhaps\n    owner")),
    *(fact("    owner", '    open: "every day 12:00-22:00"\n    owner'), fact(LINE, HOURS.format("12.00"))),
    *(fact('    value: "116006"\n', ""), fact('"116006"', "[1, 2]"), fact('"116006"', '{lv: "116006"}')),
    *(
        fact('phone\n    value: "116006"', "name\n    value: {lv: [a], ru: b, en: c, uk: d}"),
        fact('phone\n    value: "116006"', 'name\n    value: {lv: "", ru: b, en: c, uk: d}'),
    ),
    (facts.read_facts, WRITTEN_TO.replace('"112"', '"116006"')),
    (facts.read_facts, PINNED.replace('"112"', '"113"')),
    (facts.read_facts, PINNED + "    withdrawn: true\n"),
    *(fact('"116006"', "116006"), fact("2027-05-22", "2026-11-22"), fact("high", "review"), fact('"116006"', '"one"')),
    (facts.read_facts, FACT.replace("kind: phone", "kind: url").replace('"116006"', "example.org")),
    *(service("[balvu-novads]", "[]"), (places.read_municipalities, PLACE + "    former: x\n")),
    *(service("    owner", '    phone: "1"\n    owner'),),
    (services.read_services, SERVICE + SERVICE.removeprefix("services:\n").replace("  balvu-novads:", "  other:", 1)),
    (places.read_municipalities, PLACE.replace("0015000", "15")),
    (places.read_municipalities, PLACE + "    near: [atlantis]\n"),
    *((request.read_request, "fields: \x00"), (request.read_request, "version: '1'\n")),
    *((phrasebook.read_phrasebook, "topics: ["), (phrasebook.read_phrasebook, "topics: \x00")),
    (phrasebook.read_phrasebook, PHRASES + "more: 1\n"),
    (phrasebook.read_phrasebook, PHRASES.replace("    ru: |\n      y\n", "", 1)),
    (phrasebook.read_phrasebook, PHRASES.replace("ru: |\n    y\n", "ru: |\n    !!!\n")),
    (phrasebook.read_phrasebook, PHRASES.replace("same", "  b:\n    lv: |\n      X\n    ru: |\n      z\nsame")),
    *(
        (chapters, CHAPTER),
        (chapters, "screens: ["),
        (chapters, CHAPTER.replace("start", "two").replace("id: on", "id: on, more: 1")),
    ),
    *((chapters, "screens: \x00"), (folder, "nowhere"), (catalogue, "msgid nothing\n")),
    *((forbidden.read_forbidden, "lv: {'(': because}"), (forbidden.read_forbidden, "lv: [")),
    (forbidden.read_forbidden, "lv: {'[[a]': because}"),
    *((forbidden.read_forbidden, "lv: 1"), (forbidden.read_forbidden, "lv: \x00")),
)


MAKERS = {"wrong", "broken", "broken_content", "not_yaml", "misshapen"}


def complaints() -> Iterator[tuple[str, range]]:
    """Where the program makes a problem: each call of one of `MAKERS`, but not the two that only hand it on.

    What is said of a text that takes too long needs a limit that runs out, as in tests/test_apart.py.
    """
    for module in MODULES:
        file = str(module.__file__)
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        elsewhere = [
            node
            for node in ast.walk(tree)
            if (isinstance(node, ast.FunctionDef) and node.name == "wrong")
            or (isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") == "OutOfTime")
        ]
        skipped = {id(inner) for node in elsewhere for inner in ast.walk(node)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and id(call) not in skipped:
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name in MAKERS:
                    yield file, range(call.lineno, (call.end_lineno or call.lineno) + 1)


def reached(act: Callable[[], object]) -> set[Where]:
    """The lines of these modules that were run."""
    files = {str(module.__file__) for module in MODULES}
    seen: set[Where] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return seen


def refused(read: Read, text: str) -> tuple[Problem, ...]:
    with pytest.raises(BrokenContent) as broken:
        read(text)
    return broken.value.problems


def test_no_complaint_is_without_a_text_that_draws_it() -> None:
    seen: set[Where] = set()
    for read, text in BROKEN:
        seen |= reached(lambda read=read, text=text: refused(read, text))  # type: ignore[misc]
    sites = list(complaints())
    assert len(sites) > 35
    missed = [f"{file}:{lines[0]}" for file, lines in sites if not any((file, line) in seen for line in lines)]
    assert not missed, missed


@pytest.mark.parametrize("read, text", BROKEN)
def test_a_text_draws_its_one_complaint_with_file_and_line(read: Read, text: str) -> None:
    problems = refused(read, text)
    if read is not request.read_request:  # a form without fields lacks several things at once
        assert len(problems) == 1, problems
    for problem in problems:
        assert problem.file.startswith(("dialogs/", "locales/")) or read is folder
        assert problem.line or "“" in problem.sentence or any(part in problem.sentence for part in NO_LINE), problem


@pytest.mark.parametrize(
    "read, text",
    [
        *((facts.read_facts, FACT), (services.read_services, SERVICE), (places.read_municipalities, PLACE)),
        *((phrasebook.read_phrasebook, PHRASES), (chapters, CHAPTER.replace("start", "two"))),
    ],
)
def test_the_right_texts_are_read(read: Read, text: str) -> None:
    assert read(text)


def test_a_wrong_field_of_the_form_is_told_with_its_line() -> None:
    text = (content.HERE / "dialogs/request.yaml").read_text(encoding="utf-8")
    (problem,) = refused(request.read_request, text.replace("    type: phone\n", "    type: fax\n", 1))
    assert text.splitlines()[problem.line - 1] == "  phone:"
