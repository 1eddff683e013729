"""What cannot be proved cannot be proposed: the refusal names every problem with the place where it is mended."""

import pytest

from bot.usecases.content import drafts, publishing
from bot.usecases.content.drafts import Edit
from bot.usecases.content.publishing import Blocked
from storage.drafts import DraftEdit
from tests.usecases.content.editorial_desk import BOTH, Desk


async def test_a_refusal_names_every_problem_with_the_place_to_mend_it(desk: Desk) -> None:
    draft_id = await desk.draft(
        Edit("text", "court", "Zvaniet 67000000.", "lv"),
        Edit("text", "court", "Звоните.", "ru"),
        Edit("text", "menu:court", "Ļoti gara poga, kas nekādi neietilpst vienā pogā uz tālruņa", "lv"),
        Edit("text", "menu:court", "Суд", "ru"),
        Edit("fact", "emergency", {"expires_on": "2026-11-22", "verified_on": "2026-01-01"}),
        Edit("choice", "court:nowhere", {"to": "no-such-screen"}),
    )
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    places = {(place.kind, place.name, place.language) for place in blocked.value.problems}
    assert {
        ("text", "court", "lv"),
        ("text", "menu:court", "lv"),
        ("fact", "emergency", ""),
        ("screen", "court", ""),
    } <= places
    assert {("text", "court:nowhere", "lv"), ("text", "court:nowhere", "ru")} <= places
    assert (await drafts.read_draft(desk.runtime, draft_id)).heading.standing == "open"


@pytest.mark.parametrize(
    "key,text,why",
    [
        ("danger", "Lūdzu, uzgaidiet.", "must say the number 112"),
        ("danger:without", "Zvaniet {fact:emergency_phone}.", "must say how to reach help without speaking"),
        ("court", "Tiesas laiks –\n{fact:emergency}", "while emergency is withheld"),
        ("court", "Tiesa ir Brīvības ielā 34.", "is a typed address"),
    ],
)
async def test_what_takes_the_help_away_is_not_published(desk: Desk, key: str, text: str, why: str) -> None:
    draft_id = await desk.draft(*(Edit("text", key, text, language) for language in BOTH))
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    assert any(why in place.problem.sentence and place.name == key for place in blocked.value.problems)


@pytest.mark.parametrize(
    "also",
    [{"source": "https://example.org/new"}, {"verified_on": "2026-11-23"}, {"note": "Bija kļūda."}],
    ids=lambda also: next(iter(also)),
)
async def test_a_value_changes_with_its_source_its_day_or_a_reason(desk: Desk, also: dict[str, str]) -> None:
    draft_id = await desk.draft(Edit("fact", "emergency", {"value": "113"}))
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    (asked,) = blocked.value.problems
    assert (asked.kind, asked.name) == ("fact", "emergency")
    assert "say in its note why" in asked.problem.sentence
    await drafts.save_edit(desk.runtime, desk.eva, draft_id, Edit("fact", "emergency", {"value": "113", **also}), 1)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")


async def test_a_draft_that_cannot_be_read_is_refused_with_its_row(desk: Desk) -> None:
    draft_id = await desk.draft()
    row = DraftEdit(
        draft_id=draft_id, kind="fact", name="emergency", language="", value={"kind": "colour"}, version=0, place=0,
        edited_by=desk.eva.id, edited_at=desk.runtime.now(),
    )  # fmt: skip
    async with desk.runtime.database.store() as store:
        await store.drafts.save(row, 0)  # as a program before this one may have done; now it is refused
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    assert [(place.kind, place.name) for place in blocked.value.problems] == [("fact", "emergency")]
