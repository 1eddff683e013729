"""Publishing a draft: proposed, proved, approved by a second person; and rolling back to an earlier revision."""

import asyncio
from collections.abc import Mapping

from bot import content as contents
from bot.content import Content
from bot.editing import Edit, apply
from bot.editing.whereabouts import ToMend, to_mend
from bot.engine.problems import BrokenContent, broken
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import apart, drafts, revisions, rounds
from bot.usecases.content.changes import Changes, compare, compare_draft, outdated, still_right, unexplained
from bot.usecases.content.drafts import NotOpen, begin, get_draft, must_edit
from bot.usecases.content.revisions import Published, follow, history
from bot.usecases.refused import NotAllowed, NotFound, Refused
from bot.usecases.retrying import retry
from storage.database import Conflict, Store
from storage.drafts import Draft as DraftRow
from storage.packages import packed
from storage.revisions import Confirmation, Revision

__all__ = ["Changes", "Published", "ToMend", "compare_draft", "follow", "history", "still_right"]

TRIES = 5
LONGEST_NOTE = 2000


class Blocked(Refused):
    """The draft cannot be published as it is; `problems` holds every problem and where to fix it."""

    def __init__(self, problems: tuple[ToMend, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Behind(Refused):
    """Another revision was published since the draft was opened, so the draft has to catch up first."""


async def propose(runtime: Runtime, editor: SignedIn, draft_id: str, note: str) -> None:
    """Ask for approval. Raises Blocked, NotAllowed, NotFound, NotOpen, Behind, Unheard, EditedMeanwhile."""
    must_edit(editor)
    draft = await drafts.read_draft(runtime, draft_id)
    content, _ = await _proved(runtime, draft, publishing=True)
    try:
        async with runtime.database.store() as store:
            row = await get_draft(store, draft_id)
            if row.standing != "open":
                raise NotOpen(row.standing)
            await _must_be_new(runtime, store, row)
            await rounds.must_be_heard(store, draft_id, runtime.now())
            if await _saved(store, draft_id) != {saved.edit.place: saved.version for saved in draft.edits}:
                raise drafts.EditedMeanwhile(None)
            row.standing, row.note, row.proposed_hash = "proposed", _note(note), content.revision
            row.proposed_by, row.proposed_at = editor.id, runtime.now()
            row.sent_back_by, row.sent_back_why = None, ""
            store.audit.add("draft_proposed", editor.id, draft_id, at=runtime.now())
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


async def prove_draft(runtime: Runtime, draft_id: str) -> tuple[str, tuple[ToMend, ...]]:
    """Check a draft now. Return its certificate and no problems, or "" and every problem that prevents publication."""
    draft = await drafts.read_draft(runtime, draft_id)
    try:
        _, certificate = await _proved(runtime, draft, publishing=draft.heading.made != "rollback")
    except Blocked as blocked:
        return "", blocked.problems
    return certificate, ()


async def approve(runtime: Runtime, approver: SignedIn, draft_id: str, read: str) -> int:
    """Publish a proposed draft with its certificate. Return the number of the new revision.

    The approver must not have worked on it. `read` is the revision on her page: a later proposal has not been approved.
    Raises NotAllowed, NotFound, NotOpen, EditedMeanwhile, Blocked, Behind.
    """
    must_approve(approver)
    draft = await drafts.read_draft(runtime, draft_id)
    if draft.heading.standing != "proposed":
        raise NotOpen(draft.heading.standing)
    if draft.content is None or read != draft.content.revision:
        raise drafts.EditedMeanwhile(None)
    rollback = draft.heading.made == "rollback"
    content, certificate = await _proved(runtime, draft, publishing=not rollback)
    now, data = runtime.now(), await asyncio.to_thread(packed, content.files)
    try:
        async with runtime.database.store() as store:
            row = await get_draft(store, draft_id)
            if row.standing != "proposed" or row.proposed_hash != content.revision:
                raise NotOpen(row.standing)
            await _must_be_another(store, approver, row)
            number = await _must_be_new(runtime, store, row) + 1
            round_name, services_heard = await rounds.round_credit(store, draft_id)
            await store.revisions.add(
                Revision(
                    number=number,
                    hash=content.revision,
                    packed=data,
                    made=row.made,
                    published_at=now,
                    published_by=row.proposed_by or row.opened_by,
                    approved_by=approver.id,
                    title=row.title,
                    note=row.note,
                    certificate=certificate,
                    shipped_hash=row.shipped_hash or await revisions.shipped_in(store, runtime),
                    based_on=row.based_on,
                    round_name=round_name,
                    services_heard=services_heard,
                )
            )
            row.standing = "published"
            store.audit.add("content_published", approver.id, str(number), at=now)
    except Conflict:
        raise Behind from None
    await follow(runtime)
    return number


async def send_back(runtime: Runtime, approver: SignedIn, draft_id: str, why: str) -> None:
    """Return a proposed draft to its editors, with a reason; discard a proposed rollback."""
    must_approve(approver)
    if not why.strip():
        raise Refused("a reason is needed")
    try:
        async with runtime.database.store() as store:
            row = await get_draft(store, draft_id)
            if row.standing != "proposed":
                raise NotOpen(row.standing)
            row.standing = "discarded" if row.made == "rollback" else "open"
            row.sent_back_by, row.sent_back_why = approver.id, _note(why)
            store.audit.add("draft_sent_back", approver.id, draft_id, at=runtime.now())
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


async def catch_up(runtime: Runtime, editor: SignedIn, draft_id: str) -> tuple[str, ...]:
    """Rebase a draft on the newest revision. Return the names of what both sides changed, for the editor to review."""
    must_edit(editor)
    await follow(runtime)
    live = runtime.content
    draft = await drafts.read_draft(runtime, draft_id)
    if draft.heading.made == "import":
        raise NotAllowed  # an import is a whole package: import it again
    base, problems = await apart.read(runtime, draft.base)
    both = await asyncio.to_thread(_on_both_sides, draft.content, live, None if problems else base)
    data = await asyncio.to_thread(packed, live.files)
    try:
        async with runtime.database.store() as store:
            row = await get_draft(store, draft_id)
            drafts.must_be_open(row)
            row.packed, row.live_hash = data, live.revision
            row.based_on = await store.revisions.newest_number() or None
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None
    return both


async def propose_rollback(runtime: Runtime, who: SignedIn, number: int, note: str) -> str:
    """Propose an earlier revision (0: the program's package). Return the draft's id. Raises NotFound, Blocked."""
    if who.role not in ("editor", "approver"):
        raise NotAllowed
    files = await revisions.files_of(runtime, number)
    content, problems = await apart.read(runtime, files)
    if content is None:
        raise Blocked(tuple(to_mend(files, problem) for problem in problems))
    await _check(runtime, content, publishing=False)
    now = runtime.now()
    row = DraftRow(
        title=f"→ {number}", made="rollback", packed=await asyncio.to_thread(packed, files),
        live_hash=runtime.content.revision, opened_by=who.id, opened_at=now, standing="proposed", note=_note(note),
        proposed_by=who.id, proposed_at=now, proposed_hash=content.revision,
        shipped_hash=await revisions.shipped_with(runtime, number),
    )  # fmt: skip
    return await begin(runtime, who, row)


async def withdraw_now(runtime: Runtime, who: SignedIn, fact_id: str, why: str) -> int:
    """Withdraw a fact at once; a second person confirms it later. Return the new revision's number. Raises Behind."""
    if who.role not in ("editor", "approver"):
        raise NotAllowed
    try:
        number = await retry(lambda: _withdraw_once(runtime, who, fact_id, why), TRIES)
    except Conflict:
        raise Behind from None
    await follow(runtime)
    return number


async def _withdraw_once(runtime: Runtime, who: SignedIn, fact_id: str, why: str) -> int:
    """Withdraw from the newest revision. Raises Conflict if somebody publishes meanwhile."""
    await follow(runtime)
    live = runtime.content
    if fact_id not in live.facts:
        raise NotFound
    if live.facts[fact_id].withdrawn:
        return runtime.revision
    if (pinned := live.facts[fact_id].pinned) and pinned.always:
        raise NotAllowed
    content = await asyncio.to_thread(_without, live, fact_id)
    return await _publish_at_once(runtime, who, content, fact_id, why)


async def confirm(runtime: Runtime, approver: SignedIn, number: int) -> None:
    """Confirm a withdrawal as a second person; whoever disagrees rolls back instead. Raises NotFound, NotAllowed."""
    must_approve(approver)
    try:
        async with runtime.database.store() as store:
            revision = await revisions.get_revision(store, number)
            if revision.made != "withdrawal":
                raise NotFound
            if revision.published_by == approver.id:
                raise NotAllowed
            await store.revisions.confirm(Confirmation(number=number, by=approver.id, at=runtime.now()))
            store.audit.add("withdrawal_confirmed", approver.id, str(number), at=runtime.now())
    except Conflict:
        return


async def bring_in(
    runtime: Runtime, editor: SignedIn, files: Mapping[str, str], title: str, shipped: str | None = None
) -> str:
    """Open a draft of a package from elsewhere or a newer program (`shipped`). Return its id. Raises BrokenContent."""
    must_edit(editor)
    await apart.must_be_readable(runtime, files)
    row = DraftRow(
        title=drafts.titled(title), made="import", packed=await asyncio.to_thread(packed, files),
        live_hash=runtime.content.revision, opened_by=editor.id, opened_at=runtime.now(), shipped_hash=shipped,
    )  # fmt: skip
    return await begin(runtime, editor, row)


def must_approve(approver: SignedIn) -> None:
    """Raise NotAllowed unless this is an approver."""
    if approver.role != "approver":
        raise NotAllowed


def may_approve(who: SignedIn, heading: drafts.Heading) -> bool:
    """Whether this account may approve the draft now. Nobody approves a draft she worked on."""
    return who.role == "approver" and heading.standing == "proposed" and who.id not in heading.authors


async def _proved(runtime: Runtime, draft: drafts.Draft, publishing: bool) -> tuple[Content, str]:
    """Return the content of a draft and its certificate for publication. Raises Blocked."""
    if draft.content is None or draft.problems:
        raise Blocked(tuple(to_mend(draft.files, problem) for problem in draft.problems))
    edits, rollback = [saved.edit for saved in draft.edits], draft.heading.made == "rollback"
    late = outdated(runtime.content, draft.content, edits, rollback)
    found, certificate = tuple(_late(text.name, text.language, text.newer) for text in late), ""
    if not rollback:  # a rollback was justified when it was first published
        found += tuple(_unexplained(draft.content, fact) for fact in unexplained(runtime.content, draft.content))
    try:
        certificate = await _check(runtime, draft.content, publishing)
    except Blocked as blocked:
        found = (*blocked.problems, *found)
    if found:
        raise Blocked(found)
    return draft.content, certificate


async def _check(runtime: Runtime, content: Content, publishing: bool) -> str:
    try:
        return str(await apart.prove(runtime, content.files, runtime.today(), publishing))
    except BrokenContent as wrong:
        raise Blocked(tuple(to_mend(content.files, problem) for problem in wrong.problems)) from None


def _late(name: str, language: str, newer: tuple[str, ...]) -> ToMend:
    said = {"name": name, "newer": ", ".join(newer), "language": language}
    table, _, rest = name.partition(":")
    if table in ("fact", "service"):
        problem = broken("fallen behind", f"dialogs/{table}s.yaml", **said)
        return ToMend(problem, "fact" if table == "fact" else "service", rest.rpartition(".")[0], language)
    problem = broken("fallen behind", f"locales/{language}/LC_MESSAGES/dialogs.po", **said)
    return ToMend(problem, "text", name, language)


def _unexplained(content: Content, name: str) -> ToMend:
    return ToMend(broken("unexplained", "dialogs/facts.yaml", content.facts[name].line, name=name), "fact", name)


async def _must_be_new(runtime: Runtime, store: Store, row: DraftRow) -> int:
    """Return the number of the newest revision, on which the draft is based. Raises Behind."""
    number = await store.revisions.newest_number()
    if number != (row.based_on or 0) or (number == 0 and row.live_hash != runtime.content.revision):
        raise Behind
    return number


async def _must_be_another(store: Store, approver: SignedIn, row: DraftRow) -> None:
    if approver.id in drafts.authors_of(row, await store.drafts.hands(row.id)):
        raise NotAllowed


async def _saved(store: Store, draft_id: str) -> dict[tuple[str, str, str], int]:
    """Return the present version of every edit, by place."""
    return {drafts.edit_of(row).place: row.version for row in await store.drafts.edits(draft_id)}


async def _publish_at_once(runtime: Runtime, who: SignedIn, content: Content, fact_id: str, why: str) -> int:
    now, data = runtime.now(), await asyncio.to_thread(packed, content.files)
    certificate = await _check(runtime, content, publishing=False)
    async with runtime.database.store() as store:
        newest = await store.revisions.newest_number()
        if newest > runtime.revision and not runtime.not_taken:
            raise Conflict
        await store.revisions.add(
            Revision(
                number=newest + 1,
                hash=content.revision,
                packed=data,
                made="withdrawal",
                published_at=now,
                published_by=who.id,
                title=fact_id,
                note=_note(why),
                certificate=certificate,
                shipped_hash=await revisions.shipped_in(store, runtime),
                based_on=newest or None,
            )
        )
        store.audit.add("fact_withdrawn", who.id, fact_id, at=now)
    return newest + 1


def _without(live: Content, fact_id: str) -> Content:
    return contents.parse(apply(live.files, [Edit("withdrawn", fact_id, True)]))


def _on_both_sides(mine: Content | None, live: Content, base: Content | None) -> tuple[str, ...]:
    """Return the names of what both the draft and a revision published meanwhile changed since `base`."""
    if mine is None or base is None:
        return ()
    changed = [_names(base, content) for content in (mine, live)]
    return tuple(sorted(changed[0] & changed[1]))


def _names(before: Content, after: Content) -> set[str]:
    found = compare(before, after)
    texts = {f"{text.key} ({text.language})" for text in found.texts}
    texts |= {f"{list_.topic} ({list_.language})" for list_ in (*found.phrases, *found.danger, *found.despair)}
    return texts | {row.id for row in (*found.facts, *found.services)} | {link.screen for link in found.links}


def _note(words: str) -> str:
    return words.strip()[:LONGEST_NOTE]
