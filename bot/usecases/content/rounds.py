"""Rounds: an editor freezes a draft, invites practitioners to walk it, answers each comment and closes the round.

`round_walks` holds the practitioners' part.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import get_args

from bot.content import Content
from bot.engine.problems import BrokenContent
from bot.runtime import RIGA, Runtime
from bot.usecases.acting import SignedIn, token_hash
from bot.usecases.content import apart, drafts
from bot.usecases.content.drafts import must_edit
from bot.usecases.refused import AlreadyTaken, NotFound, Refused
from storage.database import Conflict, Store
from storage.packages import packed
from storage.rounds import Comment, CommentKind, Participant, Round, Verdict

__all__ = ["CommentKind", "Verdict"]

INVITED_FOR = timedelta(days=14)
LONGEST_ROUND = timedelta(days=92)
LONGEST_NAME, LONGEST_ANSWER = 120, 1000
MOST_CARDS = 12
MOST_INVITED = 50
"""At once: more than the services there are."""
CONTENTS_KEPT = 4

Words = Mapping[str, str]


class NotValid(Refused):
    """A field of the form is not valid; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Unheard(Refused):
    """The draft is still being discussed: a round is open, or comments have no answer yet."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation for practitioners to imagine: a name and a few sentences in every language of the desk."""

    id: str
    names: Words
    texts: Words


@dataclass(frozen=True, slots=True)
class Guest:
    """An invited practitioner. She may give a `name`, which is forgotten when the round closes."""

    service: str
    name: str
    invited_until: datetime
    joined_at: datetime | None
    walked: int
    comments: int


@dataclass(frozen=True, slots=True)
class Said:
    """A comment and its answer."""

    id: str
    service: str
    card: str
    screen: str
    language: str
    kind: CommentKind
    text: str
    at: datetime
    verdict: Verdict | None
    answer: str
    edit: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A round as the editors see it. `services` took part: at least one of their people walked the draft."""

    id: str
    draft_id: str
    title: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    is_open: bool
    cards: tuple[Scenario, ...]
    guests: tuple[Guest, ...]
    comments: tuple[Said, ...]
    services: tuple[str, ...]
    walked: frozenset[str]

    @property
    def unanswered(self) -> int:
        return sum(comment.verdict is None for comment in self.comments)


async def open_round(
    runtime: Runtime, editor: SignedIn, draft_id: str, title: str, closes_on: date, cards: Sequence[Scenario]
) -> str:
    """Freeze a draft for practitioners to walk until the end of `closes_on`. Return the id of the round.

    A situation needs its name and its text in Latvian, which stands in for every other language. Raises NotValid.
    """
    must_edit(editor)
    now, closes_at = runtime.now(), datetime.combine(closes_on, time.max, RIGA).replace(microsecond=0)
    if not title.strip():
        raise NotValid("title")
    if not now < closes_at <= now + LONGEST_ROUND:
        raise NotValid("closes")
    if not 0 < len(cards) <= MOST_CARDS:
        raise NotValid("cards")
    if not all(card.names.get("lv") and card.texts.get("lv") for card in cards):
        raise NotValid("latvian")
    draft = await drafts.read_draft(runtime, draft_id)
    content = drafts.readable(draft)
    data = await asyncio.to_thread(packed, content.files)
    async with runtime.database.store() as store:
        drafts.must_be_open(await drafts.get_draft(store, draft_id))
        if any(row.is_open(now) for row in await store.rounds.of_draft(draft_id)):
            raise NotValid("another")
        row = Round(
            draft_id=draft_id,
            title=drafts.titled(title),
            packed=data,
            hash=content.revision,
            cards=[_stored(card) for card in cards],
            opened_by=editor.id,
            opened_at=now,
            closes_at=closes_at,
        )
        await store.rounds.add(row)
        store.audit.add("round_opened", editor.id, row.id, at=now)
        return row.id


async def invite(runtime: Runtime, editor: SignedIn, round_id: str, *services: str) -> list[str]:
    """Return the path of a link for one practitioner of each service. All are made, or none.

    A link works once, within two weeks; we keep only its hash. Raises NotValid, NotFound.
    """
    must_edit(editor)
    named, now = [" ".join(service.split())[:LONGEST_NAME] for service in services], runtime.now()
    tokens = [secrets.token_urlsafe(32) for _ in named]
    if not named or not all(named):
        raise NotValid("service")
    if len(named) > MOST_INVITED:
        raise NotValid("invited")
    async with runtime.database.store() as store:
        row = await get_round(store, round_id)
        if not row.is_open(now):
            raise NotValid("closed")
        until = min(now + INVITED_FOR, row.closes_at)
        for service, token in zip(named, tokens, strict=True):
            await store.rounds.add(
                Participant(
                    round_id=row.id,
                    service=service,
                    invited_at=now,
                    invited_until=until,
                    invited_hash=token_hash(token),
                )
            )
            store.audit.add("round_invited", editor.id, row.id, at=now)
    return [f"/round/join/{token}" for token in tokens]


async def answer(
    runtime: Runtime, editor: SignedIn, round_id: str, comment_id: str, verdict: str, words: str, edit: str = ""
) -> None:
    """Accept a comment, or decline it with a reason. `edit` names the edit it led to: `kind|name|language`."""
    must_edit(editor)
    words = words.strip()[:LONGEST_ANSWER]
    if verdict not in get_args(Verdict):
        raise NotValid("verdict")
    if verdict == "declined" and not words:
        raise NotValid("reason")
    try:
        async with runtime.database.store() as store:
            held = await get_round(store, round_id)
            row = await store.rounds.comment(comment_id)
            if row is None or row.round_id != round_id:
                raise NotFound
            drafts.must_be_open(await drafts.get_draft(store, held.draft_id))
            edits = {f"{saved.kind}|{saved.name}|{saved.language}" for saved in await store.drafts.edits(held.draft_id)}
            row.verdict = "accepted" if verdict == "accepted" else "declined"
            row.answer, row.edit = words, edit if edit in edits and verdict == "accepted" else ""
            row.answered_by, row.answered_at = editor.id, runtime.now()
            store.audit.add("comment_answered", editor.id, row.id, at=runtime.now())
    except Conflict:
        raise AlreadyTaken from None


async def close(runtime: Runtime, editor: SignedIn, round_id: str) -> None:
    """End walking and commenting, and forget first names. Answers can still be given and read."""
    must_edit(editor)
    async with runtime.database.store() as store:
        row = await get_round(store, round_id)
        await store.rounds.close(row.draft_id, runtime.now())
        store.audit.add("round_closed", editor.id, round_id, at=runtime.now())


async def list_rounds(runtime: Runtime, draft_id: str) -> list[Held]:
    """Return the rounds of a draft, oldest first."""
    async with runtime.database.store() as store:
        rows = await store.rounds.of_draft(draft_id)
        return [await _held(store, row, runtime.now()) for row in rows]


async def view_round(runtime: Runtime, round_id: str) -> Held:
    """Return a round as the editors see it. Raises NotFound."""
    async with runtime.database.store() as store:
        return await _held(store, await get_round(store, round_id), runtime.now())


def may_open(who: SignedIn, heading: drafts.Heading, held: Iterable[Held]) -> bool:
    """Whether another round of the draft can be opened; only one is open at a time."""
    return drafts.may_edit(who, heading) and not any(earlier.is_open for earlier in held)


def may_lead(who: SignedIn, held: Held) -> bool:
    return who.role == "editor" and held.is_open


async def must_be_heard(store: Store, draft_id: str, now: datetime) -> None:
    """Close a draft's rounds before it is proposed. Raises Unheard if one is open or a comment unanswered."""
    if any(row.is_open(now) for row in await store.rounds.of_draft(draft_id)):
        raise Unheard
    if await store.rounds.unanswered(draft_id):
        raise Unheard
    await store.rounds.close(draft_id, now)


async def round_credit(store: Store, draft_id: str) -> tuple[str, int]:
    """Return the names of a draft's rounds, and how many services took part, for the published revision."""
    rows = await store.rounds.of_draft(draft_id)
    came = [guest for row in rows for guest in await store.rounds.participants(row.id)]
    return "; ".join(row.title for row in rows), len(_services(came))


_contents: OrderedDict[str, Content] = OrderedDict()


async def frozen_content(runtime: Runtime, round_id: str) -> Content:
    """Return the content that a round walks; the latest few stay in memory. Raises NotFound, BrokenContent."""
    if round_id not in _contents:
        async with runtime.database.store() as store:
            row = await store.rounds.by_id(round_id, files=True)
            if row is None:
                raise NotFound
            files = row.files
        content, problems = await apart.read(runtime, files)
        if content is None:
            raise BrokenContent(problems)
        _contents[round_id] = content
        while len(_contents) > CONTENTS_KEPT:
            _contents.popitem(last=False)
    return _contents[round_id]


async def get_round(store: Store, round_id: str) -> Round:
    """Return the row of a round. Raises NotFound."""
    row = await store.rounds.by_id(round_id)
    if row is None:
        raise NotFound
    return row


def scenarios(row: Round) -> tuple[Scenario, ...]:
    """Return the scenarios of a round as they were when it was opened."""
    return tuple(Scenario(card["id"], _words(card, "name."), _words(card, "text.")) for card in row.cards)


def describe_comment(row: Comment, service: str, names: Mapping[str, str]) -> Said:
    """Return a comment as others see it."""
    return Said(
        id=row.id,
        service=service,
        card=row.card,
        screen=row.screen,
        language=row.language,
        kind=row.kind,
        text=row.text,
        at=row.at,
        verdict=row.verdict,
        answer=row.answer,
        edit=row.edit,
        answered_by=names.get(row.answered_by or "", "–"),
        answered_at=row.answered_at,
    )


async def _held(store: Store, row: Round, now: datetime) -> Held:
    names = await drafts.names_of(store)
    came = await store.rounds.participants(row.id)
    services = {guest.id: guest.service for guest in came}
    said = await store.rounds.comments(row.id)
    comments = tuple(describe_comment(comment, services[comment.participant_id], names) for comment in said)
    by_whom = [comment.participant_id for comment in said]
    return Held(
        id=row.id,
        draft_id=row.draft_id,
        title=row.title,
        opened_by=names.get(row.opened_by, "–"),
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        is_open=row.is_open(now),
        cards=scenarios(row),
        guests=tuple(_guest(guest, by_whom.count(guest.id)) for guest in came),
        comments=comments,
        services=_services(came),
        walked=frozenset(screen for guest in came for screen in guest.walked),
    )


def _guest(row: Participant, comments: int) -> Guest:
    return Guest(row.service, row.name, row.invited_until, row.joined_at, len(row.walked), comments)


def _services(came: Iterable[Participant]) -> tuple[str, ...]:
    """Return each service with somebody who walked the draft, once, however its name was typed."""
    return tuple({guest.service.casefold(): guest.service for guest in came if guest.walked}.values())


def _stored(card: Scenario) -> dict[str, str]:
    names = {f"name.{language}": words for language, words in card.names.items()}
    return {"id": card.id} | names | {f"text.{language}": words for language, words in card.texts.items()}


def _words(stored: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): words for name, words in stored.items() if name.startswith(prefix)}
