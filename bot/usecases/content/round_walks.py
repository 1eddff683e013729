"""A practitioner's part in a round: join by a link, take a scenario, walk the draft, comment, read the answers.

She has no account. Her session opens this one round and nothing else.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from bot.content import Content
from bot.engine.heard import Heard
from bot.engine.state import State
from bot.runtime import Runtime
from bot.usecases.acting import token_hash
from bot.usecases.content import drafts
from bot.usecases.content.rounds import (
    CommentKind,
    Said,
    Scenario,
    describe_comment,
    frozen_content,
    get_round,
    scenarios,
)
from bot.usecases.person import converse
from bot.usecases.person.converse import Reply
from bot.usecases.refused import NotAllowed, NotFound, Refused
from storage.database import Conflict, Store
from storage.rounds import Comment, Participant

SESSION = timedelta(days=14)
LONGEST_COMMENT = 1000
LONGEST_FIRST_NAME = 40
MOST_COMMENTS = 200

DAYS = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b")
PERSONAL_CODE = re.compile(r"(?<!\d)\d{6}\s?[-–]?\s?\d{5}(?!\d)")
PHONE = re.compile(r"(?:\+|(?<!\d)00)\d(?:[\s()./–-]*\d){6,}|(?<!\d)[2689](?:[\s./–-]?\d){7}(?!\d)")
ADDRESS = re.compile(r"\S+@\S+\.\w{2,}")


class NotSaid(Refused):
    """A comment that cannot be saved: `why` is empty, long, kind, personal, closed or many."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page behind a link shows."""

    title: str
    service: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A practitioner with her round, service and scenario. `is_open`: she may still walk and comment."""

    id: str
    round_id: str
    title: str
    service: str
    name: str
    language: str
    closes_at: datetime
    is_open: bool
    cards: tuple[Scenario, ...]
    card: Scenario | None
    walked: int


async def get_invitation(runtime: Runtime, token: str) -> Invitation:
    """Return the invitation behind a link. Raises NotFound if it was used, has expired or never existed."""
    async with runtime.database.store() as store:
        row = await _invited(store, token, runtime.now())
        held = await get_round(store, row.round_id)
        return Invitation(held.title, row.service, held.closes_at)


async def join(runtime: Runtime, token: str, name: str, language: str) -> str:
    """Use up a link. Return a session's token for two weeks. Raises NotFound, and NotSaid for a personal name."""
    now, session = runtime.now(), secrets.token_urlsafe(32)
    name = " ".join(name.split())[:LONGEST_FIRST_NAME]
    if is_personal(name):
        raise NotSaid("personal")
    try:
        async with runtime.database.store() as store:
            row = await _invited(store, token, now)
            row.invited_hash, row.session_hash, row.session_until = None, token_hash(session), now + SESSION
            row.joined_at, row.name, row.language = now, name, language
    except Conflict:  # the same link, opened twice at once
        raise NotFound from None
    return session


async def get_practitioner(runtime: Runtime, session: str) -> Practitioner | None:
    """Return the practitioner of a session, or None if it has expired or never existed."""
    now = runtime.now()
    async with runtime.database.store() as store:
        row = await store.rounds.in_session(token_hash(session))
        if row is None or row.session_until is None or row.session_until <= now:
            return None
        held = await get_round(store, row.round_id)
    cards = scenarios(held)
    return Practitioner(
        id=row.id,
        round_id=row.round_id,
        title=held.title,
        service=row.service,
        name=row.name,
        language=row.language,
        closes_at=held.closes_at,
        is_open=held.is_open(now),
        cards=cards,
        card=next((card for card in cards if card.id == row.card), None),
        walked=len(row.walked),
    )


async def take_card(runtime: Runtime, who: Practitioner, card: str) -> None:
    """Take a scenario and start at the first screen. Raises NotAllowed, NotFound."""
    _must_be_open(who)
    if card not in {scenario.id for scenario in who.cards}:
        raise NotFound
    async with runtime.database.store() as store:
        row = await _row(store, who)
        row.card, row.walk = card, ""


async def walk(runtime: Runtime, who: Practitioner, heard: Heard | None) -> Reply:
    """Run a turn of the real engine on the frozen draft; None as input shows the present card again.

    Nothing is sent or hidden: the reply tells what the engine would have done. Raises NotAllowed, NotFound.
    """
    _must_be_open(who)
    content = await frozen_content(runtime, who.round_id)
    async with runtime.database.store() as store:
        row = await _row(store, who)
        before = _state(row.walk)
    after, reply = await converse.rehearse(runtime, content, before, heard, who.language)
    if after is None:  # everything would vanish from her screen; here she stays where she was
        after, shown = await converse.rehearse(runtime, content, before, None, who.language)
        reply = replace(shown, tell=reply.tell)
    if after is not None:
        await _remember(runtime, who, after)
    return reply


async def comment(runtime: Runtime, who: Practitioner, screen: str, kind: str, text: str) -> None:
    """Save a comment on a screen, or on a step of a practice case, which has no scenario. Raises NotSaid, NotFound."""
    text = text.replace("\r\n", "\n").strip()
    if kind not in get_args(CommentKind):
        raise NotSaid("kind")
    if not text or len(text) > LONGEST_COMMENT:
        raise NotSaid("long" if text else "empty")
    content = await frozen_content(runtime, who.round_id)
    if is_personal(text, content):
        raise NotSaid("personal")
    practised = content.practice.find(screen) is not None
    if not practised and screen not in content.dialogue.screens:
        raise NotFound
    known: CommentKind = next(name for name in get_args(CommentKind) if name == kind)
    async with runtime.database.store() as store:
        row, now = await _row(store, who), runtime.now()
        if not (await get_round(store, who.round_id)).is_open(now):
            raise NotSaid("closed")
        comments = await store.rounds.comments(who.round_id)
        mine = [comment for comment in comments if comment.participant_id == who.id]
        if len(mine) >= MOST_COMMENTS:
            raise NotSaid("many")
        if any((own.screen, own.kind, own.text) == (screen, kind, text) for own in mine):
            return  # the button was pressed twice
        await store.rounds.add(
            Comment(
                round_id=who.round_id,
                participant_id=who.id,
                card="" if practised else row.card,
                screen=screen,
                language=_spoken(row),
                kind=known,
                text=text,
                at=now,
            )
        )


async def list_own_comments(runtime: Runtime, who: Practitioner) -> list[Said]:
    """Return her comments with the answers, newest first."""
    async with runtime.database.store() as store:
        names = await drafts.names_of(store)
        mine = [row for row in await store.rounds.comments(who.round_id) if row.participant_id == who.id]
    return [describe_comment(row, who.service, names) for row in reversed(mine)]


async def leave(runtime: Runtime, who: Practitioner) -> None:
    """End her session and forget her name. Her comments stay."""
    async with runtime.database.store() as store:
        row = await _row(store, who)
        row.session_hash, row.session_until, row.name, row.walk = None, None, "", ""


def is_personal(text: str, content: Content | None = None) -> bool:
    """Whether a text seems to contain a phone number, personal code or address. Those in the content are public."""
    rest = DAYS.sub(" ", text)
    public = content.facts.values() if content else ()
    for number in sorted({value for fact in public for value in fact.value.values()}, key=len, reverse=True):
        if any(character.isdigit() or character == "@" for character in number):
            rest = rest.replace(number, " ")
    return any(pattern.search(rest) for pattern in (PERSONAL_CODE, PHONE, ADDRESS))


async def _remember(runtime: Runtime, who: Practitioner, state: State) -> None:
    try:
        async with runtime.database.store() as store:
            row = await _row(store, who)
            row.walk, row.language = state.to_json(), state.language
            if state.screen not in row.walked:
                row.walked = [*row.walked, state.screen]
    except Conflict:  # pressed twice at once; the other press counts
        return


async def _invited(store: Store, token: str, now: datetime) -> Participant:
    row = await store.rounds.invited(token_hash(token))
    if row is None or row.invited_until <= now or not (await get_round(store, row.round_id)).is_open(now):
        raise NotFound
    return row


async def _row(store: Store, who: Practitioner) -> Participant:
    row = await store.rounds.participant(who.id)
    if row is None:
        raise NotFound
    return row


def _must_be_open(who: Practitioner) -> None:
    if not who.is_open:
        raise NotAllowed


def _state(walk: str) -> State | None:
    try:
        return State.from_json(walk) if walk else None
    except ValueError:  # written by another version of the program
        return None


def _spoken(row: Participant) -> str:
    state = _state(row.walk)
    return state.language if state else row.language
