"""Drafts: edited thing by thing, by several at once, and nothing is ever lost."""

import asyncio

import pytest

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Edit, EditedMeanwhile, NotOpen, Unreadable
from bot.usecases.refused import NotAllowed, NotFound
from storage.drafts import DraftEdit
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate

COURT = Edit("text", "menu:court", "Tiesas aizsardzība", "lv")


async def test_a_draft_reads_as_the_content_in_use_until_it_is_edited(runtime: Runtime, shipped: Content) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft = await drafts.read_draft(runtime, await drafts.open_draft(runtime, eva, "  Tiesa,\nīsāk "))
    assert draft.content == shipped
    assert (draft.heading.title, draft.heading.opened_by, draft.heading.behind) == ("Tiesa, īsāk", "Eva", False)


async def test_what_is_edited_is_in_the_draft_and_not_in_use(runtime: Runtime, shipped: Content) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    assert await drafts.save_edit(runtime, eva, draft_id, COURT) == 1
    await drafts.save_edit(runtime, eva, draft_id, Edit("choice", "menu.other:elderly", None))
    draft = await drafts.read_draft(runtime, draft_id)
    assert draft.content
    assert draft.content.text("menu:court", "lv") == COURT.value
    assert [edited.edit for edited in draft.edits] == [COURT, Edit("choice", "menu.other:elderly", None)]
    assert draft.version_of(COURT) == 1
    assert runtime.content is shipped


async def test_of_two_who_edit_one_text_the_second_sees_the_firsts(runtime: Runtime) -> None:
    eva, anna = await a_desk_mate(runtime, "eva", "editor", None), await a_desk_mate(runtime, "anna", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    await drafts.save_edit(runtime, eva, draft_id, COURT)
    hers = Edit("text", "menu:court", "Aizsardzība tiesā", "lv")
    with pytest.raises(EditedMeanwhile) as raised:
        await drafts.save_edit(runtime, anna, draft_id, hers)
    theirs = raised.value.theirs
    assert theirs
    assert (theirs.edit, theirs.by, theirs.version) == (COURT, "Eva", 1)
    assert await drafts.save_edit(runtime, anna, draft_id, hers, theirs.version) == 2
    with pytest.raises(EditedMeanwhile):
        await drafts.undo(runtime, eva, draft_id, COURT, 1)
    assert (await drafts.read_draft(runtime, draft_id)).heading.editors == ("Anna", "Eva")


async def test_of_two_who_save_at_the_same_moment_one_is_told(
    database_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(database_url, clock, shipped) as runtime, runtime_on(database_url, clock, shipped) as replica:
        eva, anna = [await a_desk_mate(runtime, login, "editor", None) for login in ("eva", "anna")]
        draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
        for version in range(3):
            saves = (
                drafts.save_edit(at, who, draft_id, COURT, version) for at, who in ((runtime, eva), (replica, anna))
            )
            saved = await asyncio.gather(*saves, return_exceptions=True)
            assert sorted(type(result).__name__ for result in saved) == ["EditedMeanwhile", "int"]
        (edited,) = (await drafts.read_draft(replica, draft_id)).edits
        assert edited.version == 3


async def test_an_edit_is_taken_back(runtime: Runtime, shipped: Content) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    version = await drafts.save_edit(runtime, eva, draft_id, COURT)
    await drafts.undo(runtime, eva, draft_id, COURT, version)
    assert (await drafts.read_draft(runtime, draft_id)).content == shipped
    with pytest.raises(EditedMeanwhile) as raised:
        await drafts.undo(runtime, eva, draft_id, COURT, version)
    assert raised.value.theirs is None


@pytest.mark.parametrize(
    "wrong, why",
    [
        (Edit("withdrawn", "no_such_fact", True), "there is no “no_such_fact” here"),
        (Edit("text", "start", "a\x00", "lv"), "holds a letter that cannot be written"),
        (Edit("text", "start", "hallo", "de"), "there is no catalogue of “de”"),
        (Edit("topic", "housing", {"menu": "menu"}), "there is a screen “housing” already"),
    ],
)
async def test_a_mistake_is_said_while_it_is_made(runtime: Runtime, wrong: Edit, why: str) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    with pytest.raises(Unreadable) as raised:
        await drafts.save_edit(runtime, eva, draft_id, wrong)
    assert why in str(raised.value)
    assert (await drafts.read_draft(runtime, draft_id)).edits == ()


async def test_a_draft_that_cannot_be_read_says_where(runtime: Runtime) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Fakti")
    wrong = Edit("fact", "emergency_phone", {"expires_on": "soon"})
    with pytest.raises(Unreadable, match="is not a day"):
        await drafts.save_edit(runtime, eva, draft_id, wrong)
    row = DraftEdit(
        draft_id=draft_id, kind=wrong.kind, name=wrong.name, language="", value=wrong.value, version=0, place=0,
        edited_by=eva.id, edited_at=runtime.now(),
    )  # fmt: skip
    async with runtime.database.store() as store:
        await store.drafts.save(row, 0)  # as an older program may have done
    draft = await drafts.read_draft(runtime, draft_id)
    assert draft.content is None
    (problem,) = draft.problems
    assert "“emergency_phone” has a “expires_on” that is not a day" in problem.sentence
    assert problem.line


async def test_colleagues_in_a_draft_are_seen_for_a_minute(runtime: Runtime, clock: Clock) -> None:
    eva, anna = await a_desk_mate(runtime, "eva", "editor", None), await a_desk_mate(runtime, "anna", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    assert await drafts.report_presence(runtime, eva, draft_id, "court-protection") == ()
    (there,) = await drafts.report_presence(runtime, anna, draft_id, "court-protection")
    assert (there.name, there.screen) == ("Eva", "court-protection")
    clock.move(seconds=61)
    assert await drafts.report_presence(runtime, anna, draft_id, "court-protection") == ()


async def test_a_discarded_draft_is_out_of_the_list_and_closed(runtime: Runtime) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    assert [heading.id for heading in await drafts.list_drafts(runtime)] == [draft_id]
    await drafts.discard(runtime, eva, draft_id)
    assert await drafts.list_drafts(runtime) == []
    with pytest.raises(NotFound):
        await drafts.save_edit(runtime, eva, draft_id, COURT)


async def test_what_was_proposed_is_edited_by_nobody(runtime: Runtime) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    async with runtime.database.store() as store:
        row = await store.drafts.by_id(draft_id)
        assert row
        row.standing = "proposed"
    with pytest.raises(NotOpen):
        await drafts.save_edit(runtime, eva, draft_id, COURT)


async def test_only_editors_edit(runtime: Runtime) -> None:
    eva, peteris = (
        await a_desk_mate(runtime, "eva", "editor", None),
        await a_desk_mate(runtime, "peteris", "approver", None),
    )
    draft_id = await drafts.open_draft(runtime, eva, "Tiesa")
    for refused in (
        drafts.open_draft(runtime, peteris, "Tiesa"),
        drafts.save_edit(runtime, peteris, draft_id, COURT),
        drafts.undo(runtime, peteris, draft_id, COURT, 0),
        drafts.discard(runtime, peteris, draft_id),
    ):
        with pytest.raises(NotAllowed):
            await refused
