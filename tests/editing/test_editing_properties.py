"""Whatever is edited, and in whatever order: the package stays readable, or says where it is not."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import Content, parse, read
from bot.editing import Edit, attempt, value_of
from bot.editing.whereabouts import to_mend
from bot.engine.check import check
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent, Problem, broken
from bot.engine.spelling import composed
from tests import packages

TODAY = date(2026, 11, 23)
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORDS = st.one_of(
    LETTERS,
    st.sampled_from(["", "Labdien!", "{fact:emergency}", "{fact:none}", "a\n\nb", '"', "\\", "#: x", "- {a: b}"]),
)
SCREENS = ("start", "danger", "human", "menu", "court", "request.offer", "new", "no-such")
NAMES = st.sampled_from([*SCREENS, "emergency", "court-protection", "menu:court", "court:menu", "court:new", "riga"])
LANGUAGE = st.sampled_from([*LANGUAGES, "", "xx"])
EACH = st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=len(LANGUAGES))
SCREEN = st.sampled_from(SCREENS)
FACT = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["phone", "colour", ""]), "value": st.one_of(WORDS, EACH, st.none()),
        "expires_on": st.sampled_from(["2027-01-01", "2027-02-30", "soon"]), "doubt": st.one_of(EACH, st.none()),
        "confidence": st.sampled_from(["high", "review"]), "withdrawn": st.booleans(), "note": WORDS,
        "owner": WORDS, "source": WORDS, "law": WORDS, "places": st.lists(WORDS, max_size=2),
    },
)  # fmt: skip
LINK = st.fixed_dictionaries({}, optional={"to": SCREEN, "enter": SCREEN, "tells": st.booleans(), "after": NAMES})
TOPIC = st.fixed_dictionaries(
    {"menu": SCREEN}, optional={"texts": EACH, "button": EACH, "after": NAMES,
                                "phrases": st.dictionaries(st.sampled_from(["lv", "ru"]), st.lists(WORDS, max_size=2))}
)  # fmt: skip
VALUES: Mapping[Any, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "fact": st.one_of(FACT, st.none()),
    "service": st.one_of(FACT, st.none()),
    "withdrawn": st.booleans(),
    "phrases": st.fixed_dictionaries({}, optional={"add": st.lists(WORDS, max_size=3), "remove": st.lists(WORDS)}),
    "danger": st.fixed_dictionaries({}, optional={"add": st.lists(WORDS, max_size=3), "remove": st.lists(WORDS)}),
    "despair": st.fixed_dictionaries({}, optional={"add": st.lists(WORDS, max_size=3), "remove": st.lists(WORDS)}),
    "topic": TOPIC,
    "split": st.fixed_dictionaries(
        {"topic": NAMES, "choices": st.lists(NAMES, max_size=2)},
        optional={"menu": SCREEN, "texts": EACH, "button": EACH},
    ),
    "screen": st.one_of(st.none(), st.fixed_dictionaries({"chapter": NAMES, "choices": st.dictionaries(NAMES, LINK)})),
    "choice": st.one_of(LINK, st.none()),
    "order": st.lists(NAMES, max_size=4),
    "retire": st.fixed_dictionaries({}, optional={"to": st.one_of(SCREEN, st.none())}),
    "still": WORDS,
}
EDIT = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.builds(Edit, st.just(kind), NAMES, VALUES[kind], LANGUAGE)
)


@cache
def small() -> Content:
    with TemporaryDirectory() as folder:
        return packages.read(Path(folder) / "package")


@cache
def shipped() -> Content:
    return read()


def fit(edit: Edit) -> bool:
    try:
        value_of(edit)
    except BrokenContent:
        return False
    return True


def wrong_with(files: Mapping[str, str], proving: bool = True) -> tuple[Problem, ...]:
    """What is wrong with a package. Anything else that is raised is a mistake of the program."""
    try:
        content = parse(files)
        if proving:
            check(content, TODAY)
    except BrokenContent as broken:
        return broken.problems
    return ()


@given(st.lists(EDIT, max_size=8))
@settings(max_examples=150)
def test_no_sequence_of_edits_makes_a_package_that_cannot_be_spoken_about(edits: list[Edit]) -> None:
    files = attempt(small().files, edits).files
    problems = wrong_with(files)
    assert all(problem.file and to_mend(files, problem).name for problem in problems)


@given(st.lists(EDIT, max_size=6))
@settings(max_examples=60)
def test_what_cannot_be_applied_changes_nothing(edits: list[Edit]) -> None:
    good = [edit for edit in edits if fit(edit) and not attempt(small().files, [edit]).problems][:1]
    wrong = [edit for edit in edits if not fit(edit)]
    assert attempt(small().files, [*wrong, *good]).files == attempt(small().files, good).files


@given(st.data())
@settings(max_examples=40)
def test_one_text_edited_is_one_text_changed(data: st.DataObject) -> None:
    content = shipped()
    language = data.draw(st.sampled_from(sorted(content.words)))
    key = data.draw(st.sampled_from(sorted(content.words[language])))
    text = data.draw(LETTERS.filter(composed))
    edit = Edit("text", key, text, language)
    if not fit(edit):
        return
    after = parse(attempt(content.files, [edit]).files)
    expected = {code: dict(words) for code, words in content.words.items()}
    expected[language][key] = composed(text)
    assert after.words == expected
    assert (after.facts, after.services) == (content.facts, content.services)


@given(st.sampled_from(sorted(shipped().facts)), st.sampled_from(["note", "owner", "law", "use"]), LETTERS)
@settings(max_examples=25)
def test_one_field_edited_is_one_fact_changed(fact: str, field: str, text: str) -> None:
    edit = Edit("fact", fact, {field: text})
    if not fit(edit):
        return
    files = attempt(shipped().files, [edit]).files
    if problems := wrong_with(files, proving=False):
        assert [to_mend(files, problem).name for problem in problems] == [fact]
        return
    after = parse(files)
    changed = {name for name in after.facts if _told(after, name) != _told(shipped(), name)}
    assert changed <= {fact}
    assert getattr(after.facts[fact], field) == composed(text).strip()


def _told(content: Content, name: str) -> dict[str, object]:
    fact = content.facts[name]
    return {
        field: getattr(fact, field) for field in (*type(fact).__slots__, "source", "note", "owner") if field != "line"
    }


def test_a_problem_leads_to_the_text_or_screen_it_is_about_wherever_its_line_is() -> None:
    files = {"dialogs/all.yaml": "", "locales/lv/LC_MESSAGES/dialogs.po": ""}
    text = broken("typed number", "locales/lv/LC_MESSAGES/dialogs.po", found="112", key="court:how", language="lv")
    place = to_mend(files, text)
    assert (place.kind, place.name, place.language, place.screen) == ("text", "court:how", "lv", "court")
    place = to_mend(files, broken("dead end", "dialogs/all.yaml", screen="court"))
    assert (place.kind, place.name) == ("screen", "court")


def test_a_problem_without_a_place_leads_to_its_file() -> None:
    assert to_mend({}, broken("not a catalogue", "dialogs/none.yaml", 3)).kind == "file"
