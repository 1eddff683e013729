"""Content of a new program version: merged with the desk's edits, never written over them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot import content as contents
from bot.editing.merge import Clash, Merged, merge, part_of
from bot.runtime import Runtime
from bot.usecases.content import apart, drafts, publishing, revisions
from bot.usecases.content.drafts import Draft, SignedIn, Unreadable
from bot.usecases.refused import NotFound
from storage.database import Conflict
from storage.packages import packed
from storage.revisions import Shipped

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that the desk and the program both changed, and whose side the draft takes."""

    clash: Clash
    takes_theirs: bool


async def remember(runtime: Runtime) -> None:
    """Keep the package this program came with, as the base for merging the next one. Called at start."""
    async with runtime.database.store() as store:
        known = await store.revisions.shipped(runtime.shipped) is not None
    if known or runtime.content.revision != runtime.shipped:
        return
    data = await asyncio.to_thread(packed, runtime.content.files)
    try:
        async with runtime.database.store() as store:
            await store.revisions.keep_shipped(Shipped(hash=runtime.shipped, packed=data, seen_at=runtime.now()))
    except Conflict:  # another replica started at the same moment
        return


async def can_merge(runtime: Runtime) -> bool:
    """Whether the package that the content in use is based on is known."""
    return await _base(runtime, await _newest(runtime)) is not None


async def open_draft(runtime: Runtime, editor: SignedIn) -> str:
    """Open a draft of the program's package merged with the desk's edits, which win every clash. Return its id.

    If the base of the edits is unknown or the merge is unreadable, the draft is the program's package alone.
    Raises NotAllowed, BrokenContent.
    """
    drafts.must_edit(editor)
    await revisions.follow(runtime)
    theirs = await _shipped(runtime, runtime.shipped) or await revisions.files_of(runtime, 0)
    base, title = await _base(runtime, await _newest(runtime)), f"Blakus {runtime.shipped}"
    if base is not None:
        merged = await asyncio.to_thread(merge, base, runtime.content.files, theirs)
        if not (await apart.read(runtime, merged.files))[1]:
            theirs = merged.files
    return await publishing.bring_in(runtime, editor, theirs, title, runtime.shipped)


async def list_choices(runtime: Runtime, draft: Draft) -> tuple[Choice, ...]:
    """Return what the desk and the program both changed, with the side that the draft takes."""
    merged = await _merged(runtime, draft, frozenset())
    return () if merged is None else tuple(_choice(draft, clash) for clash in merged.clashes)


async def choose(runtime: Runtime, editor: SignedIn, draft_id: str, clash: str, theirs: bool) -> None:
    """Take one side of a clash. Raises Unreadable if the merge is then unreadable.

    Also raises NotAllowed, NotFound, NotOpen and EditedMeanwhile.
    """
    drafts.must_edit(editor)
    draft = await drafts.read_draft(runtime, draft_id)
    known = {choice.clash.id: choice.takes_theirs for choice in await list_choices(runtime, draft)}
    if clash not in known:
        raise NotFound
    wanted = frozenset(name for name, taken in (known | {clash: theirs}).items() if taken)
    merged = await _merged(runtime, draft, wanted)
    if merged is None:
        raise NotFound
    _, problems = await apart.read(runtime, merged.files)
    if problems:
        raise Unreadable(problems)
    data = await asyncio.to_thread(packed, merged.files)
    try:
        async with runtime.database.store() as store:
            row = await drafts.get_draft(store, draft_id)
            drafts.must_be_open(row)
            row.packed = data
            await store.drafts.seen(draft_id, editor.id, runtime.now(), edited=True)
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


def _choice(draft: Draft, clash: Clash) -> Choice:
    return Choice(clash, part_of(draft.base, clash) == clash.theirs)


async def _merged(runtime: Runtime, draft: Draft, chosen: frozenset[str]) -> Merged | None:
    """Redo the merge that a draft came from; None if it came from none."""
    heading = draft.heading
    if heading.made != "import" or not heading.brings or not heading.based_on:
        return None
    base, theirs = await _base(runtime, heading.based_on), await _shipped(runtime, heading.brings)
    if base is None or theirs is None:
        return None
    ours = await revisions.files_of(runtime, heading.based_on)
    return await asyncio.to_thread(merge, base, ours, theirs, chosen)


async def _newest(runtime: Runtime) -> int:
    async with runtime.database.store() as store:
        return await store.revisions.newest_number()


async def _base(runtime: Runtime, number: int) -> Files | None:
    """Return the program's package that a revision was merged with, if known."""
    if number == 0:
        return None
    return await _shipped(runtime, await revisions.shipped_with(runtime, number))


async def _shipped(runtime: Runtime, wanted: str) -> Files | None:
    """Return a program's package by hash. Before packages were kept, revisions and drafts held them."""
    async with runtime.database.store() as store:
        kept = await store.revisions.shipped(wanted)
        if kept:
            return kept.files
        found = [revision.files for revision in await store.revisions.of_hash(wanted)]
        found += [draft.files for draft in await store.drafts.begun_with(wanted)]
    return next((files for files in found if contents.revision_of(files) == wanted), None)
