"""A new version of the program brings content of its own: merged with what was edited at the desk, never over it."""

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
    """What the desk and the program both changed, and whose stands in the draft."""

    clash: Clash
    takes_theirs: bool


async def remember(runtime: Runtime) -> None:
    """At the start: keep the package this program came with, for the day when the next one comes."""
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
    """Whether it is known what the content in use was made from."""
    return await _base(runtime, await _newest(runtime)) is not None


async def open_draft(runtime: Runtime, editor: SignedIn) -> str:
    """A draft of what the program brings with every edit of the desk in it; of a clash the desk's side stands there.

    Where the package is not known that the edits began with, or both together make no content: the program's alone.
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


async def choices(runtime: Runtime, draft: Draft) -> tuple[Choice, ...]:
    """What the desk and the program both changed, each with the side that stands in the draft."""
    merged = await _merged(runtime, draft, frozenset())
    return () if merged is None else tuple(_choice(draft, one) for one in merged.clashes)


async def choose(runtime: Runtime, editor: SignedIn, draft_id: str, clash: str, theirs: bool) -> None:
    """Take one side of a clash. Raises Unreadable where the two together make no content."""
    drafts.must_edit(editor)
    draft = await drafts.draft(runtime, draft_id)
    known = {one.clash.id: one.takes_theirs for one in await choices(runtime, draft)}
    if clash not in known:
        raise NotFound
    wanted = frozenset(one for one, taken in (known | {clash: theirs}).items() if taken)
    merged = await _merged(runtime, draft, wanted)
    if merged is None:
        raise NotFound
    _, problems = await apart.read(runtime, merged.files)
    if problems:
        raise Unreadable(problems)
    data = await asyncio.to_thread(packed, merged.files)
    try:
        async with runtime.database.store() as store:
            row = await drafts.found(store, draft_id)
            drafts.must_be_open(row)
            row.packed = data
            await store.drafts.seen(draft_id, editor.id, runtime.now(), edited=True)
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


def _choice(draft: Draft, clash: Clash) -> Choice:
    return Choice(clash, part_of(draft.base, clash) == clash.theirs)


async def _merged(runtime: Runtime, draft: Draft, chosen: frozenset[str]) -> Merged | None:
    """The merge that a draft came from; None where it came from none."""
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
    """The package that a revision was made from, as far as its program is concerned."""
    if number == 0:
        return None
    return await _shipped(runtime, await revisions.shipped_with(runtime, number))


async def _shipped(runtime: Runtime, wanted: str) -> Files | None:
    """A program's package by its name. Before they were kept, revisions and drafts that began with it still hold it."""
    async with runtime.database.store() as store:
        kept = await store.revisions.shipped(wanted)
        if kept:
            return kept.files
        found = [one.files for one in await store.revisions.of_hash(wanted)]
        found += [one.files for one in await store.drafts.begun_with(wanted)]
    return next((files for files in found if contents.revision_of(files) == wanted), None)
