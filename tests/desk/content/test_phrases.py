"""What people type, edited at the desk: phrases of a topic, words of danger, and the box they are tried in."""

from typing import Literal

import pytest

from bot.content import Content
from bot.editing import Edit
from bot.engine.phrasebook import WARNED, Warned
from bot.usecases.content import drafts, publishing
from tests.desk.content.drafting import Editing
from tests.people import a_desk_mate
from tests.usecases.content.approving import approves

HOUSING, DANGER, DESPAIR = "phrases/housing/lv", "danger/lv", "despair/lv"
WISH = "meklēju violetu ķirbi dārzā"


async def page(editing: Editing, path: str) -> str:
    async with editing.browser.get(f"/content/drafts/{editing.draft_id}/{path}".rstrip("/")) as answer:
        assert answer.status == 200
        return await answer.text()


async def sends(editing: Editing, path: str, lines: list[str], status: int = 200, **more: str) -> str:
    fields = {"phrases": "\r\n".join(lines), "seen": "0", **more}
    return await editing.sends(f"/content/drafts/{editing.draft_id}/{path}", fields, status)


def offered(said: str) -> list[str]:
    """The topics that the box offers, best first."""
    return [part.partition("<")[0] for part in said.partition("<ol>")[2].partition("</ol>")[0].split('soft">')[1:]]


async def test_a_phrase_is_tried_saved_shown_to_the_approver_and_taken_back(editing: Editing, shipped: Content) -> None:
    lines = list(shipped.phrasebook.topics["housing"]["lv"])
    assert lines[0] in await page(editing, HOUSING)
    assert offered(await sends(editing, f"{HOUSING}/try", lines, typed=WISH))[0] != "housing"
    tried = await sends(editing, f"{HOUSING}/try", [*lines, WISH], typed="Meklēju violetu ķirbi!")
    assert offered(tried)[0] == "housing"
    assert "Tas netiek saprasts kā briesmas tagad." in tried
    assert WISH in tried  # what was written and not saved stands there
    assert (await editing.draft()).edits == ()

    assert "Saglabāts melnrakstā." in await sends(editing, HOUSING, [*lines[1:], "", f"  {WISH} "])
    draft = await editing.draft()
    assert [edited.edit for edited in draft.edits] == [
        Edit("phrases", "housing", {"add": [WISH], "remove": [lines[0]]}, "lv")
    ]
    assert drafts.readable(draft).phrasebook.topics["housing"]["lv"] == (*lines[1:], WISH)
    assert f'href="/content/drafts/{editing.draft_id}/phrases/housing/lv"' in await page(editing, "")
    changes = await page(editing, "changes")
    assert f"<ins>{WISH}</ins> · <del>{lines[0]}</del>" in changes
    assert editing.runtime.content is shipped

    await sends(editing, HOUSING, lines, seen="1")
    assert (await editing.draft()).edits == ()


async def test_a_phrase_that_belongs_to_another_topic_is_said_and_not_saved(editing: Editing, shipped: Content) -> None:
    lines = list(shipped.phrasebook.topics["housing"]["lv"])
    foreign = shipped.phrasebook.topics["emergency"]["lv"][0]
    said = await sends(editing, HOUSING, [*lines, foreign.upper()], 409)
    assert "Jau pieder citai tēmai" in said
    assert f'href="/content/drafts/{editing.draft_id}/phrases/emergency/lv"' in said
    assert "jau ir tēmā" in said
    assert foreign.upper() in said.partition("<textarea")[2]
    assert "nepaliktu nevienas rindas" in await sends(editing, HOUSING, [], 409)
    assert (await editing.draft()).edits == ()
    await sends(editing, HOUSING, [*lines, "palīgā viņš mani sit ar nazi"])
    said = await page(editing, HOUSING)
    assert "Pirmā tomēr tiktu piedāvāta cita tēma" in said


async def test_words_of_danger_are_a_list_that_a_second_person_approves(editing: Editing, shipped: Content) -> None:
    lines = list(shipped.phrasebook.danger["lv"])
    assert "Tas netiek saprasts kā briesmas tagad." in await sends(editing, f"{DANGER}/try", lines, typed=WISH)
    tried = await sends(editing, f"{DANGER}/try", [*lines, "violet*"], typed=WISH)
    assert "Vispirms 112: tas tiek saprasts kā briesmas tagad." in tried
    await sends(editing, DANGER, [*lines, "violet*"])
    assert "<ins>violet*</ins>" in await page(editing, "changes")
    assert drafts.readable(await editing.draft()).phrasebook.danger["lv"] == (*lines, "violet*")
    assert "neviena burta" in await sends(editing, DANGER, [*lines, "!!!"], 409, seen="1")

    await publishing.propose(editing.runtime, editing.eva, editing.draft_id, "Balons.")
    andris = await a_desk_mate(editing.runtime, "andris", "approver", None)
    assert "readonly" in await page(editing, DANGER)
    assert not shipped.finder.find(WISH, "lv").danger
    await approves(editing.runtime, andris, editing.draft_id)
    assert editing.runtime.content.finder.find(WISH, "lv").danger


async def test_the_box_tells_danger_and_despair_apart(editing: Editing, shipped: Content) -> None:
    lines = list(shipped.phrasebook.despair["lv"])
    neither = await sends(editing, f"{DESPAIR}/try", lines, typed=WISH)
    assert "Tas netiek saprasts kā briesmas tagad." in neither
    assert "Tas netiek saprasts kā izmisums." in neither
    tried = await sends(editing, f"{DESPAIR}/try", [*lines, "violet*"], typed=WISH)
    assert "Vispirms krīzes tālrunis: tas tiek saprasts kā izmisums." in tried
    assert "Tas netiek saprasts kā briesmas tagad." in tried
    assert offered(tried)[0] == "thoughts-of-death"
    both = await sends(editing, f"{DESPAIR}/try", [*lines, "violet*"], typed=f"viņam ir nazis, {WISH}")
    assert both.index("Vispirms 112:") < both.index("Pēc 112 krīzes tālrunis:")
    assert offered(both)[:2] == ["emergency", "thoughts-of-death"]


async def test_words_of_despair_are_edited_compared_and_published(editing: Editing, shipped: Content) -> None:
    lines = list(shipped.phrasebook.despair["lv"])
    await sends(editing, DESPAIR, [*lines, "violet*"])
    assert f'href="/content/drafts/{editing.draft_id}/despair/lv"' in await page(editing, "")
    changes = await page(editing, "changes")
    assert "<h3>Izmisuma vārdi</h3>" in changes
    assert "<ins>violet*</ins>" in changes
    assert f'href="/content/drafts/{editing.draft_id}/despair/lv"' in await page(editing, "topics")
    assert "neviena burta" in await sends(editing, DESPAIR, [*lines, "!!!"], 409, seen="1")
    await publishing.propose(editing.runtime, editing.eva, editing.draft_id, "Balons.")
    await approves(editing.runtime, await a_desk_mate(editing.runtime, "andris", "approver", None), editing.draft_id)
    found = editing.runtime.content.finder.find(WISH, "lv")
    assert (found.danger, found.despair) == (False, True)


@pytest.mark.parametrize(
    "path, kind, name", [(HOUSING, "phrases", "housing"), (DANGER, "danger", "danger"), (DESPAIR, "despair", "despair")]
)
async def test_of_two_editors_of_one_list_the_second_sees_the_firsts(
    editing: Editing, shipped: Content, path: str, kind: Literal["phrases"] | Warned, name: str
) -> None:
    anna = await a_desk_mate(editing.runtime, "anna", "editor", None)
    edit = Edit(kind, name, {"add": ["annas frāze"], "remove": []}, "lv")
    await drafts.save_edit(editing.runtime, anna, editing.draft_id, edit)
    book = shipped.phrasebook
    lines = list(book.warnings(kind)["lv"] if kind in WARNED else book.topics[name]["lv"])
    said = await sends(editing, path, [*lines, WISH], 409)
    assert "Anna to pa šo laiku mainīja" in said
    assert "annas frāze" in said.partition("<textarea")[0]
    assert WISH in said.partition("<textarea")[2]
    await sends(editing, path, [*lines, "annas frāze", WISH], seen="1")
    assert set((await editing.draft()).edits[0].edit.value["add"]) == {"annas frāze", WISH}


async def test_a_topic_nobody_could_type_for_gets_its_first_phrases(editing: Editing) -> None:
    topic = {"menu": "menu.other", "texts": {"lv": "Par suņiem. Tos var ņemt līdzi."}, "button": {"lv": "Suņi"}}
    await drafts.save_edit(editing.runtime, editing.eva, editing.draft_id, Edit("topic", "pets", topic))
    await sends(editing, "phrases/pets/lv", ["kur likt suni"])
    assert drafts.readable(await editing.draft()).phrasebook.topics["pets"] == {
        "lv": ("kur likt suni",), "ru": (), "en": (), "uk": ()}  # fmt: skip
    assert offered(await sends(editing, "phrases/pets/ru/try", [], typed="kur likt suni"))[0] == "pets"
