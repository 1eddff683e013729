"""From a draft to what people read: proposed, proved, approved by a second person, published; and rolled back."""

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
from bot.usecases.content.changes import Changes, changes, compare, outdated, still_right, unexplained
from bot.usecases.content.drafts import NotOpen, begin, found, must_edit
from bot.usecases.content.revisions import Published, follow, history
from bot.usecases.refused import NotAllowed, NotFound, Refused
from bot.usecases.retrying import retry
from storage.database import Conflict, Store
from storage.drafts import Draft as DraftRow
from storage.packages import packed
from storage.revisions import Confirmation, Revision

__all__ = ["Changes", "Published", "ToMend", "changes", "follow", "history", "still_right"]

TRIES = 5
LONGEST_NOTE = 2000


class Blocked(Refused):
    """The draft cannot be published as it is: every problem, with the place to mend it."""

    def __init__(self, problems: tuple[ToMend, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Behind(Refused):
    """Another revision was published since the draft was opened: it has to catch up first."""


async def propose(runtime: Runtime, editor: SignedIn, draft_id: str, note: str) -> None:
    """Ask for a second person's approval. Raises Blocked with everything that keeps the draft from being published."""
    must_edit(editor)
    draft = await drafts.draft(runtime, draft_id)
    content, _ = await _proved(runtime, draft, publishing=True)
    try:
        async with runtime.database.store() as store:
            row = await found(store, draft_id)
            if row.standing != "open":
                raise NotOpen(row.standing)
            await _must_be_new(runtime, store, row)
            await rounds.must_be_heard(store, draft_id, runtime.now())
            if await _saved(store, draft_id) != {one.edit.place: one.version for one in draft.edits}:
                raise drafts.EditedMeanwhile(None)
            row.standing, row.note, row.proposed_hash = "proposed", _note(note), content.revision
            row.proposed_by, row.proposed_at = editor.id, runtime.now()
            row.sent_back_by, row.sent_back_why = None, ""
            store.audit.add("draft_proposed", editor.id, draft_id, at=runtime.now())
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


async def proof(runtime: Runtime, draft_id: str) -> tuple[str, tuple[ToMend, ...]]:
    """What the check says of a draft now: its certificate, or everything that keeps it from being published."""
    draft = await drafts.draft(runtime, draft_id)
    try:
        _, certificate = await _proved(runtime, draft, publishing=draft.heading.made != "rollback")
    except Blocked as blocked:
        return "", blocked.problems
    return certificate, ()


async def approve(runtime: Runtime, approver: SignedIn, draft_id: str, read: str) -> int:
    """Publish what was proposed, with its certificate. Only by somebody who wrote nothing of it. The new number.

    `read` is the revision on the approver's page; where another was proposed since, nobody approved that.
    """
    must_approve(approver)
    draft = await drafts.draft(runtime, draft_id)
    if draft.heading.standing != "proposed":
        raise NotOpen(draft.heading.standing)
    if draft.content is None or read != draft.content.revision:
        raise drafts.EditedMeanwhile(None)
    rollback = draft.heading.made == "rollback"
    content, certificate = await _proved(runtime, draft, publishing=not rollback)
    now, data = runtime.now(), await asyncio.to_thread(packed, content.files)
    try:
        async with runtime.database.store() as store:
            row = await found(store, draft_id)
            if row.standing != "proposed" or row.proposed_hash != content.revision:
                raise NotOpen(row.standing)
            await _must_be_another(store, approver, row)
            number = await _must_be_new(runtime, store, row) + 1
            round_name, services_heard = await rounds.heard(store, draft_id)
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
    """Give a proposed draft back to its editors, with a reason. What was to be rolled back is discarded."""
    must_approve(approver)
    if not why.strip():
        raise Refused("a reason is needed")
    try:
        async with runtime.database.store() as store:
            row = await found(store, draft_id)
            if row.standing != "proposed":
                raise NotOpen(row.standing)
            row.standing = "discarded" if row.made == "rollback" else "open"
            row.sent_back_by, row.sent_back_why = approver.id, _note(why)
            store.audit.add("draft_sent_back", approver.id, draft_id, at=runtime.now())
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None


async def catch_up(runtime: Runtime, editor: SignedIn, draft_id: str) -> tuple[str, ...]:
    """Put the edits of a draft onto the newest revision. The names of what changed on both sides: look at these."""
    must_edit(editor)
    await follow(runtime)
    live = runtime.content
    draft = await drafts.draft(runtime, draft_id)
    if draft.heading.made == "import":
        raise NotAllowed  # what was brought in is a whole package: bring it in again
    base, problems = await apart.read(runtime, draft.base)
    both = await asyncio.to_thread(_on_both_sides, draft.content, live, None if problems else base)
    data = await asyncio.to_thread(packed, live.files)
    try:
        async with runtime.database.store() as store:
            row = await found(store, draft_id)
            drafts.must_be_open(row)
            row.packed, row.live_hash = data, live.revision
            row.based_on = await store.revisions.newest_number() or None
    except Conflict:
        raise drafts.EditedMeanwhile(None) from None
    return both


async def propose_rollback(runtime: Runtime, who: SignedIn, number: int, note: str) -> str:
    """Propose to publish an earlier revision again (0: the package of the program). Another one approves it."""
    if who.role not in ("editor", "approver"):
        raise NotAllowed
    files = await revisions.files_of(runtime, number)
    content, problems = await apart.read(runtime, files)
    if content is None:
        raise Blocked(tuple(to_mend(files, one) for one in problems))
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
    """The one switch: a fact is not said any more, from now on. A second person confirms it afterwards. The number."""
    if who.role not in ("editor", "approver"):
        raise NotAllowed
    try:
        number = await retry(lambda: _withdraw_once(runtime, who, fact_id, why), TRIES)
    except Conflict:
        raise Behind from None
    await follow(runtime)
    return number


async def _withdraw_once(runtime: Runtime, who: SignedIn, fact_id: str, why: str) -> int:
    """On top of what is published now. Raises Conflict where somebody publishes meanwhile."""
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
    """A second person's word on a fact that was withdrawn at once. Who disagrees rolls back instead."""
    must_approve(approver)
    try:
        async with runtime.database.store() as store:
            revision = await revisions.revision(store, number)
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
    """A draft of a package from elsewhere: git, another municipality, a newer program (`shipped`). Its id."""
    must_edit(editor)
    await apart.must_be_readable(runtime, files)
    row = DraftRow(
        title=drafts.titled(title), made="import", packed=await asyncio.to_thread(packed, files),
        live_hash=runtime.content.revision, opened_by=editor.id, opened_at=runtime.now(), shipped_hash=shipped,
    )  # fmt: skip
    return await begin(runtime, editor, row)


def must_approve(approver: SignedIn) -> None:
    """Approvers publish; nobody else."""
    if approver.role != "approver":
        raise NotAllowed


def may_approve(who: SignedIn, heading: drafts.Heading) -> bool:
    """Whether this account would be let approve the draft now: not where it had a hand in it."""
    return who.role == "approver" and heading.standing == "proposed" and who.id not in heading.authors


async def _proved(runtime: Runtime, draft: drafts.Draft, publishing: bool) -> tuple[Content, str]:
    """The content of a draft, and the certificate of everything a publication needs. Raises Blocked."""
    if draft.content is None or draft.problems:
        raise Blocked(tuple(to_mend(draft.files, one) for one in draft.problems))
    late = outdated(runtime.content, draft.content, [one.edit for one in draft.edits], draft.heading.made == "rollback")
    found, certificate = tuple(_late(one.name, one.language, one.newer) for one in late), ""
    if draft.heading.made != "rollback":  # what was right when it was published needs no new reason
        found += tuple(_unexplained(draft.content, one) for one in unexplained(runtime.content, draft.content))
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
    except BrokenContent as broken:
        raise Blocked(tuple(to_mend(content.files, one) for one in broken.problems)) from None


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
    """The draft stands on the newest revision, whose number this is. Raises Behind."""
    number = await store.revisions.newest_number()
    if number != (row.based_on or 0) or (number == 0 and row.live_hash != runtime.content.revision):
        raise Behind
    return number


async def _must_be_another(store: Store, approver: SignedIn, row: DraftRow) -> None:
    if approver.id in drafts.authors_of(row, await store.drafts.hands(row.id)):
        raise NotAllowed


async def _saved(store: Store, draft_id: str) -> dict[tuple[str, str, str], int]:
    """Every edit by its place, in the version in which it stands now."""
    return {drafts.edit_of(one).place: one.version for one in await store.drafts.edits(draft_id)}


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
    """What the draft edits and somebody else published meanwhile: compared by what the edits alone would change."""
    if mine is None or base is None:
        return ()
    changed = [_names(base, one) for one in (mine, live)]
    return tuple(sorted(changed[0] & changed[1]))


def _names(before: Content, after: Content) -> set[str]:
    found = compare(before, after)
    texts = {f"{one.key} ({one.language})" for one in found.texts}
    texts |= {f"{one.topic or 'danger'} ({one.language})" for one in (*found.phrases, *found.danger)}
    return texts | {one.id for one in (*found.facts, *found.services)} | {one.screen for one in found.links}


def _note(words: str) -> str:
    return words.strip()[:LONGEST_NOTE]
