"""From a draft to what people read: proved, approved by a second person, spread, rolled back, and never forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy

from bot import app, jobs
from bot.content import Content, parse
from bot.editing import apply
from bot.engine.heard import Pressed, Started
from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, publishing, revisions
from bot.usecases.content.changes import outdated
from bot.usecases.content.drafts import Edit, EditedMeanwhile, NotOpen
from bot.usecases.content.publishing import Behind, Blocked
from bot.usecases.person import converse
from bot.usecases.person.converse import Address
from bot.usecases.refused import NotAllowed, NotFound, Refused
from storage.drafts import DraftEdit
from storage.packages import packed
from storage.revisions import Revision
from storage.urls import with_driver
from tests import packages
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.patience import patiently
from tests.people import a_desk_mate
from tests.storage.rows import NOW
from tests.usecases.content.approving import approves

BOTH = ("lv", "ru")
HUMAN = "{fact:helpline_116006_phone}, {fact:helpline_116006_hours}, {fact:emergency_phone}: tur klausās."
SHELTER = {
    "menu": "menu",
    "texts": dict.fromkeys(BOTH, "Vieta, kur palikt."),
    "button": dict.fromkeys(BOTH, "Kur palikt"),
}


@dataclass
class Desk:
    """Two who write, two who approve, and what people read."""

    runtime: Runtime
    eva: SignedIn
    anna: SignedIn
    peteris: SignedIn
    zane: SignedIn

    async def draft(self, *edits: Edit, title: str = "Tiesa") -> str:
        draft_id = await drafts.open_draft(self.runtime, self.eva, title)
        for edit in edits:
            await drafts.save_edit(self.runtime, self.eva, draft_id, edit)
        return draft_id

    async def proposed(self, *edits: Edit) -> str:
        draft_id = await self.draft(*edits)
        await publishing.propose(self.runtime, self.eva, draft_id, "Skaidrāk")
        return draft_id

    async def published(self, *edits: Edit) -> int:
        return await approves(self.runtime, self.peteris, await self.proposed(*edits))


def court(text: str) -> tuple[Edit, ...]:
    return tuple(Edit("text", "court", text, language) for language in BOTH)


@pytest.fixture
def small(tmp_path: Path) -> Content:
    return packages.read(tmp_path / "package")


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock, small: Content) -> AsyncIterator[Desk]:
    async with runtime_on(f"sqlite:///{tmp_path / 'blakus.sqlite'}", clock, small) as runtime:
        yield await furnished(runtime)


async def furnished(runtime: Runtime) -> Desk:
    editors = [await a_desk_mate(runtime, login, "editor", None) for login in ("eva", "anna")]
    approvers = [await a_desk_mate(runtime, login, "approver", None) for login in ("peteris", "zane")]
    return Desk(runtime, *editors, *approvers)


# --- The diff ---------------------------------------------------------------------------------------------------------


async def test_the_diff_counts_sentences_facts_and_ways(desk: Desk) -> None:
    draft_id = await desk.draft(
        Edit("text", "court", "Tiesa sargā. Pajautājiet tur.", "lv"),
        Edit("text", "court", "Tiesa sargā. Спросите там.", "ru"),
        Edit("text", "menu:court", "Суд", "ru"),
        Edit("fact", "emergency", {"expires_on": "2027-12-01"}),
        Edit("topic", "shelter", SHELTER),
    )
    found = await publishing.compare_draft(desk.runtime, draft_id)
    texts = {(text.key, text.language) for text in found.texts}
    assert {("court", "lv"), ("court", "ru"), ("menu:court", "ru"), ("shelter", "lv")} <= texts
    assert found.only_in == {"ru": 1}
    assert found.sentences == 1 + 1 + len({key for key, _ in texts if "shelter" in key})
    (fact,) = found.facts
    assert (fact.id, fact.how, [field for field, *_ in fact.fields]) == ("emergency", "changed", ["expires_on"])
    assert [(link.screen, link.choice, link.before, link.after) for link in found.links if link.screen == "menu"] == [
        ("menu", "shelter", None, "shelter")
    ]
    assert (found.screens_added, found.topics_added) == (("shelter",), ("shelter",))
    assert set(found.paths) == {"court-protection", "shelter"}


async def test_nothing_edited_is_no_change(desk: Desk) -> None:
    found = await publishing.compare_draft(desk.runtime, await desk.draft())
    assert found.nothing
    assert not found.paths
    assert not found.outdated


async def test_the_diff_counts_running_conversations_and_names_nobody(desk: Desk) -> None:
    for number, presses in enumerate(((), ("go",), ("go", "court"))):
        await a_conversation(desk.runtime, f"person {number}", presses)
    draft_id = await desk.draft(
        *court("Cits teksts."), Edit("topic", "shelter", SHELTER), Edit("text", "menu", "Citi temati.", "lv")
    )
    touched = (await publishing.compare_draft(desk.runtime, draft_id)).touched
    assert (touched.running, touched.on_changed, touched.on_removed) == (3, 2, 0)
    gone = await desk.draft(Edit("retire", "court-protection", {}))
    touched = (await publishing.compare_draft(desk.runtime, gone)).touched
    assert (touched.running, touched.on_removed) == (3, 1)


async def a_conversation(runtime: Runtime, key: str, presses: tuple[str, ...]) -> Address:
    address = Address("web", key)
    reply = await converse.hear(runtime, address, Started("lv"))
    for choice in presses:
        assert reply.card
        reply = await converse.hear(runtime, address, Pressed(reply.card.screen, choice))
    return address


# --- Translations that fell behind ------------------------------------------------------------------------------------


async def test_a_text_older_than_its_peer_blocks_until_it_changes_or_is_still_right(desk: Desk) -> None:
    draft_id = await desk.draft(Edit("text", "court", "Tiesa var sargāt.", "lv"))
    (late,) = (await publishing.compare_draft(desk.runtime, draft_id)).outdated
    assert (late.name, late.language, late.newer) == ("court", "ru", ("lv",))
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    (mend,) = blocked.value.problems
    assert (mend.kind, mend.name, mend.language, mend.screen) == ("text", "court", "ru", "court")
    await publishing.still_right(desk.runtime, desk.anna, draft_id, "court", "ru")
    assert (await publishing.compare_draft(desk.runtime, draft_id)).outdated == ()
    again = Edit("text", "court", "Tiesa jūs var sargāt.", "lv")
    await drafts.save_edit(desk.runtime, desk.eva, draft_id, again, 1)
    assert (await publishing.compare_draft(desk.runtime, draft_id)).outdated != ()  # that was said of other words
    await publishing.still_right(desk.runtime, desk.eva, draft_id, "court", "ru")
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")


async def test_a_value_in_one_language_makes_its_peers_late(desk: Desk, small: Content) -> None:
    value = {"lv": "bez maksas", "ru": "бесплатно", "en": "free"}
    fields = {"kind": "sum", "value": value, "source": "https://example.org", "verified_on": "2026-11-22",
              "expires_on": "2027-05-22", "owner": "content", "confidence": "high"}  # fmt: skip
    first = parse(apply(small.files, [Edit("fact", "court_fee", fields)]))
    later = parse(apply(first.files, [Edit("fact", "court_fee", {"value": {**value, "lv": "par brīvu"}})]))
    late = outdated(first, later, (), rollback=False)
    assert [(translation.name, translation.language) for translation in late] == [
        ("fact:court_fee.value", "en"), ("fact:court_fee.value", "ru"),
    ]  # fmt: skip


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


# --- The gate ---------------------------------------------------------------------------------------------------------


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


# --- Four eyes --------------------------------------------------------------------------------------------------------


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


# --- Two drafts at once -----------------------------------------------------------------------------------------------


async def test_a_draft_behind_another_publication_has_to_catch_up_and_is_told_what_met(desk: Desk) -> None:
    mine = await desk.draft(
        *court("Mans teksts."),
        Edit(
            "text",
            "human",
            HUMAN,
            "lv",
        ),
    )
    waiting = await desk.proposed(Edit("topic", "shelter", SHELTER))
    await desk.published(*court("Cits teksts."))
    with pytest.raises(Behind):
        await approves(desk.runtime, desk.peteris, waiting)
    with pytest.raises(Blocked):  # «human» in Russian fell behind
        await publishing.propose(desk.runtime, desk.eva, mine, "")
    await publishing.still_right(desk.runtime, desk.eva, mine, "human", "ru")
    with pytest.raises(Behind):
        await publishing.propose(desk.runtime, desk.eva, mine, "")
    assert (await drafts.read_draft(desk.runtime, mine)).heading.behind
    assert await publishing.catch_up(desk.runtime, desk.eva, mine) == ("court (lv)", "court (ru)")
    await publishing.propose(desk.runtime, desk.eva, mine, "")
    await approves(desk.runtime, desk.zane, mine)
    assert desk.runtime.content.text("court", "lv") == "Mans teksts."


# --- History ----------------------------------------------------------------------------------------------------------


async def test_rolling_back_publishes_the_earlier_revision_anew_with_four_eyes(desk: Desk) -> None:
    await desk.published(*court("Pirmais."))
    first = desk.runtime.content.revision
    await desk.published(*court("Otrais."))
    draft_id = await publishing.propose_rollback(desk.runtime, desk.peteris, 1, "Otrais bija aplams")
    with pytest.raises(NotAllowed):
        await approves(desk.runtime, desk.peteris, draft_id)
    assert await approves(desk.runtime, desk.zane, draft_id) == 3
    assert desk.runtime.content.revision == first
    assert [(entry.number, entry.made, entry.hash == first) for entry in await publishing.history(desk.runtime)] == [
        (3, "rollback", True), (2, "publish", False), (1, "publish", True),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await publishing.propose_rollback(desk.runtime, desk.peteris, 9, "")


@pytest.mark.parametrize(
    "change", ["UPDATE revisions SET note = ''", "DELETE FROM revisions", "DELETE FROM confirmations"]
)
async def test_history_is_neither_changed_nor_trimmed(
    database_url: str, clock: Clock, small: Content, change: str
) -> None:
    async with runtime_on(database_url, clock, small) as runtime:
        desk = await furnished(runtime)
        await publishing.withdraw_now(runtime, desk.eva, "emergency", "Numurs vairs nedarbojas")
        await publishing.confirm(runtime, desk.peteris, 1)
        url = with_driver(database_url)
        url = url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        with engine.connect() as intruder, pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
            intruder.execute(sqlalchemy.text(change))
        engine.dispose()


async def test_a_package_from_elsewhere_is_a_draft_like_any_other_but_never_moves_onto_another_base(
    desk: Desk, small: Content
) -> None:
    files = apply(small.files, [*court("No citurienes."), Edit("topic", "shelter", SHELTER)])
    draft_id = await publishing.bring_in(desk.runtime, desk.eva, files, "Balvi")
    await drafts.save_edit(desk.runtime, desk.eva, draft_id, court("No citurienes, mūsu vārdiem.")[0])
    assert (await publishing.compare_draft(desk.runtime, draft_id)).screens_added == ("shelter",)
    with pytest.raises(NotAllowed):
        await publishing.catch_up(desk.runtime, desk.eva, draft_id)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    await approves(desk.runtime, desk.peteris, draft_id)
    (line,) = await publishing.history(desk.runtime)
    assert line.made == "import"
    assert desk.runtime.content.text("court", "lv") == "No citurienes, mūsu vārdiem."
    with pytest.raises(BrokenContent):
        await publishing.bring_in(desk.runtime, desk.eva, {**files, "dialogs/facts.yaml": "facts: 1"}, "Balvi")


# --- One switch -------------------------------------------------------------------------------------------------------


async def test_one_switch_withdraws_a_fact_everywhere_and_is_confirmed_afterwards(desk: Desk, clock: Clock) -> None:
    assert await publishing.withdraw_now(desk.runtime, desk.eva, "emergency", "Numurs vairs nedarbojas") == 1
    said = desk.runtime.content.say("danger", "lv", clock().date())
    assert "110" not in "".join(span.text for span in said)
    (line,) = await publishing.history(desk.runtime)
    assert (line.made, line.by, line.note, line.to_confirm) == ("withdrawal", "Eva", "Numurs vairs nedarbojas", True)
    with pytest.raises(NotAllowed):
        await publishing.confirm(desk.runtime, SignedIn(desk.eva.id, "Eva", "eva", "approver", None), 1)
    await publishing.confirm(desk.runtime, desk.peteris, 1)
    (line,) = await publishing.history(desk.runtime)
    assert (line.to_confirm, line.confirmed_by) == (False, "Peteris")
    assert await publishing.withdraw_now(desk.runtime, desk.zane, "emergency", "") == 1  # it is done already
    with pytest.raises(NotFound):
        await publishing.withdraw_now(desk.runtime, desk.eva, "no_such_fact", "")


async def test_nobody_withdraws_112(desk: Desk, clock: Clock) -> None:
    with pytest.raises(NotAllowed):
        await publishing.withdraw_now(desk.runtime, desk.eva, "emergency_phone", "Kļūda")
    said = desk.runtime.content.say("danger", "lv", clock().date())
    assert "112" in "".join(span.text for span in said)


async def test_a_withdrawn_fact_keeps_nothing_else_from_being_published(desk: Desk) -> None:
    await publishing.withdraw_now(desk.runtime, desk.eva, "emergency", "")
    assert await desk.published(*court("Tiesa var sargāt.")) == 2
    assert desk.runtime.content.facts["emergency"].withdrawn


# --- Start and replicas -----------------------------------------------------------------------------------------------


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
    async with app.runtime_of(runtime.settings, clock, tmp_path) as started:
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


def again(runtime: Runtime, content: Content) -> Runtime:
    """Another program on the same database, with the package it came with."""
    return Runtime(runtime.database, content, runtime.settings, runtime.secrets, runtime.now)


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
