"""What a practitioner does in a round: come by a link, take a situation, walk the draft, comment, read the answers.

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
from bot.usecases.content.rounds import CommentKind, Said, Scenario, frozen_content, said, scenarios, the_round
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
    """A comment that cannot be kept: `why` is empty, long, kind, personal, closed or many."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page of a link shows."""

    title: str
    service: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Who walks: the round, her service, the situation she has taken. `is_open`: she may still walk and comment."""

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


async def invitation(runtime: Runtime, token: str) -> Invitation:
    """Raises NotFound when the link was used, ran out, or never was."""
    async with runtime.database.store() as store:
        row = await _invited(store, token, runtime.now())
        held = await the_round(store, row.round_id)
        return Invitation(held.title, row.service, held.closes_at)


async def join(runtime: Runtime, token: str, name: str, language: str) -> str:
    """Use the link up. A session's token for two weeks. Raises NotSaid when the name holds a number or an address."""
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


async def taking_part(runtime: Runtime, session: str) -> Practitioner | None:
    """Whose session this is; None when its time is over, or it never was."""
    now = runtime.now()
    async with runtime.database.store() as store:
        row = await store.rounds.in_session(token_hash(session))
        if row is None or row.session_until is None or row.session_until <= now:
            return None
        held = await the_round(store, row.round_id)
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
        card=next((one for one in cards if one.id == row.card), None),
        walked=len(row.walked),
    )


async def take_card(runtime: Runtime, who: Practitioner, card: str) -> None:
    """Take a situation, and begin at the first screen."""
    _must_be_open(who)
    if card not in {one.id for one in who.cards}:
        raise NotFound
    async with runtime.database.store() as store:
        row = await _row(store, who)
        row.card, row.walk = card, ""


async def walk(runtime: Runtime, who: Practitioner, heard: Heard | None) -> Reply:
    """A turn of the real engine on the frozen draft; the same card again where nothing was heard.

    Nothing is sent, nothing is hidden: what the engine wants done beyond showing is told.
    """
    _must_be_open(who)
    content = await frozen_content(runtime, who.round_id)
    async with runtime.database.store() as store:
        row = await _row(store, who)
        before = _state(row.walk)
    after, reply = await converse.rehearse(runtime, content, before, heard, who.language)
    if after is None:  # it would all be gone from her screen; here she stays where she stood
        after, shown = await converse.rehearse(runtime, content, before, None, who.language)
        reply = replace(shown, tell=reply.tell)
    if after is not None:
        await _remember(runtime, who, after)
    return reply


async def comment(runtime: Runtime, who: Practitioner, screen: str, kind: str, text: str) -> None:
    """Say something of the screen on which she stands. Raises NotSaid."""
    text = text.replace("\r\n", "\n").strip()
    if kind not in get_args(CommentKind):
        raise NotSaid("kind")
    if not text or len(text) > LONGEST_COMMENT:
        raise NotSaid("long" if text else "empty")
    content = await frozen_content(runtime, who.round_id)
    if is_personal(text, content):
        raise NotSaid("personal")
    if screen not in content.dialogue.screens:
        raise NotFound
    known: CommentKind = next(one for one in get_args(CommentKind) if one == kind)
    async with runtime.database.store() as store:
        row, now = await _row(store, who), runtime.now()
        if not (await the_round(store, who.round_id)).is_open(now):
            raise NotSaid("closed")
        mine = [one for one in await store.rounds.comments(who.round_id) if one.participant_id == who.id]
        if len(mine) >= MOST_COMMENTS:
            raise NotSaid("many")
        if any((one.screen, one.kind, one.text) == (screen, kind, text) for one in mine):
            return  # the button was pressed twice
        await store.rounds.add(
            Comment(
                round_id=who.round_id,
                participant_id=who.id,
                card=row.card,
                screen=screen,
                language=_spoken(row),
                kind=known,
                text=text,
                at=now,
            )
        )


async def own_comments(runtime: Runtime, who: Practitioner) -> list[Said]:
    """What she said, newest first, with the answers."""
    async with runtime.database.store() as store:
        names = await drafts.names_of(store)
        mine = [one for one in await store.rounds.comments(who.round_id) if one.participant_id == who.id]
    return [said(one, who.service, names) for one in reversed(mine)]


async def leave(runtime: Runtime, who: Practitioner) -> None:
    """She is through: her session ends, her name is forgotten. Her comments stay."""
    async with runtime.database.store() as store:
        row = await _row(store, who)
        row.session_hash, row.session_until, row.name, row.walk = None, None, "", ""


def is_personal(text: str, content: Content | None = None) -> bool:
    """Whether a text seems to hold a phone number, a personal code or an address. What the content says is public."""
    rest = DAYS.sub(" ", text)
    public = content.facts.values() if content else ()
    for number in sorted({value for one in public for value in one.value.values()}, key=len, reverse=True):
        if any(sign.isdigit() or sign == "@" for sign in number):
            rest = rest.replace(number, " ")
    return any(pattern.search(rest) for pattern in (PERSONAL_CODE, PHONE, ADDRESS))


async def _remember(runtime: Runtime, who: Practitioner, state: State) -> None:
    try:
        async with runtime.database.store() as store:
            row = await _row(store, who)
            row.walk, row.language = state.to_json(), state.language
            if state.screen not in row.walked:
                row.walked = [*row.walked, state.screen]
    except Conflict:  # pressed twice at once: the other press stands
        return


async def _invited(store: Store, token: str, now: datetime) -> Participant:
    row = await store.rounds.invited(token_hash(token))
    if row is None or row.invited_until <= now or not (await the_round(store, row.round_id)).is_open(now):
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
