"""What people type, list by list: a topic's phrases, and the words of acute danger; tried out before anybody reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bot.content import Content
from bot.editing import Edit
from bot.engine.find import FoundTopics
from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.usecases.content import apart, drafts
from bot.usecases.content.drafts import Draft, SignedIn, Unreadable
from bot.usecases.refused import NotFound

MOST_LOOKED_AT = 40
"""New phrases that are tried out for a warning; more would take too long."""


@dataclass(frozen=True, slots=True)
class Which:
    """One list: the phrases of a topic, or the words of danger, in one language."""

    kind: Literal["phrases", "danger"]
    name: str
    language: str

    @property
    def place(self) -> Edit:
        return Edit(self.kind, self.name, None, self.language)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A phrase that leads, or could lead, to another topic."""

    phrase: str
    topic: str


def lines_of(content: Content, which: Which) -> tuple[str, ...]:
    """A list as it stands. Raises NotFound where there is no such list."""
    if which.language not in content.words:
        raise NotFound
    if which.kind == "danger":
        return content.phrasebook.danger.get(which.language, ())
    if which.name not in content.dialogue.topics:
        raise NotFound
    return content.phrasebook.topics.get(which.name, {}).get(which.language, ())


def tidy(text: str) -> tuple[str, ...]:
    """What stands in a text, one phrase a line; empty lines and what stands twice left out."""
    return tuple(dict.fromkeys(words for line in text.splitlines() if (words := " ".join(line.split()))))


async def save(
    runtime: Runtime, editor: SignedIn, draft_id: str, which: Which, lines: Iterable[str], seen: int
) -> None:
    """Keep the list in the draft as it is given. Raises EditedMeanwhile, Unreadable."""
    draft = await drafts.draft(runtime, draft_id)
    lines_of(drafts.readable(draft), which)
    edit = await apart.list_edit(runtime, draft.base, _others(draft, which), which.place, tuple(lines))
    if edit is not None:
        await drafts.edit(runtime, editor, draft_id, edit, seen)
    elif draft.version_of(which.place):
        await drafts.undo(runtime, editor, draft_id, which.place, seen)


async def try_out(runtime: Runtime, draft_id: str, which: Which, lines: Iterable[str], text: str) -> FoundTopics:
    """What a person would be offered who typed this, if the list read so. Nothing is kept. Raises Unreadable."""
    draft = await drafts.draft(runtime, draft_id)
    lines_of(drafts.readable(draft), which)
    others = _others(draft, which)
    try:
        return await apart.tried_out(runtime, draft.base, others, which.place, tuple(lines), text)
    except BrokenContent as broken:
        raise Unreadable(broken.problems) from None


def standing_in(content: Content, which: Which, lines: Iterable[str]) -> tuple[Elsewhere, ...]:
    """Phrases that another topic has already: a list that holds one of them cannot be saved."""
    topics = content.phrasebook.topics.items() if which.kind == "phrases" else ()
    known = {
        one.casefold(): topic
        for topic, said in topics
        if topic != which.name
        for lines in said.values()
        for one in lines
    }
    return tuple(Elsewhere(one, known[one.casefold()]) for one in lines if one.casefold() in known)


async def led_elsewhere(runtime: Runtime, draft: Draft, which: Which) -> tuple[Elsewhere, ...]:
    """New phrases of a topic for which another one would still be offered first."""
    value = next((one.edit.value for one in draft.edits if one.edit.place == which.place.place), None)
    content = drafts.readable(draft)
    if which.kind != "phrases" or not isinstance(value, dict):
        return ()

    new = list(islice((str(one) for one in value.get("add", ())), MOST_LOOKED_AT))
    topics = await apart.first_topics(runtime, content.files, new, which.language)
    led = zip(new, topics, strict=True)
    return tuple(Elsewhere(phrase, topic) for phrase, topic in led if topic and topic != which.name)


def _others(draft: Draft, which: Which) -> list[Edit]:
    return [one.edit for one in draft.edits if one.edit.place != which.place.place]
