"""An edit changes what was edited, and nothing else of the package."""

import unicodedata
from collections.abc import Mapping
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest

from bot.content import Content, parse
from bot.editing import Edit, apply, attempt, value_of
from bot.engine.check import check
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent
from tests import packages
from tests.faces import Clock

LV = "locales/lv/LC_MESSAGES/dialogs.po"
EACH = LANGUAGES


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    """The lines taken (`-`) and added (`+`) in each file that is not what it was."""
    files = [file for file in {*before, *after} if before.get(file) != after.get(file)]
    return {
        file: [
            line.rstrip("\n")
            for line in ndiff(before.get(file, "").splitlines(), after.get(file, "").splitlines())
            if line[0] in "+-"
        ]
        for file in files
    }


def in_each(text: str) -> dict[str, str]:
    return dict.fromkeys(EACH, text)


def test_no_edits_leave_every_byte_as_it_was(shipped: Content) -> None:
    assert apply(shipped.files, []) == shipped.files
    assert parse(apply(shipped.files, [])).revision == shipped.revision


def test_a_button_reworded_is_one_line(shipped: Content) -> None:
    after = apply(shipped.files, [Edit("text", "menu:court", "Tiesas aizsardzība mājās", "lv")])
    (lines,) = changed(shipped.files, after).values()
    assert lines[-1] == '+ msgstr "Tiesas aizsardzība mājās"'
    assert len(lines) == 2


def test_the_same_words_again_change_nothing(shipped: Content) -> None:
    edits = [Edit("text", key, text, "lv") for key, text in shipped.words["lv"].items()]
    assert apply(shipped.files, edits) == shipped.files


def test_a_text_is_kept_with_each_letter_in_one_piece_and_without_signs_that_nobody_sees(shipped: Content) -> None:
    typed = unicodedata.normalize("NFD", shipped.text("exit:human", "lv")) + "\u200b"
    assert apply(shipped.files, [Edit("text", "exit:human", typed, "lv")]) == shipped.files


def test_a_text_with_quotes_breaks_and_backslashes_reads_back(shipped: Content) -> None:
    text = 'Viņa teica: "nē".\n\n• C:\\ceļš\n\n' + "vārds " * 60
    after = parse(apply(shipped.files, [Edit("text", "start", text, "lv")]))
    assert after.text("start", "lv") == text
    assert {key for key in after.words["lv"] if after.words["lv"][key] != shipped.words["lv"][key]} == {"start"}


def test_a_screen_lists_the_facts_its_texts_cite_without_anybody_minding(tmp_path: Path, clock: Clock) -> None:
    content = packages.read(tmp_path)
    cites = [Edit("text", "court", "Zvaniet {fact:emergency}.", language) for language in ("lv", "ru")]
    after = parse(apply(content.files, cites))
    assert after.dialogue.screens["court"].facts == ("emergency",)
    check(after, clock().date())
    back = apply(after.files, [Edit("text", "court", "Tiesa sargā.", language) for language in ("lv", "ru")])
    assert back["dialogs/all.yaml"] == content.files["dialogs/all.yaml"]


@pytest.mark.parametrize(
    "fields, lines",
    [
        ({"value": "113"}, ['-     value: "112"', '+     value: "113"']),
        ({"verified_on": "2026-11-25"}, ["-     verified_on: 2026-11-22", "+     verified_on: 2026-11-25"]),
        ({"owner": "jurists"}, ["-     owner: content", "+     owner: jurists"]),
        ({"note": None}, ['-     note: "One number for the whole European Union, set by law; therefore two years."']),
        ({"law": "likums, 1. pants"}, ['+     law: "likums, 1. pants"']),
    ],
)
def test_a_field_of_a_fact_is_one_line(shipped: Content, fields: Mapping[str, Any], lines: list[str]) -> None:
    after = apply(shipped.files, [Edit("fact", "emergency_phone", fields)])
    assert changed(shipped.files, after) == {"dialogs/facts.yaml": lines}


def test_a_value_changes_in_one_language_alone(shipped: Content) -> None:
    value = {**shipped.facts["emergency_cost"].value, "ru": "бесплатно со всех телефонов"}
    after = parse(apply(shipped.files, [Edit("fact", "emergency_cost", {"value": value})]))
    assert after.facts["emergency_cost"].value == value


def test_a_fact_is_withdrawn_by_one_line_and_comes_back(shipped: Content) -> None:
    withdrawn = Edit("withdrawn", "prevention_22045225_phone", True)
    after = apply(shipped.files, [withdrawn])
    assert changed(shipped.files, after) == {"dialogs/facts.yaml": ["+     withdrawn: true"]}
    assert parse(after).facts[withdrawn.name].withdrawn
    assert apply(after, [Edit("withdrawn", withdrawn.name, False)]) == shipped.files


def test_a_fact_and_a_service_can_be_added_and_taken_out(shipped: Content) -> None:
    sourced = {
        "source": "https://example.org", "verified_on": "2026-11-23", "expires_on": "2027-05-01", "owner": "content",
        "confidence": "high",
    }  # fmt: skip
    fact = Edit("fact", "night_bus_phone", {"kind": "phone", "value": "67000000", **sourced})
    places = {
        "places": ["balvu-novads"],
        "phone": "67000001",
        "names": in_each("Balvu dienests"),
        "doubt": None,
        **sourced,
    }
    edits = [fact, Edit("service", "balvu-novads", places)]
    after = parse(apply(shipped.files, edits))
    assert after.facts["night_bus_phone"].tel == "+37167000000"
    assert after.services["balvu-novads"].phone == "67000001"
    assert (
        apply(after.files, [Edit("fact", "night_bus_phone", None)])["dialogs/facts.yaml"]
        == (shipped.files["dialogs/facts.yaml"])
    )


def test_a_phrase_is_one_line(shipped: Content) -> None:
    edit = Edit("phrases", "housing", {"add": ["kur dzīvot  rīt"], "remove": ["kurš paliek īrētajā dzīvoklī"]}, "lv")
    assert changed(shipped.files, apply(shipped.files, [edit])) == {
        "dialogs/words.yaml": ["-       kurš paliek īrētajā dzīvoklī", "+       kur dzīvot rīt"]
    }


def test_a_topic_is_added_in_every_language_and_proved(shipped: Content, clock: Clock) -> None:
    topic = {
        "menu": "menu.other",
        "texts": in_each("Par mājdzīvniekiem. Tos var paņemt līdzi."),
        "button": in_each("Mājdzīvnieki"),
        "phrases": {"lv": ["kur likt suni"], "ru": ["куда деть собаку"], "en": ["where can my dog go"]},
    }
    after = parse(apply(shipped.files, [Edit("topic", "pets", topic)]))
    assert check(after, clock().date()).topics["pets"] == 3
    assert after.finder.find("kur likt suni", "lv").topics[0].topic == "pets"
    assert after.text("pets:contact", "ru") == shipped.text("helplines:contact", "ru")


def test_a_topic_is_split_and_its_buttons_move_with_their_words(shipped: Content, clock: Clock) -> None:
    split = {
        "topic": "safety-plan",
        "menu": "menu.safety",
        "choices": ["leaving", "after"],
        "texts": in_each("Aiziešana un laiks pēc tās."),
        "button": in_each("Aiziešana"),
    }
    after = parse(apply(shipped.files, [Edit("split", "leaving-home", split)]))
    proved = check(after, clock().date())
    assert proved.topics["leaving-home"] == 3
    assert after.text("leaving-home:leaving", "lv") == shipped.text("safety-plan:leaving", "lv")
    assert [choice.id for choice in after.dialogue.screens["safety-plan"].choices] == [
        "home", "digital", "contact", "leaving-home", "menu",
    ]  # fmt: skip


@pytest.mark.parametrize("to", ["helping-someone", None])
def test_a_retired_topic_leaves_no_link_and_no_word_behind(shipped: Content, clock: Clock, to: str | None) -> None:
    after = parse(apply(shipped.files, [Edit("retire", "economic-violence", {"to": to})]))
    check(after, clock().date())
    assert not [key for key in after.words["lv"] if key.startswith("economic-violence")]
    assert "dialogs/economic-violence.yaml" not in after.files
    assert "economic-violence" not in after.phrasebook.topics


def test_buttons_are_added_ordered_and_taken_away(shipped: Content, clock: Clock) -> None:
    edits = [
        Edit("choice", "menu.other:home", {"to": "housing", "after": "friend"}),
        *(Edit("text", "menu.other:home", "Mājoklis", language) for language in EACH),
        Edit("choice", "menu.other:elderly", None),
        Edit("order", "menu.other", ["myself", "friend"]),
    ]
    after = parse(apply(shipped.files, edits))
    assert [choice.id for choice in after.dialogue.screens["menu.other"].choices] == [
        "myself",
        "friend",
        "home",
        "killed",
        "menu",
    ]
    assert not after.has("menu.other:elderly", "lv")
    check(after, clock().date())


def test_an_edit_that_cannot_be_applied_is_said_and_the_others_are_kept(shipped: Content) -> None:
    edits = [Edit("withdrawn", "no_such_fact", True), Edit("text", "menu:court", "Tiesa", "lv")]
    applied = attempt(shipped.files, edits)
    assert [str(problem) for problem in applied.problems] == ["dialogs/facts.yaml: there is no “no_such_fact” here"]
    assert parse(applied.files).text("menu:court", "lv") == "Tiesa"
    with pytest.raises(BrokenContent):
        apply(shipped.files, edits)


@pytest.mark.parametrize(
    "edit",
    [
        Edit("text", "start", "a\x00b", "lv"),
        Edit("text", "start", "\ud800", "lv"),
        Edit("text", "start", "Labdien"),
        Edit("text", "../start", "Labdien", "lv"),
        Edit("fact", "emergency_phone", {"colour": "red"}),
        Edit("fact", "emergency_phone", {"note": "one\ntwo"}),
        Edit("withdrawn", "emergency_phone", True, "lv"),
        Edit("screen", "new", {"chapter": "../../etc/x"}),
        Edit("no-such", "start", None),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_edit_is_refused(edit: Edit) -> None:
    with pytest.raises(BrokenContent):
        value_of(edit)
