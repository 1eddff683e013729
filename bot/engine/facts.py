"""Facts: values with a source and an expiry date. Texts cite them, so that each phone and deadline is kept once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from bot.engine.entries import DataFile, Entry
from bot.engine.invariants import PINNED, WRITTEN_TO, Pinned
from bot.engine.languages import LANGUAGES
from bot.engine.opening import EXAMPLE, Opening, clock_times, read_opening
from bot.engine.phones import telephone
from bot.engine.withheld import REMARKS, Gone

KINDS = ("phone", "hours", "address", "sum", "deadline", "right", "url", "name")
CONFIDENCE = ("high", "review")
SOURCED = ("source", "law", "verified_on", "expires_on", "owner", "confidence", "doubt", "ends",
           "withdrawn", "note")  # fmt: skip
FACT_ID = re.compile(r"[a-z][a-z0-9_]{2,60}")
DOUBTED_FOR = timedelta(days=30)
"""How long an overdue value is still shown, with a doubt: long enough to verify it, not to mislead."""
LASTING = frozenset(PINNED)

Standing = Literal["good", "doubted", "withheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What decides whether a value may still be shown: its source, when it was verified, when it expires, its doubt.

    `ends`: after `expires_on` the value is no longer true, rather than merely unverified.
    """

    source: str = ""
    law: str = ""
    verified_on: date = date.min
    expires_on: date = date.max
    owner: str = ""
    confidence: str = "high"
    doubt: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    withdrawn: bool = False
    note: str = ""
    line: int = 0

    def standing(self, today: date) -> Standing:
        """Return whether the value is good, doubted (past its date) or withheld (long past it, ended or withdrawn)."""
        late = today - self.expires_on
        if self.withdrawn or late > (timedelta(0) if self.ends else DOUBTED_FOR):
            return "withheld"
        return "doubted" if late > timedelta(0) else "good"

    def doubted(self, language: str) -> str:
        """Return its doubt in brackets, to follow the value directly, or an empty string."""
        doubt = self.doubt.get(language, "") if self.confidence == "review" else ""
        return f" ({doubt})" if doubt else ""


@dataclass(frozen=True, slots=True)
class Fact(Sourced):
    """One value that texts cite as `{fact:<id>}`. `use` tells a writer how it reads inside a sentence.

    `open` says the hours of a line once more, for the program: texts then add “today until 22.00”.
    """

    id: str
    kind: str
    value: Mapping[str, str]
    use: str = ""
    open: str = ""

    def standing(self, today: date) -> Standing:
        """A number reserved by law is never withheld just because its date has passed."""
        found = Sourced.standing(self, today)
        if self.pinned is None or found == "good":
            return found
        if self.pinned.always:
            return "good"
        return found if self.withdrawn else "doubted"

    @property
    def pinned(self) -> Pinned | None:
        """The reserved number this fact must keep, if it is one."""
        return PINNED.get(self.id)

    def say(self, language: str, today: date) -> str | None:
        """Return the value with its doubt, or None if it must not be shown."""
        value = self.value.get(language)
        if not value or self.standing(today) == "withheld":
            return None
        return value + self.doubted(language)

    @property
    def is_written_to(self) -> bool:
        """Whether people write to this number, silently, instead of calling it."""
        return self.id in WRITTEN_TO

    @property
    def opening(self) -> Opening | None:
        """The hours of `open`, if the fact has them."""
        return read_opening(self.open) if self.open else None

    @property
    def tel(self) -> str | None:
        """The number to dial, if this fact is a phone."""
        return telephone(next(iter(self.value.values()), "")) if self.kind == "phone" else None


def gone_of(facts: Mapping[str, Fact], names: frozenset[str]) -> Gone:
    """Describe the facts to be left out of a text. `names` may include facts that do not exist."""
    remarks = frozenset(name for name in names if name in facts and facts[name].kind in REMARKS)
    return Gone(names, remarks, LASTING, frozenset(name for name, fact in facts.items() if fact.kind == "phone"))


def read_facts(text: str, languages: tuple[str, ...] = LANGUAGES, file: str = "dialogs/facts.yaml") -> dict[str, Fact]:
    """Read `facts.yaml`. Raise BrokenContent with every problem and its line."""
    data = DataFile(file, languages)
    known = ("kind", "value", "use", "open", *SOURCED)
    facts = {entry.id: _fact(entry) for entry in data.entries(text, "facts", FACT_ID, known)}
    data.done()
    return facts


def sourced(entry: Entry) -> Sourced:
    """Read the fields that facts and social services share."""
    common = Sourced(
        source=entry.address("source"),
        law=entry.text("law", needed=False),
        verified_on=entry.day("verified_on"),
        expires_on=entry.day("expires_on"),
        owner=entry.text("owner"),
        confidence=entry.one_of("confidence", CONFIDENCE),
        doubt=entry.words("doubt", needed=False),
        ends=entry.flag("ends"),
        withdrawn=entry.flag("withdrawn"),
        note=entry.text("note", needed=False),
        line=entry.line,
    )
    if date.min < common.expires_on <= common.verified_on:
        entry.wrong("expires too early", "expires_on")
    if (common.confidence == "review") != bool(common.doubt):
        entry.wrong("doubt", "doubt")
    return common


def _fact(entry: Entry) -> Fact:
    common = sourced(entry)
    fact = Fact(
        id=entry.id,
        kind=entry.one_of("kind", KINDS),
        value=entry.words("value", one_for_all=True),
        use=entry.text("use", needed=False),
        open=_open(entry),
        **{name: getattr(common, name) for name in Sourced.__dataclass_fields__},
    )
    if fact.kind == "phone" and any(telephone(value) is None for value in fact.value.values()):
        entry.wrong("no phone", "value")
    if fact.opening and any(clock_times(value) != fact.opening.clock_times for value in fact.value.values()):
        entry.wrong("other hours", "open")
    if fact.kind == "url" and not all(value.startswith("https://") for value in fact.value.values()):
        entry.wrong("no https", "value")
    if (only := WRITTEN_TO.get(fact.id)) and (fact.kind != "phone" or set(fact.value.values()) != {only}):
        entry.wrong("reserved number", "value", value=only)
    if pinned := fact.pinned:
        if fact.kind != "phone" or set(fact.value.values()) != {pinned.value}:
            entry.wrong("reserved number", "value", value=pinned.value)
        if pinned.always and fact.withdrawn:
            entry.wrong("always answers", "withdrawn")
    return fact


def _open(entry: Entry) -> str:
    text = entry.text("open", needed=False)
    if not text:
        return ""
    try:
        if entry.text("kind", needed=False) != "hours":
            raise ValueError(text)
        read_opening(text)
    except ValueError:
        entry.wrong("no opening", "open", example=EXAMPLE)
        return ""
    return text
