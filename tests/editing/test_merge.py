"""What a new program brings, merged with what was edited at the desk: both are there, and clashes are named."""

import pytest

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.editing.merge import Merged, merge, part_of
from bot.engine.languages import LANGUAGES
from bot.proof import prove
from bot.runtime import RIGA
from bot.usecases.content.changes import Changes, compare
from tests.faces import Clock

EACH = LANGUAGES
DESK = [
    Edit("text", "exit:back", "Uz sākumu", "lv"),
    Edit("text", "exit:human", "Saruna ar cilvēku", "lv"),
    Edit("fact", "court_fee", {"note": "Zvanīts 20. novembrī"}),
    Edit("fact", "marta_phone", {"value": "67222922"}),
    Edit("phrases", "housing", {"add": ["kur likties ar mantām"], "remove": []}, "lv"),
    Edit("phrases", "housing", {"add": ["куда деться с вещами"], "remove": []}, "ru"),
    Edit("danger", "danger", {"add": ["sit ar krēslu"], "remove": []}, "lv"),
    Edit("despair", "despair", {"add": ["viss ir melns"], "remove": []}, "lv"),
    Edit("choice", "court-protection:proof", None),
    Edit("retire", "stalking", {"to": "digital-safety"}),
    Edit(
        "topic",
        "night-shelter",
        {
            "menu": "menu.other",
            "texts": dict.fromkeys(EACH, "Par naktspatversmi {fact:helpline_116006_phone}."),
            "button": dict.fromkeys(EACH, "Kur nakšņot"),
            "phrases": {"lv": ["nav kur nakšņot šonakt"]},
        },
    ),
]
PROGRAM = [
    Edit("text", "exit:human", "Runāt ar kādu", "lv"),
    Edit("text", "exit:human", "Поговорить с кем-то", "ru"),
    Edit("fact", "marta_phone", {"value": "67222923"}),
    Edit("fact", "emergency_name", {"note": "Programma"}),
    Edit("phrases", "housing", {"add": ["kur dzīvot pēc šķiršanās jau rīt"], "remove": []}, "lv"),
    Edit("order", "court-protection", ["menu", "contact"]),
]
CLASHES = [
    "dialogs/court-protection.yaml#court-protection",
    "dialogs/facts.yaml#marta_phone",
    "locales/lv/LC_MESSAGES/dialogs.po#exit:human",
]


def merged(shipped: Content, *chosen: str) -> Merged:
    return merge(shipped.files, apply(shipped.files, DESK), apply(shipped.files, PROGRAM), chosen)


def nothing(found: Changes) -> bool:
    return not any((found.texts, found.facts, found.services, found.phrases, found.danger, found.despair, found.links))


def test_what_either_side_changed_is_there_and_what_both_changed_is_named(shipped: Content, clock: Clock) -> None:
    both = merged(shipped)
    assert [clash.id for clash in both.clashes] == CLASHES
    content = parse(both.files)
    assert content.text("exit:back", "lv") == "Uz sākumu"
    assert content.text("exit:human", "lv") == "Saruna ar cilvēku"
    assert content.text("exit:human", "ru") == "Поговорить с кем-то"
    assert (content.facts["court_fee"].note, content.facts["emergency_name"].note) == (
        "Zvanīts 20. novembrī", "Programma")  # fmt: skip
    assert content.facts["marta_phone"].tel == "+37167222922"
    assert {"kur likties ar mantām", "kur dzīvot pēc šķiršanās jau rīt"} <= {
        *content.phrasebook.topics["housing"]["lv"]
    }
    assert "sit ar krēslu" in content.phrasebook.danger["lv"]
    assert "viss ir melns" in content.phrasebook.despair["lv"]
    assert "night-shelter" in content.dialogue.topics
    assert content.phrasebook.topics["night-shelter"]["lv"] == ("nav kur nakšņot šonakt",)
    assert "stalking" not in content.dialogue.topics
    assert "stalking" not in content.phrasebook.topics
    prove(content, clock().astimezone(RIGA).date())


def test_of_a_clash_the_programs_side_is_taken_where_somebody_chose_it(shipped: Content) -> None:
    both = merged(shipped, *CLASHES)
    content, theirs = parse(both.files), apply(shipped.files, PROGRAM)
    assert content.text("exit:human", "lv") == "Runāt ar kādu"
    assert content.facts["marta_phone"].tel == "+37167222923"
    assert content.dialogue.screens["court-protection"].choice("proof")
    assert content.text("exit:back", "lv") == "Uz sākumu"
    assert all(part_of(both.files, clash) == part_of(theirs, clash) == clash.theirs for clash in both.clashes)


@pytest.mark.parametrize("edits", [DESK, PROGRAM, []], ids=["desk", "program", "nobody"])
def test_where_one_side_changed_nothing_the_other_stands(shipped: Content, edits: list[Edit]) -> None:
    edited = apply(shipped.files, edits)
    assert merge(shipped.files, shipped.files, edited) == Merged(edited, ())
    ours = merge(shipped.files, edited, shipped.files)
    assert ours.clashes == ()
    assert nothing(compare(parse(edited), parse(ours.files)))
    assert merge(shipped.files, edited, edited).clashes == ()
