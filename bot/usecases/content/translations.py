"""A draft's texts to translators and back, as PO files or a spreadsheet. Nothing is published here."""

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
class FilePreview:
    """What importing a file would change in a draft. `marks` show later whether a text changed since the preview."""

    source: str
    weighed: Weighed
    marks: Mapping[str, str]


def late(runtime: Runtime, draft: Draft) -> Pairs:
    """Return the translations of a draft that are older than the other languages."""
    content = drafts.readable(draft)
    edits = [saved.edit for saved in draft.edits]
    found = outdated(runtime.content, content, edits, draft.heading.made == "rollback")
    return frozenset((text.name, text.language) for text in found)


async def hand_out(runtime: Runtime, draft_id: str, name: str) -> bytes:
    """Return a file with every text of a draft, outdated ones marked. Raises NotFound for an unknown file name."""
    draft = await drafts.read_draft(runtime, draft_id)
    content, day = drafts.readable(draft), runtime.today()
    behind, languages = late(runtime, draft), content.dialogue.languages
    if name == SPREADSHEET:
        from bot.exchange.xlsx import to_xlsx  # here: the program that answers people needs no spreadsheets

        return await asyncio.to_thread(to_xlsx, content, languages[0], day, behind)
    pair = PO.fullmatch(name)
    if not pair or pair[1] == pair[2] or not {pair[1], pair[2]} <= {*languages}:
        raise NotFound
    return await asyncio.to_thread(to_po, content, pair[1], pair[2], day, behind, runtime.content.words)


async def preview(runtime: Runtime, draft_id: str, name: str, data: bytes) -> FilePreview:
    """Return what a returned file would change, or what is wrong with it. Saves nothing."""
    draft = await drafts.read_draft(runtime, draft_id)
    content = drafts.readable(draft)
    opened = await apart.open_file(runtime, content.files, name, data)
    return await _preview(runtime, draft, opened)


async def preview_again(runtime: Runtime, draft_id: str, opened: Opened) -> FilePreview:
    """Return what texts from an earlier preview would change now. Saves nothing."""
    return await _preview(runtime, await drafts.read_draft(runtime, draft_id), opened)


async def take(runtime: Runtime, editor: SignedIn, draft_id: str, chosen: Opened) -> FilePreview:
    """Save the chosen texts. If one changed since the preview or has a problem, save nothing; the result tells why.

    Raises EditedMeanwhile, Unreadable, NotOpen, NotFound, NotAllowed.
    """
    draft = await drafts.read_draft(runtime, draft_id)
    previewed = await _preview(runtime, draft, chosen)
    found = previewed.weighed
    if found.problems or found.meanwhile or not found.changes:
        return previewed
    behind = late(runtime, draft)
    same = [change for change in found.changes if _confirms(draft, behind, change)]
    edits = [Edit("text", change.key, change.text, change.language) for change in found.changes if change not in same]
    if edits:
        await drafts.save_edits(runtime, editor, draft_id, [(edit, draft.version_of(edit)) for edit in edits])
    if same:
        await _still_right(runtime, editor, draft_id, {(change.key, change.language) for change in same})
    return previewed


async def _preview(runtime: Runtime, draft: Draft, opened: Opened) -> FilePreview:
    content, behind = drafts.readable(draft), late(runtime, draft)
    base = await drafts.read_base(runtime, draft)

    def compared() -> FilePreview:
        earlier = [older for older in (base, runtime.content) if older is not None]
        earlier = [older for older in earlier if older.dialogue.languages == content.dialogue.languages]
        found = weigh(content, "", opened, behind, earlier)
        return FilePreview(opened.source, found, _marks(content, opened.source, (*found.changes, *found.meanwhile)))

    return await asyncio.to_thread(compared)


def _marks(content: Content, source: str, found: Iterable[Change | Meanwhile]) -> Mapping[str, str]:
    keys = {change.key for change in found}
    return {row.key: row.mark for row in rows(content, source) if row.key in keys} if keys else {}


def _confirms(draft: Draft, behind: Pairs, change: Change) -> bool:
    """Whether the translator left an outdated text as it is, which confirms it."""
    words = drafts.readable(draft).words
    return words[change.language].get(change.key) == change.text and (change.key, change.language) in behind


async def _still_right(runtime: Runtime, editor: SignedIn, draft_id: str, same: set[tuple[str, str]]) -> None:
    draft = await drafts.read_draft(runtime, draft_id)
    edits = [saved.edit for saved in draft.edits]
    found = outdated(runtime.content, drafts.readable(draft), edits, draft.heading.made == "rollback")
    still = [Edit("still", text.name, text.mark, text.language) for text in found if (text.name, text.language) in same]
    if still:
        await drafts.save_edits(runtime, editor, draft_id, [(edit, draft.version_of(edit)) for edit in still])
