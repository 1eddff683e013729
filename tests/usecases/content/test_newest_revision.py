"""Every program takes the newest revision that it can use, at its start and while it runs; a turn keeps to one."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import jobs, startup
from bot.content import Content, parse
from bot.editing import apply
from bot.engine.heard import Pressed
from bot.runtime import Runtime
from bot.usecases.content import publishing, revisions
from bot.usecases.content.drafts import Edit
from bot.usecases.person import converse
from storage.packages import packed
from storage.revisions import Revision
from tests import packages
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.patience import patiently
from tests.people import a_desk_mate
from tests.storage.rows import NOW
from tests.usecases.content.editorial_desk import SHELTER, Desk, a_conversation, again, court, furnished


async def test_the_newest_revision_is_taken_at_the_start(desk: Desk, small: Content) -> None:
    await desk.published(*court("Tiesa var sargāt."))
    runtime = again(desk.runtime, small)
    await revisions.take_newest(runtime)
    assert (runtime.revision, runtime.content.revision) == (1, desk.runtime.content.revision)
    assert not (await revisions.in_use(runtime)).program_changed


@pytest.mark.long
async def test_the_program_starts_with_the_newest_revision(runtime: Runtime, tmp_path: Path, clock: Clock) -> None:
    eva = await a_desk_mate(runtime, "eva", "editor", None)
    await publishing.withdraw_now(runtime, eva, "emergency_app", "Lietotne vairs nedarbojas")
    async with startup.runtime_of(runtime.settings, clock, tmp_path) as started:
        assert (started.revision, started.content.revision) == (1, runtime.content.revision)
        assert started.content.facts["emergency_app"].withdrawn


async def test_a_revision_this_program_cannot_use_leaves_its_own_package_in_use(
    desk: Desk, small: Content, tmp_path: Path
) -> None:
    await desk.published(*court("Tiesa var sargāt."))
    upgraded = packages.read(tmp_path / "newer", words={"lv": {"court": "Jaunā programma."}})
    async with desk.runtime.database.store() as store:
        newest = await store.revisions.newest()
        assert newest
        newest_files = newest.files | {"dialogs/facts.yaml": "facts: {}\n"}
        await store.revisions.add(broken_revision(newest_files))
    runtime = again(desk.runtime, upgraded)
    await revisions.take_newest(runtime)
    assert runtime.content is upgraded
    used = await revisions.in_use(runtime)
    assert used.not_taken
    assert used.not_taken[0] == 2
    assert "emergency" in used.not_taken[1]
    assert used.program_changed
    assert not await publishing.follow(runtime)  # it is not tried again every second


def broken_revision(files: dict[str, str]) -> Revision:
    return Revision(number=2, hash="0" * 12, packed=packed(files), made="publish", published_at=NOW, published_by="eva")


async def test_who_reads_slowly_puts_nothing_older_in_the_place_of_what_is_in_use(desk: Desk) -> None:
    await desk.published(*court("Pirmais."))
    desk.runtime.revision = 0

    def now() -> datetime:
        desk.runtime.revision = 2  # another one was taken meanwhile
        return NOW

    desk.runtime.now = now
    assert not await publishing.follow(desk.runtime)
    assert desk.runtime.revision == 2


async def follows(runtime: Runtime) -> None:
    """Its timetable notices within two seconds."""
    every, follow = jobs.timetable(runtime, None)["follow_revision"]
    assert every < timedelta(seconds=2)
    taken = asyncio.Event()

    async def look() -> None:
        await follow()
        if runtime.revision:
            taken.set()

    async with jobs.scheduled(runtime, {"follow_revision": (every, look)}), patiently():
        await taken.wait()


async def test_another_replica_follows_within_two_seconds_and_a_turn_keeps_one_content(
    postgres_url: str, clock: Clock, small: Content
) -> None:
    async with runtime_on(postgres_url, clock, small) as one, runtime_on(postgres_url, clock, small) as other:
        desk = await furnished(one)
        address = await a_conversation(other, "anna", ("go",))
        await desk.published(*court("Tiesa var sargāt."), Edit("topic", "shelter", SHELTER))
        assert other.content is small
        await follows(other)
        assert other.content == one.content
        assert not await publishing.follow(other)
        reply = await converse.hear(other, address, Pressed("menu", "shelter"))
        assert reply.card
        assert reply.card.screen == "shelter"


async def test_a_turn_keeps_one_content_from_its_first_to_its_last_word(desk: Desk, small: Content) -> None:
    address = await a_conversation(desk.runtime, "anna", ("go",))

    async def publish() -> None:
        desk.runtime.content = parse(apply(small.files, [Edit("retire", "court-protection", {"to": "human"})]))

    reply, _ = await asyncio.gather(converse.hear(desk.runtime, address, Pressed("menu", "court")), publish())
    assert reply.card
    assert reply.card.screen == "court"
    after = await converse.hear(desk.runtime, address, Pressed("court", "menu"))
    assert after.card
    assert after.card.screen == "menu"
