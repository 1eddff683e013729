"""Lists of what people type: a topic's phrases, words of danger and of despair. Editors try them before publishing."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bot.content import Content
from bot.editing import Edit
from bot.engine.find import FoundTopics
from bot.engine.phrasebook import WARNED, Warned
from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.usecases.content import apart, drafts
from bot.usecases.content.drafts import Draft, SignedIn, Unreadable
from bot.usecases.refused import NotFound

MOST_LOOKED_AT = 40
"""How many new phrases are tried for a warning; more would take too long."""


@dataclass(frozen=True, slots=True)
class Which:
    """Identifies a list: the phrases of a topic or the words of danger or despair, in one language."""

    kind: Literal["phrases"] | Warned
    name: str
    language: str

    @property
    def place(self) -> Edit:
        return Edit(self.kind, self.name, None, self.language)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A phrase that leads to another topic, or might."""

    phrase: str
    topic: str


def lines_of(content: Content, which: Which) -> tuple[str, ...]:
    """Return the lines of a list. Raises NotFound."""
    if which.language not in content.words:
        raise NotFound
    if which.kind in WARNED:
        return content.phrasebook.warnings(which.kind).get(which.language, ())
    if which.name not in content.dialogue.topics:
        raise NotFound
    return content.phrasebook.topics.get(which.name, {}).get(which.language, ())


def tidy(text: str) -> tuple[str, ...]:
    """Split a text into phrases, one per line, without empty lines and duplicates."""
    return tuple(dict.fromkeys(words for line in text.splitlines() if (words := " ".join(line.split()))))


async def save(
    runtime: Runtime, editor: SignedIn, draft_id: str, which: Which, lines: Iterable[str], seen: int
) -> None:
    """Save a list in the draft as given. Raises NotFound, BrokenContent, EditedMeanwhile, Unreadable."""
    draft = await drafts.read_draft(runtime, draft_id)
    lines_of(drafts.readable(draft), which)
    edit = await apart.list_edit(runtime, draft.base, _others(draft, which), which.place, tuple(lines))
    if edit is not None:
        await drafts.save_edit(runtime, editor, draft_id, edit, seen)
    elif draft.version_of(which.place):
        await drafts.undo(runtime, editor, draft_id, which.place, seen)


async def try_out(runtime: Runtime, draft_id: str, which: Which, lines: Iterable[str], text: str) -> FoundTopics:
    """Return what a person who typed `text` would be offered if the list were `lines`. Raises Unreadable."""
    draft = await drafts.read_draft(runtime, draft_id)
    lines_of(drafts.readable(draft), which)
    others = _others(draft, which)
    try:
        return await apart.try_out(runtime, draft.base, others, which.place, tuple(lines), text)
    except BrokenContent as broken:
        raise Unreadable(broken.problems) from None


def find_duplicates(content: Content, which: Which, lines: Iterable[str]) -> tuple[Elsewhere, ...]:
    """Return the phrases that another topic has already. A list with one of them cannot be saved."""
    topics = content.phrasebook.topics.items() if which.kind == "phrases" else ()
    known = {
        phrase.casefold(): topic
        for topic, lists in topics
        if topic != which.name
        for phrases in lists.values()
        for phrase in phrases
    }
    return tuple(Elsewhere(phrase, known[phrase.casefold()]) for phrase in lines if phrase.casefold() in known)


async def find_misleading(runtime: Runtime, draft: Draft, which: Which) -> tuple[Elsewhere, ...]:
    """Return the new phrases of a topic for which another topic would still be offered first."""
    value = next((saved.edit.value for saved in draft.edits if saved.edit.place == which.place.place), None)
    content = drafts.readable(draft)
    if which.kind != "phrases" or not isinstance(value, dict):
        return ()

    new = list(islice((str(phrase) for phrase in value.get("add", ())), MOST_LOOKED_AT))
    topics = await apart.first_topics(runtime, content.files, new, which.language)
    led = zip(new, topics, strict=True)
    return tuple(Elsewhere(phrase, topic) for phrase, topic in led if topic and topic != which.name)


def _others(draft: Draft, which: Which) -> list[Edit]:
    return [saved.edit for saved in draft.edits if saved.edit.place != which.place.place]
