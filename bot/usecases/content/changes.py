"""What a draft changes, in a form people can read: sentences, facts, links, and running conversations."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

from bot.content import Content
from bot.engine.dialogue import Dialogue
from bot.engine.facts import Fact
from bot.engine.services import SocialService
from bot.runtime import Runtime
from bot.texts import placeholders
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Edit, NotOpen
from bot.usecases.person.memory import Memory

SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
NOT_SAID = ("id", "line")
"""Fields of a fact or service that editors do not write."""


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text in one language, before and after; None if missing."""

    key: str
    language: str
    before: str | None
    after: str | None
    sentences: int

    @property
    def screen(self) -> str:
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A fact or service that was added, removed or changed, field by field."""

    id: str
    how: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class LinkChange:
    """Where a button of a screen led and where it leads now; None if missing."""

    screen: str
    choice: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """Phrases added to and removed from the list of a topic, or of acute danger or despair, in one language."""

    topic: str
    language: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outdated:
    """A text that stayed while it changed in the languages `newer`. It blocks until it changes or is confirmed.

    `name` is a key, `fact:<id>.<field>` or `service:<id>.<field>`.
    """

    name: str
    language: str
    newer: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Touched:
    """Counts of running conversations: all, those on a changed screen, those on a removed one."""

    running: int = 0
    on_changed: int = 0
    on_removed: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """The whole difference between the content in use and a draft."""

    texts: tuple[TextChange, ...]
    facts: tuple[RowChange, ...]
    services: tuple[RowChange, ...]
    phrases: tuple[PhraseChange, ...]
    danger: tuple[PhraseChange, ...]
    despair: tuple[PhraseChange, ...]
    links: tuple[LinkChange, ...]
    screens_added: tuple[str, ...]
    screens_removed: tuple[str, ...]
    topics_added: tuple[str, ...]
    topics_removed: tuple[str, ...]
    paths: tuple[str, ...]
    files: tuple[str, ...]
    outdated: tuple[Outdated, ...] = ()
    touched: Touched = Touched()

    @property
    def nothing(self) -> bool:
        return not self.files

    @property
    def sentences(self) -> int:
        """How many sentences changed; a sentence changed in several languages counts once."""
        most: dict[str, int] = {}
        for text in self.texts:
            most[text.key] = max(most.get(text.key, 0), text.sentences)
        return sum(most.values())

    @property
    def only_in(self) -> Mapping[str, int]:
        """How many of them change in one language only, by language."""
        languages: dict[str, set[str]] = {}
        for text in self.texts:
            languages.setdefault(text.key, set()).add(text.language)
        only: dict[str, int] = {}
        for text in self.texts:
            if languages[text.key] == {text.language}:
                only[text.language] = only.get(text.language, 0) + text.sentences
        return only


async def compare_draft(runtime: Runtime, draft_id: str) -> Changes:
    """Return what publishing the draft now would change. Raises NotFound, and BrokenContent if it is unreadable."""
    draft = await drafts.read_draft(runtime, draft_id)
    content = drafts.readable(draft)
    found = compare(runtime.content, content)
    late = outdated(runtime.content, content, [saved.edit for saved in draft.edits], draft.heading.made == "rollback")
    return _with(found, late, await touched(runtime, found))


async def still_right(runtime: Runtime, editor: drafts.SignedIn, draft_id: str, name: str, language: str) -> None:
    """Confirm a text beside its changed translations, until one of them changes again. Raises NotOpen."""
    draft = await drafts.read_draft(runtime, draft_id)
    if draft.heading.standing != "open":
        raise NotOpen(draft.heading.standing)
    late = outdated(runtime.content, drafts.readable(draft), (), rollback=False)
    for text in late:
        if (text.name, text.language) == (name, language):
            edit = Edit("still", name, text.mark, language)
            await drafts.save_edit(runtime, editor, draft_id, edit, draft.version_of(edit))


def compare(before: Content, after: Content) -> Changes:
    """Compare two revisions."""
    old, new = before.dialogue.screens, after.dialogue.screens
    texts, links = tuple(_texts(before, after)), tuple(_links(before.dialogue, after.dialogue))
    facts = tuple(_rows(before.facts, after.facts))
    services = tuple(_rows(before.services, after.services))
    changed = {text.screen for text in texts} | {link.screen for link in links} | {*old} ^ {*new}
    changed |= _citing(before, after, {fact.id for fact in facts})
    return Changes(
        texts=texts,
        facts=facts,
        services=services,
        phrases=tuple(_phrases(before.phrasebook.topics, after.phrasebook.topics)),
        danger=tuple(_phrases({"danger": before.phrasebook.danger}, {"danger": after.phrasebook.danger})),
        despair=tuple(_phrases({"despair": before.phrasebook.despair}, {"despair": after.phrasebook.despair})),
        links=links,
        screens_added=tuple(sorted({*new} - {*old})),
        screens_removed=tuple(sorted({*old} - {*new})),
        topics_added=tuple(sorted({*after.dialogue.topics} - {*before.dialogue.topics})),
        topics_removed=tuple(sorted({*before.dialogue.topics} - {*after.dialogue.topics})),
        paths=tuple(sorted(_paths(before.dialogue, changed) | _paths(after.dialogue, changed))),
        files=tuple(
            name for name in sorted({*before.files, *after.files}) if before.files.get(name) != after.files.get(name)
        ),
    )


def outdated(
    before: Content, after: Content, edits: "tuple[Edit, ...] | list[Edit]", rollback: bool
) -> tuple[Outdated, ...]:
    """Return texts that are older than their translations. A rollback has none: its texts were published together."""
    if rollback:
        return ()
    marks = {(edit.name, edit.language): edit.value for edit in edits if edit.kind == "still"}
    found = [*_late_texts(before, after), *_late_rows("fact", before.facts, after.facts)]
    found += _late_rows("service", before.services, after.services)
    return tuple(text for text in found if marks.get((text.name, text.language)) != text.mark)


def unexplained(before: Content, after: Content) -> tuple[str, ...]:
    """Return the facts whose value changed without a new source, day of verification or note."""
    return tuple(
        name
        for name, fact in sorted(after.facts.items())
        if (old := before.facts.get(name)) is not None
        and old.value != fact.value
        and (old.source, old.verified_on, old.note) == (fact.source, fact.verified_on, fact.note)
    )


async def touched(runtime: Runtime, found: Changes) -> Touched:
    """Count running conversations on changed screens. Reads nothing of them but the names of their screens."""
    changed = {text.screen for text in found.texts} | {link.screen for link in found.links}
    running = on_changed = on_removed = 0
    async with runtime.database.store() as store:
        living = await store.conversations.living(runtime.now())
    for row in living:
        state = Memory.from_bytes(row.content).state
        if state is not None:
            running += 1
            on_removed += state.screen in found.screens_removed
            on_changed += state.screen in changed and state.screen not in found.screens_removed
    return Touched(running, on_changed, on_removed)


def _with(found: Changes, late: tuple[Outdated, ...], people: Touched) -> Changes:
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return Changes(**values | {"outdated": late, "touched": people})


def _texts(before: Content, after: Content) -> Iterator[TextChange]:
    for language in sorted({*before.words, *after.words}):
        old, new = before.words.get(language, {}), after.words.get(language, {})
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield TextChange(key, language, old.get(key), new.get(key), _sentences(old.get(key), new.get(key)))


def _sentences(old: str | None, new: str | None) -> int:
    """Count the sentences that changed."""
    before, after = ([part for part in SENTENCE.split(text or "") if part] for text in (old, new))
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return max(1, sum(max(b - a, d - c) for how, a, b, c, d in steps if how != "equal"))


def _rows(
    old: Mapping[str, Fact] | Mapping[str, SocialService], new: Mapping[str, Fact] | Mapping[str, SocialService]
) -> Iterator[RowChange]:
    for name in sorted({*old, *new}):
        was, row = old.get(name), new.get(name)
        if was is None or row is None:
            yield RowChange(name, "added" if was is None else "removed", ())
            continue
        names = [field.name for field in fields(was) if field.name not in NOT_SAID]
        pairs = [(field, getattr(was, field), getattr(row, field)) for field in names]
        if changed := tuple((field, a, b) for field, a, b in pairs if a != b):
            yield RowChange(name, "withdrawn" if row.withdrawn and not was.withdrawn else "changed", changed)


Lists = Mapping[str, Mapping[str, tuple[str, ...]]]


def _phrases(before: Lists, after: Lists) -> Iterator[PhraseChange]:
    for topic in sorted({*before, *after}):
        old, new = before.get(topic, {}), after.get(topic, {})
        for language in sorted({*old, *new}):
            had, has = old.get(language, ()), new.get(language, ())
            added = tuple(phrase for phrase in has if phrase not in had)
            removed = tuple(phrase for phrase in had if phrase not in has)
            if added or removed:
                yield PhraseChange(topic, language, added, removed)


def _links(before: Dialogue, after: Dialogue) -> Iterator[LinkChange]:
    for screen in sorted({*before.screens, *after.screens}):
        old, new = _ways(before, screen), _ways(after, screen)
        for choice in dict.fromkeys([*old, *new]):
            if old.get(choice) != new.get(choice):
                yield LinkChange(screen, choice, old.get(choice), new.get(choice))


def _ways(dialogue: Dialogue, screen: str) -> dict[str, str]:
    """Return where each button of a screen leads; the shared exits belong to the program."""
    shown = dialogue.screens.get(screen)
    if shown is None:
        return {}
    ways = {
        choice.id: choice.target or choice.form or ("back" if choice.returns else "told") for choice in shown.choices
    }
    ways |= {name: target for name, target in (("→", shown.to), ("skip", shown.skip)) if target}
    return ways | {f"→{number}": way.to for number, way in enumerate(shown.branch, start=1)}


def _citing(before: Content, after: Content, facts: set[str]) -> set[str]:
    """Return the screens whose texts cite one of these facts."""
    return {
        key.partition(":")[0]
        for content in (before, after)
        for words in content.words.values()
        for key, text in words.items()
        if any(kind == "fact" and name in facts for kind, name in placeholders(text))
    }


def _paths(dialogue: Dialogue, changed: set[str]) -> set[str]:
    """Return the topics with a change on their shortest way from the start or on their own screens."""
    came: dict[str, str] = {dialogue.first: ""}
    waiting = deque([dialogue.first])
    while waiting:
        here = waiting.popleft()
        for target in dialogue.screens[here].targets:
            if target in dialogue.screens and target not in came:
                came[target] = here
                waiting.append(target)
    found = set()
    for topic, screen in dialogue.topics.items():
        way = {name for name in dialogue.screens if name == screen or name.startswith(f"{screen}.")}
        at = screen
        while at := came.get(at, ""):
            way.add(at)
        if way & changed:
            found.add(topic)
    return found


def _late_texts(before: Content, after: Content) -> Iterator[Outdated]:
    keys = sorted(set().union(*(words.keys() for words in after.words.values())))
    for key in keys:
        new = {language: words[key] for language, words in after.words.items() if key in words}
        yield from _late(key, {language: before.words.get(language, {}).get(key) for language in new}, new)


def _late_rows(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Outdated]:
    for name in sorted({*old} & {*new}):
        for field in ("value", "names", "hours", "doubt"):
            had, has = getattr(old[name], field, None), getattr(new[name], field, None)
            if isinstance(had, Mapping) and isinstance(has, Mapping):
                yield from _late(f"{kind}:{name}.{field}", {language: had.get(language) for language in has}, has)


def _late(name: str, old: Mapping[str, str | None], new: Mapping[str, str]) -> Iterator[Outdated]:
    newer = tuple(sorted(language for language in new if old.get(language) != new[language]))
    stayed = sorted({*new} - {*newer})
    if newer and stayed:
        mark = sha256(repr(sorted(new.items())).encode()).hexdigest()[:12]
        for language in stayed:
            yield Outdated(name, language, newer, mark)
