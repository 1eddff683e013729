"""Drafts of the content: opened, edited thing by thing, undone, looked at by several at once, discarded."""

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
"""How long somebody counts as being on a screen after her page last said so."""
LONGEST_TITLE = 200
IN_WORK: tuple[DraftState, ...] = ("open", "proposed")


class Unreadable(Refused):
    """This edit cannot be made: the problems say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class NotOpen(Refused):
    """The draft was proposed, published or discarded: nobody edits it now."""

    def __init__(self, standing: DraftState) -> None:
        super().__init__(standing)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit as it stands, and whose it is. `version` goes back into `edit`, so that nobody writes over it unseen."""

    edit: Edit
    version: int
    by: str
    at: datetime


class EditedMeanwhile(Refused):
    """Somebody else saved the same place: `theirs` is shown beside one's own; None when it was taken back."""

    def __init__(self, theirs: Edited | None) -> None:
        super().__init__("edited meanwhile")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Heading:
    """A draft in the list. `behind`: another revision was published since; `brings`: the program's package in it."""

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
    """The accounts of all who opened, edited or proposed it, none of which approves it."""
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
    """A draft read: its files with every edit, and its content where that can be read."""

    heading: Heading
    base: Mapping[str, str]
    files: Mapping[str, str]
    edits: tuple[Edited, ...]
    content: Content | None
    problems: tuple[Problem, ...]

    def version_of(self, edit: Edit) -> int:
        """What `edit` is to be given as seen; 0 where this place was not edited yet."""
        return next((one.version for one in self.edits if one.edit.place == edit.place), 0)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who is in the draft now."""

    name: str
    screen: str
    seen_at: datetime


async def open_draft(runtime: Runtime, editor: SignedIn, title: str) -> str:
    """A draft of the content in use. Its id."""
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
    """Put a new draft into the list, whatever it is made of."""
    async with runtime.database.store() as store:
        row.based_on = await store.revisions.newest_number() or None
        await store.drafts.add(row)
        await store.drafts.seen(row.id, editor.id, runtime.now())
        store.audit.add("draft_opened", editor.id, row.id, at=runtime.now())
        return row.id


async def drafts(runtime: Runtime) -> list[Heading]:
    """All that are open or proposed, newest first."""
    async with runtime.database.store() as store:
        names = await names_of(store)
        return [await heading(store, row, names, runtime.content.revision) for row in await store.drafts.in_work()]


async def draft(runtime: Runtime, draft_id: str) -> Draft:
    """One draft, read. What cannot be applied or read is said in `problems`, with its place."""
    async with runtime.database.store() as store:
        row = await found(store, draft_id)
        names = await names_of(store)
        head = await heading(store, row, names, runtime.content.revision)
        edits = tuple(_edited(one, names) for one in await store.drafts.edits(draft_id))
    base = await asyncio.to_thread(lambda: row.files)
    reading = await apart.read_edited(runtime, base, [one.edit for one in edits])
    return Draft(head, base, reading.files, edits, reading.content, reading.problems)


async def edit(runtime: Runtime, editor: SignedIn, draft_id: str, wanted: Edit, seen_version: int = 0) -> int:
    """Save one edited thing. `seen_version` is the version of it that the editor had before her, 0 for none.

    Its new version. Raises EditedMeanwhile with the other's, Unreadable when this is no edit or cannot be made here.
    """
    (version,) = await edit_all(runtime, editor, draft_id, ((wanted, seen_version),))
    return version


async def edit_all(
    runtime: Runtime, editor: SignedIn, draft_id: str, wanted: Sequence[tuple[Edit, int]]
) -> tuple[int, ...]:
    """The same for several things, each with the version seen: all of them are saved, or none."""
    must_edit(editor)
    try:
        for one, _ in wanted:
            value_of(one)
    except BrokenContent as broken:
        raise Unreadable(broken.problems) from None
    await _must_apply(runtime, draft_id, [one for one, _ in wanted])
    now, versions, here = runtime.now(), [], wanted[0][0]
    try:
        async with runtime.database.store() as store:
            must_be_open(await found(store, draft_id))
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
    """Take an edit back: the place reads again as the draft began. Raises EditedMeanwhile."""
    must_edit(editor)
    try:
        async with runtime.database.store() as store:
            must_be_open(await found(store, draft_id))
            await store.drafts.seen(draft_id, editor.id, runtime.now(), edited=True)
            await store.drafts.drop(draft_id, *wanted.place, seen_version)
    except Conflict:
        raise EditedMeanwhile(await _stored(runtime, draft_id, wanted)) from None


async def discard(runtime: Runtime, editor: SignedIn, draft_id: str) -> None:
    """Put a draft away. Its edits stay in the database, but in nobody's list."""
    must_edit(editor)
    try:
        async with runtime.database.store() as store:
            row = await found(store, draft_id)
            if row.standing not in IN_WORK:
                raise NotOpen(row.standing)
            row.standing = "discarded"
            await store.rounds.close(draft_id, runtime.now())
            store.audit.add("draft_discarded", editor.id, draft_id, at=runtime.now())
    except Conflict:
        raise EditedMeanwhile(None) from None


async def present(runtime: Runtime, editor: SignedIn, draft_id: str, screen: str) -> tuple[Present, ...]:
    """Say where the editor is, and hear who else is in the draft now: on the same screen first."""
    now = runtime.now()
    try:
        async with runtime.database.store() as store:
            await found(store, draft_id)
            await store.drafts.seen(draft_id, editor.id, now, screen[:200])
    except Conflict:  # her other window said so at the same moment
        pass
    async with runtime.database.store() as store:
        names = await names_of(store)
        here = [one for one in await store.drafts.hands(draft_id) if now - one.seen_at < HERE_FOR]
    others = [one for one in here if one.worker_id != editor.id]
    others.sort(key=lambda one: (one.screen != screen, names.get(one.worker_id, "")))
    return tuple(Present(names.get(one.worker_id, "–"), one.screen, one.seen_at) for one in others)


def titled(title: str) -> str:
    """A title on one line."""
    return " ".join(title.split())[:LONGEST_TITLE] or "…"


def must_edit(editor: SignedIn) -> None:
    """Editors write; nobody else."""
    if editor.role != "editor":
        raise NotAllowed


def may_edit(who: SignedIn, heading: Heading) -> bool:
    """Whether an edit of this draft would be taken, as far as can be known before."""
    return who.role == "editor" and heading.standing == "open"


def may_discard(who: SignedIn, heading: Heading) -> bool:
    return who.role == "editor" and heading.standing in IN_WORK


def must_be_open(row: DraftRow) -> None:
    if row.standing != "open":
        raise NotOpen(row.standing)


async def found(store: Store, draft_id: str) -> DraftRow:
    """A draft that was not discarded. Raises NotFound."""
    row = await store.drafts.by_id(draft_id)
    if row is None or row.standing == "discarded":
        raise NotFound
    return row


async def names_of(store: Store) -> dict[str, str]:
    """The names of workers by their ids."""
    return {one.id: one.name for one in await store.workers.all()}


def authors_of(row: DraftRow, hands: Iterable[DraftHand]) -> frozenset[str]:
    """The accounts of all who had a hand in a draft: names do not tell colleagues apart."""
    wrote = {hand.worker_id for hand in hands if hand.edited}
    return frozenset(filter(None, (*wrote, row.opened_by, row.proposed_by)))


async def heading(store: Store, row: DraftRow, names: Mapping[str, str], live: str) -> Heading:
    edits = await store.drafts.edits(row.id)
    hands = await store.drafts.hands(row.id)
    return Heading(
        id=row.id,
        title=row.title,
        made=row.made,
        standing=row.standing,
        opened_by=names.get(row.opened_by, "–"),
        opened_at=row.opened_at,
        edited_at=max((one.edited_at for one in edits), default=row.opened_at),
        edits=len(edits),
        editors=tuple(sorted(names.get(one.worker_id, "–") for one in hands if one.edited)),
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


async def began(runtime: Runtime, draft: Draft) -> Content | None:
    """The content that a draft began with; None where it could not be read."""
    return (await apart.read(runtime, draft.base))[0]


def readable(draft: Draft) -> Content:
    """The content of a draft. Raises BrokenContent where there is none."""
    if draft.content is None:
        raise BrokenContent(draft.problems)
    return draft.content


async def _must_apply(runtime: Runtime, draft_id: str, wanted: Sequence[Edit]) -> None:
    """Try the edits with the others of the draft, so that a mistake is said while it is made."""
    places = {one.place for one in wanted}
    async with runtime.database.store() as store:
        row = await found(store, draft_id)
        must_be_open(row)
        others = [edit_of(one) for one in await store.drafts.edits(draft_id)]
    others = [one for one in others if one.place not in places]

    base = await asyncio.to_thread(lambda: row.files)
    problems = await apart.wrong_with(runtime, base, others, wanted)
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
