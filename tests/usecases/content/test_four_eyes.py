"""A draft is what people read once a second person, who wrote nothing of it, has read and approved just that."""

import asyncio
from datetime import datetime

import pytest

from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, publishing
from bot.usecases.content.drafts import Edit, EditedMeanwhile, NotOpen
from bot.usecases.refused import NotAllowed, Refused
from storage.drafts import DraftEdit
from tests.storage.rows import NOW
from tests.usecases.content.approving import approves
from tests.usecases.content.editorial_desk import HUMAN, Desk, court


async def test_what_a_second_person_approves_is_what_people_read(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    assert desk.runtime.content.text("court", "lv") == "Tiesa sargā."
    assert await approves(desk.runtime, desk.peteris, draft_id) == 1
    assert desk.runtime.content.text("court", "lv") == "Tiesa var sargāt."
    (line,) = await publishing.history(desk.runtime)
    assert (line.by, line.approved_by, line.note, line.in_use) == ("Eva", "Peteris", "Skaidrāk", True)
    assert line.hash == desk.runtime.content.revision
    assert f"content {line.hash}" in line.certificate
    async with desk.runtime.database.store() as store:
        events = [(entry.event, entry.actor) for entry in await store.audit.entries()]
    assert events[:3] == [
        ("content_published", desk.peteris.id), ("draft_proposed", desk.eva.id), ("draft_opened", desk.eva.id),
    ]  # fmt: skip


async def test_only_an_approver_who_wrote_nothing_of_it_can_approve(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    for editor in (desk.eva, desk.anna):
        with pytest.raises(NotAllowed):
            await approves(desk.runtime, editor, draft_id)
    became = SignedIn(desk.eva.id, "Eva", "eva", "approver", None)  # the same person with another role
    with pytest.raises(NotAllowed):
        await approves(desk.runtime, became, draft_id)
    assert desk.runtime.revision == 0


async def test_of_two_with_one_name_she_who_wrote_nothing_of_it_approves(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    heading = (await drafts.read_draft(desk.runtime, draft_id)).heading
    namesake = SignedIn(desk.zane.id, "Eva", "zane", "approver", None)
    assert publishing.may_approve(namesake, heading)
    assert await approves(desk.runtime, namesake, draft_id) == 1


async def test_who_wrote_it_does_not_approve_it_under_another_name(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    renamed = SignedIn(desk.eva.id, "Zane", "zane", "approver", None)
    assert not publishing.may_approve(renamed, (await drafts.read_draft(desk.runtime, draft_id)).heading)
    with pytest.raises(NotAllowed):
        await approves(desk.runtime, renamed, draft_id)


async def test_whoever_edited_and_took_it_back_has_still_written(desk: Desk) -> None:
    draft_id = await desk.draft(*court("Tiesa var sargāt."))
    edit = Edit("text", "menu:court", "Tiesa!", "lv")
    version = await drafts.save_edit(desk.runtime, desk.anna, draft_id, edit)
    await drafts.undo(desk.runtime, desk.anna, draft_id, edit, version)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    with pytest.raises(NotAllowed):
        await approves(desk.runtime, SignedIn(desk.anna.id, "Anna", "anna", "approver", None), draft_id)


async def test_a_draft_goes_back_with_a_reason_and_comes_again(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    with pytest.raises(Refused):
        await publishing.send_back(desk.runtime, desk.peteris, draft_id, " ")
    await publishing.send_back(desk.runtime, desk.peteris, draft_id, "Vēl par laiku")
    heading = (await drafts.read_draft(desk.runtime, draft_id)).heading
    assert (heading.standing, heading.sent_back_by, heading.sent_back_why) == ("open", "Peteris", "Vēl par laiku")
    with pytest.raises(NotOpen):
        await approves(desk.runtime, desk.peteris, draft_id)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    assert await approves(desk.runtime, desk.peteris, draft_id) == 1


async def test_only_what_was_read_is_approved(desk: Desk) -> None:
    draft_id = await desk.proposed(*court("Tiesa var sargāt."))
    read = (await drafts.read_draft(desk.runtime, draft_id)).content
    assert read
    await publishing.send_back(desk.runtime, desk.zane, draft_id, "Vēl par laiku")
    for edit in court("Tiesa vienmēr sargā."):
        seen = (await drafts.read_draft(desk.runtime, draft_id)).version_of(edit)
        await drafts.save_edit(desk.runtime, desk.eva, draft_id, edit, seen)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    with pytest.raises(EditedMeanwhile):
        await publishing.approve(desk.runtime, desk.peteris, draft_id, read.revision)
    assert desk.runtime.revision == 0


async def test_what_is_edited_while_it_is_proved_is_not_proposed_unseen(desk: Desk) -> None:
    one, two = court("Tiesa var sargāt.")
    draft_id = await desk.draft(one, two)
    changing: list[asyncio.Task[None]] = []

    async def change() -> None:
        """As many edits as before, each in its first version; and yet others."""
        three = DraftEdit(
            draft_id=draft_id, kind="text", name="human", language="lv", value=HUMAN,
            version=0, place=0, edited_by=desk.anna.id, edited_at=NOW,
        )  # fmt: skip
        async with desk.runtime.database.store() as store:
            await store.drafts.drop(draft_id, *two.place, 1)
            await store.drafts.save(three, 0)

    def now() -> datetime:
        changing[:] = changing or [asyncio.create_task(change())]
        return NOW

    desk.runtime.now = now  # first asked for by the proof, when the draft has been read
    with pytest.raises(EditedMeanwhile):
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    await changing[0]
