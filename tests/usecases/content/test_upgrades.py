"""An upgraded program brings content of its own: what was edited at the desk stays, and clashes are chosen."""

from pathlib import Path

import pytest

from bot.content import Content, parse
from bot.editing import apply
from bot.runtime import Runtime
from bot.usecases.content import drafts, publishing, revisions, upgrades
from bot.usecases.content.drafts import Edit
from bot.usecases.refused import NotFound
from tests import packages
from tests.usecases.content.approving import approves
from tests.usecases.content.editorial_desk import Desk, again, court

HUMAN = Edit("text", "exit:human", "Ar cilvēku", "lv")


async def upgraded(desk: Desk, content: Content) -> Desk:
    """The same people before the next version of the program."""
    runtime = again(desk.runtime, content)
    await upgrades.remember(runtime)
    await revisions.take_newest(runtime)
    return Desk(runtime, desk.eva, desk.anna, desk.peteris, desk.zane)


def newer(small: Content, *edits: Edit) -> Content:
    return parse(apply(small.files, edits))


@pytest.mark.long
async def test_edits_of_the_desk_stay_and_of_a_clash_the_editor_chooses(desk: Desk, small: Content) -> None:
    await upgrades.remember(desk.runtime)
    await desk.published(*court("Mūsu vārdi."))
    new = await upgraded(desk, newer(small, *court("Programmas vārdi."), HUMAN))
    assert (await revisions.in_use(new.runtime)).program_changed
    assert await upgrades.can_merge(new.runtime)
    draft_id = await upgrades.open_draft(new.runtime, new.eva)
    draft = await drafts.read_draft(new.runtime, draft_id)
    content = drafts.readable(draft)
    assert (content.text("court", "lv"), content.text("exit:human", "lv")) == ("Mūsu vārdi.", "Ar cilvēku")
    found = await upgrades.list_choices(new.runtime, draft)
    assert [(choice.clash.name, choice.clash.theirs, choice.takes_theirs) for choice in found] == [
        ("court", "Programmas vārdi.", False), ("court", "Programmas vārdi.", False)]  # fmt: skip

    await upgrades.choose(new.runtime, new.eva, draft_id, found[0].clash.id, theirs=True)
    draft = await drafts.read_draft(new.runtime, draft_id)
    assert [choice.takes_theirs for choice in await upgrades.list_choices(new.runtime, draft)] == [True, False]
    await upgrades.choose(new.runtime, new.eva, draft_id, found[1].clash.id, theirs=True)
    await upgrades.choose(new.runtime, new.eva, draft_id, found[0].clash.id, theirs=False)
    draft = await drafts.read_draft(new.runtime, draft_id)
    assert [choice.takes_theirs for choice in await upgrades.list_choices(new.runtime, draft)] == [False, True]
    with pytest.raises(NotFound):
        await upgrades.choose(new.runtime, new.eva, draft_id, "dialogs/none.yaml#", theirs=True)


async def test_the_offer_stands_until_it_is_published_whatever_else_is(desk: Desk, small: Content) -> None:
    await upgrades.remember(desk.runtime)
    await desk.published(*court("Mūsu vārdi."))
    new = await upgraded(desk, newer(small, HUMAN, Edit("text", "exit:human", "С человеком", "ru")))
    await new.published(*court("Citi vārdi."))
    assert (await revisions.in_use(new.runtime)).program_changed
    draft_id = await upgrades.open_draft(new.runtime, new.eva)
    await publishing.propose(new.runtime, new.eva, draft_id, "Jauna programma")
    await approves(new.runtime, new.zane, draft_id)
    assert not (await revisions.in_use(new.runtime)).program_changed
    content = new.runtime.content
    assert (content.text("court", "lv"), content.text("exit:human", "lv")) == ("Citi vārdi.", "Ar cilvēku")
    rollback = await publishing.propose_rollback(new.runtime, new.peteris, 1, "")
    await approves(new.runtime, new.zane, rollback)
    assert (await revisions.in_use(new.runtime)).program_changed


async def test_the_first_upgrade_finds_its_base_in_what_the_drafts_began_with(desk: Desk, small: Content) -> None:
    """Published before the program kept the packages it came with."""
    await desk.published(*court("Mūsu vārdi."))
    new = await upgraded(desk, newer(small, HUMAN))
    draft = await drafts.read_draft(new.runtime, await upgrades.open_draft(new.runtime, new.eva))
    assert drafts.readable(draft).text("court", "lv") == "Mūsu vārdi."
    assert drafts.readable(draft).text("exit:human", "lv") == "Ar cilvēku"


async def test_without_a_base_the_programs_content_comes_whole(desk: Desk, small: Content, tmp_path: Path) -> None:
    await publishing.withdraw_now(desk.runtime, desk.eva, "emergency", "Numurs vairs nedarbojas")
    brought = packages.read(tmp_path / "newer", words={"lv": {"court": "Jaunā programma."}})
    new = await upgraded(desk, brought)
    assert not await upgrades.can_merge(new.runtime)
    draft = await drafts.read_draft(new.runtime, await upgrades.open_draft(new.runtime, new.eva))
    assert draft.content == brought
    assert await upgrades.list_choices(new.runtime, draft) == ()


async def test_a_package_is_kept_once(runtime: Runtime) -> None:
    for _ in range(2):
        await upgrades.remember(runtime)
    async with runtime.database.store() as store:
        kept = await store.revisions.shipped(runtime.shipped)
        assert kept
        assert kept.files == dict(runtime.content.files)
