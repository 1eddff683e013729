"""A draft's texts out to translators and back, as PO or as a spreadsheet. Nothing is published by it."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content import Content
from bot.exchange.back import Change, Meanwhile, Opened, Weighed, weigh
from bot.exchange.po import to_po
from bot.exchange.rows import Pairs, rows
from bot.runtime import Runtime
from bot.usecases.content import apart, drafts
from bot.usecases.content.changes import outdated
from bot.usecases.content.drafts import Draft, Edit, SignedIn
from bot.usecases.refused import NotFound

SPREADSHEET = "blakus.xlsx"
PO = re.compile(r"blakus\.([a-z]{2,3})-([a-z]{2,3})\.po")


@dataclass(frozen=True, slots=True)
class Looked:
    """What taking a file would change in a draft. `marks` tell later whether a text changed since this look."""

    source: str
    weighed: Weighed
    marks: Mapping[str, str]


def late(runtime: Runtime, draft: Draft) -> Pairs:
    """Translations of a draft that are older than their peers."""
    content = drafts.readable(draft)
    edits = [one.edit for one in draft.edits]
    found = outdated(runtime.content, content, edits, draft.heading.made == "rollback")
    return frozenset((one.name, one.language) for one in found)


async def hand_out(runtime: Runtime, draft_id: str, name: str) -> bytes:
    """One file with every text of a draft, what is outdated marked. Raises NotFound where there is no such file."""
    draft = await drafts.draft(runtime, draft_id)
    content, day = drafts.readable(draft), runtime.today()
    behind, languages = late(runtime, draft), content.dialogue.languages
    if name == SPREADSHEET:
        from bot.exchange.xlsx import to_xlsx  # here: the program that answers people needs no spreadsheets

        return await asyncio.to_thread(to_xlsx, content, languages[0], day, behind)
    pair = PO.fullmatch(name)
    if not pair or pair[1] == pair[2] or not {pair[1], pair[2]} <= {*languages}:
        raise NotFound
    return await asyncio.to_thread(to_po, content, pair[1], pair[2], day, behind, runtime.content.words)


async def look(runtime: Runtime, draft_id: str, name: str, data: bytes) -> Looked:
    """What a file that came back would change, or what is wrong with it. Nothing is kept."""
    draft = await drafts.draft(runtime, draft_id)
    content = drafts.readable(draft)
    opened = await apart.opened(runtime, content.files, name, data)
    return await _looked(runtime, draft, opened)


async def look_again(runtime: Runtime, draft_id: str, opened: Opened) -> Looked:
    """The same for texts that were looked at before."""
    return await _looked(runtime, await drafts.draft(runtime, draft_id), opened)


async def take(runtime: Runtime, editor: SignedIn, draft_id: str, chosen: Opened) -> Looked:
    """Save what was looked at. Where a text changed since, or anything is wrong, nothing is saved, and it is said.

    Raises EditedMeanwhile, Unreadable.
    """
    draft = await drafts.draft(runtime, draft_id)
    looked = await _looked(runtime, draft, chosen)
    found = looked.weighed
    if found.problems or found.meanwhile or not found.changes:
        return looked
    behind = late(runtime, draft)
    same = [one for one in found.changes if _confirms(draft, behind, one)]
    edits = [Edit("text", one.key, one.text, one.language) for one in found.changes if one not in same]
    if edits:
        await drafts.edit_all(runtime, editor, draft_id, [(one, draft.version_of(one)) for one in edits])
    if same:
        await _still_right(runtime, editor, draft_id, {(one.key, one.language) for one in same})
    return looked


async def _looked(runtime: Runtime, draft: Draft, opened: Opened) -> Looked:
    content, behind = drafts.readable(draft), late(runtime, draft)
    base = await drafts.began(runtime, draft)

    def compared() -> Looked:
        earlier = [one for one in (base, runtime.content) if one is not None]
        earlier = [one for one in earlier if one.dialogue.languages == content.dialogue.languages]
        found = weigh(content, "", opened, behind, earlier)
        return Looked(opened.source, found, _marks(content, opened.source, (*found.changes, *found.meanwhile)))

    return await asyncio.to_thread(compared)


def _marks(content: Content, source: str, found: Iterable[Change | Meanwhile]) -> Mapping[str, str]:
    keys = {one.key for one in found}
    return {row.key: row.mark for row in rows(content, source) if row.key in keys} if keys else {}


def _confirms(draft: Draft, behind: Pairs, one: Change) -> bool:
    """Whether somebody only said that a text still fits the others."""
    words = drafts.readable(draft).words
    return words[one.language].get(one.key) == one.text and (one.key, one.language) in behind


async def _still_right(runtime: Runtime, editor: SignedIn, draft_id: str, same: set[tuple[str, str]]) -> None:
    draft = await drafts.draft(runtime, draft_id)
    edits = [one.edit for one in draft.edits]
    found = outdated(runtime.content, drafts.readable(draft), edits, draft.heading.made == "rollback")
    still = [Edit("still", one.name, one.mark, one.language) for one in found if (one.name, one.language) in same]
    if still:
        await drafts.edit_all(runtime, editor, draft_id, [(one, draft.version_of(one)) for one in still])
