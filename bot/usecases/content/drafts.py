"""Drafts of the content: opened, edited in small steps by several editors at once, undone, discarded."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.content import Content
from bot.editing import Edit, value_of
from bot.engine.problems import BrokenContent, Problem
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import apart
from bot.usecases.refused import NotAllowed, NotFound, Refused
from storage.database import Conflict, Store
from storage.drafts import Draft as DraftRow
from storage.drafts import DraftEdit, DraftHand
from storage.packages import DraftState, Made, packed

__all__ = ["Edit", "SignedIn"]

HERE_FOR = timedelta(seconds=60)
"""How long an editor counts as present after her page last reported."""
LONGEST_TITLE = 200
IN_WORK: tuple[DraftState, ...] = ("open", "proposed")


class Unreadable(Refused):
    """This edit cannot be made; the problems tell why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class NotOpen(Refused):
    """The draft was proposed, published or discarded, so nobody edits it now."""

    def __init__(self, standing: DraftState) -> None:
        super().__init__(standing)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Edited:
    """A saved edit and its author. `version` goes back into `save_edit`, so that nobody overwrites it unseen."""

    edit: Edit
    version: int
    by: str
    at: datetime


class EditedMeanwhile(Refused):
    """Somebody else saved the same place. `theirs` is the edit to show beside one's own; None if it was undone."""

    def __init__(self, theirs: Edited | None) -> None:
        super().__init__("edited meanwhile")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Heading:
    """A draft in the list. `behind`: another revision was published since. `brings`: the program's package in it."""

    id: str
    title: str
    made: Made
    standing: DraftState
    opened_by: str
    opened_at: datetime
    edited_at: datetime
    edits: int
    editors: tuple[str, ...]
    authors: frozenset[str]
    """The accounts that opened, edited or proposed it; none of them may approve it."""
    note: str
    proposed_by: str | None
    proposed_at: datetime | None
    sent_back_by: str | None
    sent_back_why: str
    behind: bool
    brings: str
    based_on: int


@dataclass(frozen=True)
class Draft:
    """A draft with its files after every edit, and its content if they can be read."""

    heading: Heading
    base: Mapping[str, str]
    files: Mapping[str, str]
    edits: tuple[Edited, ...]
    content: Content | None
    problems: tuple[Problem, ...]

    def version_of(self, edit: Edit) -> int:
        """Return the version of this place for `save_edit`; 0 if it was not edited yet."""
        return next((saved.version for saved in self.edits if saved.edit.place == edit.place), 0)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who has the draft open now."""

    name: str
    screen: str
    seen_at: datetime


async def open_draft(runtime: Runtime, editor: SignedIn, title: str) -> str:
    """Open a draft of the content in use. Return its id. Raises NotAllowed."""
    must_edit(editor)
    content = runtime.content
    row = DraftRow(
        title=titled(title),
        made="publish",
        packed=await asyncio.to_thread(packed, content.files),
        live_hash=content.revision,
        opened_by=editor.id,
        opened_at=runtime.now(),
    )
    return await begin(runtime, editor, row)


async def begin(runtime: Runtime, editor: SignedIn, row: DraftRow) -> str:
    """Add a new draft to the list, whatever it is made of. Return its id."""
    async with runtime.database.store() as store:
        row.based_on = await store.revisions.newest_number() or None
        await store.drafts.add(row)
        await store.drafts.seen(row.id, editor.id, runtime.now())
        store.audit.add("draft_opened", editor.id, row.id, at=runtime.now())
        return row.id


async def list_drafts(runtime: Runtime) -> list[Heading]:
    """Return all open and proposed drafts, newest first."""
    async with runtime.database.store() as store:
        names = await names_of(store)
        return [
            await describe_draft(store, row, names, runtime.content.revision) for row in await store.drafts.in_work()
        ]


async def read_draft(runtime: Runtime, draft_id: str) -> Draft:
    """Read a draft. `problems` names the place of whatever cannot be applied or read. Raises NotFound."""
    async with runtime.database.store() as store:
        row = await get_draft(store, draft_id)
        names = await names_of(store)
        head = await describe_draft(store, row, names, runtime.content.revision)
        edits = tuple(_edited(row, names) for row in await store.drafts.edits(draft_id))
    base = await asyncio.to_thread(lambda: row.files)
    reading = await apart.read_edited(runtime, base, [saved.edit for saved in edits])
    return Draft(head, base, reading.files, edits, reading.content, reading.problems)


async def save_edit(runtime: Runtime, editor: SignedIn, draft_id: str, wanted: Edit, seen_version: int = 0) -> int:
    """Save an edit. `seen_version` is the version of its place that the editor saw, 0 for none. Return the new version.

    Raises EditedMeanwhile with a colleague's edit, Unreadable if the edit is invalid or impossible here, NotOpen,
    NotFound and NotAllowed.
    """
    (version,) = await save_edits(runtime, editor, draft_id, ((wanted, seen_version),))
    return version


async def save_edits(
    runtime: Runtime, editor: SignedIn, draft_id: str, wanted: Sequence[tuple[Edit, int]]
) -> tuple[int, ...]:
    """Save several edits, each with the version seen: all of them or none. Raises what `save_edit` raises."""
    must_edit(editor)
    try:
        for edit, _ in wanted:
            value_of(edit)
    except BrokenContent as broken:
        raise Unreadable(broken.problems) from None
    await _must_apply(runtime, draft_id, [edit for edit, _ in wanted])
    now, versions, here = runtime.now(), [], wanted[0][0]
    try:
        async with runtime.database.store() as store:
            must_be_open(await get_draft(store, draft_id))
            await store.drafts.seen(draft_id, editor.id, now, edited=True)
            for here, seen_version in wanted:
                row = DraftEdit(
                    draft_id=draft_id, kind=here.kind, name=here.name, language=here.language, value=here.value,
                    version=0, place=0, edited_by=editor.id, edited_at=now,
                )  # fmt: skip
                versions.append(await store.drafts.save(row, seen_version))
    except Conflict:
        raise EditedMeanwhile(await _stored(runtime, draft_id, here)) from None
    return tuple(versions)


async def undo(runtime: Runtime, editor: SignedIn, draft_id: str, wanted: Edit, seen_version: int) -> None:
    """Undo an edit: its place reads as it did when the draft began. Raises EditedMeanwhile, NotOpen, NotAllowed."""
    must_edit(editor)
    try:
        async with runtime.database.store() as store:
            must_be_open(await get_draft(store, draft_id))
            await store.drafts.seen(draft_id, editor.id, runtime.now(), edited=True)
            await store.drafts.drop(draft_id, *wanted.place, seen_version)
    except Conflict:
        raise EditedMeanwhile(await _stored(runtime, draft_id, wanted)) from None


async def discard(runtime: Runtime, editor: SignedIn, draft_id: str) -> None:
    """Discard a draft. Its edits stay in the database, but on no list. Raises NotOpen, EditedMeanwhile, NotAllowed."""
    must_edit(editor)
    try:
        async with runtime.database.store() as store:
            row = await get_draft(store, draft_id)
            if row.standing not in IN_WORK:
                raise NotOpen(row.standing)
            row.standing = "discarded"
            await store.rounds.close(draft_id, runtime.now())
            store.audit.add("draft_discarded", editor.id, draft_id, at=runtime.now())
    except Conflict:
        raise EditedMeanwhile(None) from None


async def report_presence(runtime: Runtime, editor: SignedIn, draft_id: str, screen: str) -> tuple[Present, ...]:
    """Record where the editor is. Return who else has the draft open, those on the same screen first."""
    now = runtime.now()
    try:
        async with runtime.database.store() as store:
            await get_draft(store, draft_id)
            await store.drafts.seen(draft_id, editor.id, now, screen[:200])
    except Conflict:  # her other window reported at the same moment
        pass
    async with runtime.database.store() as store:
        names = await names_of(store)
        here = [hand for hand in await store.drafts.hands(draft_id) if now - hand.seen_at < HERE_FOR]
    others = [hand for hand in here if hand.worker_id != editor.id]
    others.sort(key=lambda hand: (hand.screen != screen, names.get(hand.worker_id, "")))
    return tuple(Present(names.get(hand.worker_id, "–"), hand.screen, hand.seen_at) for hand in others)


def titled(title: str) -> str:
    """Return a title on one line and of limited length."""
    return " ".join(title.split())[:LONGEST_TITLE] or "…"


def must_edit(editor: SignedIn) -> None:
    """Raise NotAllowed unless this is an editor."""
    if editor.role != "editor":
        raise NotAllowed("only an editor opens a draft; blakus worker list shows who is one")


def may_edit(who: SignedIn, heading: Heading) -> bool:
    """Whether an edit of this draft would be accepted, as far as can be known beforehand."""
    return who.role == "editor" and heading.standing == "open"


def may_discard(who: SignedIn, heading: Heading) -> bool:
    return who.role == "editor" and heading.standing in IN_WORK


def must_be_open(row: DraftRow) -> None:
    if row.standing != "open":
        raise NotOpen(row.standing)


async def get_draft(store: Store, draft_id: str) -> DraftRow:
    """Return the row of a draft that was not discarded. Raises NotFound."""
    row = await store.drafts.by_id(draft_id)
    if row is None or row.standing == "discarded":
        raise NotFound
    return row


async def names_of(store: Store) -> dict[str, str]:
    """Return the names of workers by id."""
    return {worker.id: worker.name for worker in await store.workers.all()}


def authors_of(row: DraftRow, hands: Iterable[DraftHand]) -> frozenset[str]:
    """Return the accounts that worked on a draft. Names would not do: colleagues may share one."""
    wrote = {hand.worker_id for hand in hands if hand.edited}
    return frozenset(filter(None, (*wrote, row.opened_by, row.proposed_by)))


async def describe_draft(store: Store, row: DraftRow, names: Mapping[str, str], live: str) -> Heading:
    """Return the heading of a draft; `names` by account, `live` is the hash of the content in use."""
    edits = await store.drafts.edits(row.id)
    hands = await store.drafts.hands(row.id)
    return Heading(
        id=row.id,
        title=row.title,
        made=row.made,
        standing=row.standing,
        opened_by=names.get(row.opened_by, "–"),
        opened_at=row.opened_at,
        edited_at=max((edit.edited_at for edit in edits), default=row.opened_at),
        edits=len(edits),
        editors=tuple(sorted(names.get(hand.worker_id, "–") for hand in hands if hand.edited)),
        authors=authors_of(row, hands),
        note=row.note,
        proposed_by=names.get(row.proposed_by) if row.proposed_by else None,
        proposed_at=row.proposed_at,
        sent_back_by=names.get(row.sent_back_by) if row.sent_back_by else None,
        sent_back_why=row.sent_back_why,
        behind=row.live_hash != live,
        brings=row.shipped_hash or "",
        based_on=row.based_on or 0,
    )


async def read_base(runtime: Runtime, draft: Draft) -> Content | None:
    """Return the content that a draft began with, or None if it is unreadable."""
    return (await apart.read(runtime, draft.base))[0]


def readable(draft: Draft) -> Content:
    """Return the content of a draft. Raises BrokenContent if it is unreadable."""
    if draft.content is None:
        raise BrokenContent(draft.problems)
    return draft.content


async def _must_apply(runtime: Runtime, draft_id: str, wanted: Sequence[Edit]) -> None:
    """Try edits together with the others of the draft, so that a mistake is reported at once. Raises Unreadable."""
    places = {edit.place for edit in wanted}
    async with runtime.database.store() as store:
        row = await get_draft(store, draft_id)
        must_be_open(row)
        others = [edit_of(saved) for saved in await store.drafts.edits(draft_id)]
    others = [edit for edit in others if edit.place not in places]

    base = await asyncio.to_thread(lambda: row.files)
    problems = await apart.check_edits(runtime, base, others, wanted)
    if problems:
        raise Unreadable(problems)


async def _stored(runtime: Runtime, draft_id: str, wanted: Edit) -> Edited | None:
    async with runtime.database.store() as store:
        row = await store.drafts.edit_of(draft_id, *wanted.place)
        return _edited(row, await names_of(store)) if row else None


def edit_of(row: DraftEdit) -> Edit:
    kind: Any = row.kind
    return Edit(kind, row.name, row.value, row.language)


def _edited(row: DraftEdit, names: Mapping[str, str]) -> Edited:
    return Edited(edit_of(row), row.version, names.get(row.edited_by, "–"), row.edited_at)
