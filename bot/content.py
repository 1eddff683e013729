"""Content: one published revision, read from `dialogs/` and `locales/`, and its texts on a given day."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.engine.blanks import fill_blanks
from bot.engine.check_withheld import WITHHELD, WITHHELD_OWN
from bot.engine.conversation import ConversationForm, read_conversation
from bot.engine.dialogue import Dialogue, Municipality
from bot.engine.facts import Fact, gone_of, read_facts
from bot.engine.find import Finder
from bot.engine.forbidden import read_forbidden, read_revealing
from bot.engine.guidance import Guidance, read_guidance
from bot.engine.invariants import LINE_FOR_HARMED, PINNED, for_own_behaviour
from bot.engine.load import HEAD, languages_of, load
from bot.engine.monitoring import MonitoringForm, read_monitoring
from bot.engine.parts import CATALOGUES, TABLES
from bot.engine.phrasebook import Phrasebook, read_phrasebook
from bot.engine.places import read_municipalities
from bot.engine.practice import Practice, missing_cards, read_practice
from bot.engine.problems import BrokenContent, OutOfTime, Problem, broken, broken_content
from bot.engine.referral import ReferralForm, read_referral
from bot.engine.request import RequestForm, read_request
from bot.engine.services import SocialService, read_services
from bot.engine.withheld import CITED, WITHOUT, shorten
from bot.texts import Span, Words, fill, linked, placeholders, plain, read_catalogue

Part = TypeVar("Part")

RIGA = ZoneInfo("Europe/Riga")
"""The time zone of days: facts expire at midnight there."""
HERE = Path(__file__).resolve().parent.parent
NOT_CHAPTERS = {f"{name}.yaml" for name in TABLES}
WRITE = "page.write"
UNSURE, UNSURE_AGAIN = "fact.unsure", "fact.unsure-again"
OF_LINE = LINE_FOR_HARMED.removesuffix("phone")
"""Prefix of the facts about the helpline that UNSURE refers to: nobody is sent there to ask about itself."""
PHONE, HOURS = "_phone", "_hours"
"""Suffixes of the facts about one line."""
SERVICE_NOW = "{service:now}"
"""A text with this says itself until when the service is open."""
BESIDE = re.compile(r"(?:, |: ){fact:([a-z0-9_.-]+)}")

Values = Mapping[str, str]
"""Values known only at this moment, by placeholder, such as `service:name` or `place:name`.

`now:<id of a fact>` and `now:service:hours` are added to these hours at this moment: “today until 22.00”. Paper has
none.
"""


@dataclass(frozen=True, repr=False)
class Content:
    """One revision of everything the assistant says. Immutable."""

    revision: str
    dialogue: Dialogue
    words: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, Fact]
    services: Mapping[str, SocialService]
    request: RequestForm
    referral: ReferralForm
    conversation: ConversationForm
    monitoring: MonitoringForm
    guidance: Guidance
    practice: Practice
    revealing: Mapping[str, tuple[str, ...]]
    forbidden: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    phrasebook: Phrasebook

    def __repr__(self) -> str:
        """Return the name only: asyncio formats the results of tasks, and all the texts would take 10 ms."""
        return f"Content({self.revision})"

    def __getstate__(self) -> dict[str, object]:
        """Pickle everything but the finder, which the other process rebuilds if it needs it."""
        return {name: value for name, value in vars(self).items() if name != "finder"}

    @cached_property
    def finder(self) -> Finder:
        """Finds topics in a person's own words. Built on first use, because that takes a moment."""
        return _finder(self.files.get("dialogs/words.yaml", ""), tuple(self.dialogue.topics.items()))

    def text(self, key: str, language: str) -> str:
        """Return the raw text of a key, or the key itself if it is missing, which the check rules out."""
        return self.words.get(language, {}).get(key, key)

    def filled(self, key: str, language: str, values: Mapping[str, str]) -> str:
        """Return the text of a key with its blanks filled (bot.engine.blanks)."""
        return fill_blanks(key, self.text(key, language), values)

    def has(self, key: str, language: str) -> bool:
        return key in self.words.get(language, {})

    def say(self, key: str, language: str, today: date, values: Values | None = None) -> Words:
        """Return the text of a key with facts and values filled in. Overdue facts are first doubted, later left out."""
        text, incomplete = self.text_on(key, language, today)
        doubts = self._doubts(key, text, language, today)
        remarks = map(_together, self._nows(text, today, values or {}), doubts)
        words = fill(text, self._value(text, remarks, language, values or {}))
        if not incomplete:
            return words
        between = "\n\n" if key in self.dialogue.screens or "\n" in text else " "
        return (*words, *((Span(between),) if text else ()), *linked(self.text(self.withheld_key(key), language)))

    def plainly(self, key: str, language: str) -> Words:
        """Return a text that contains its numbers literally, without those of withdrawn lines."""
        text = self.text(key, language)
        gone = frozenset(name for name in PINNED if self.withdrawn(name))
        if not gone:
            return linked(text)
        for name, pinned in PINNED.items():
            text = re.sub(rf"\b{pinned.value}\b", f"{{fact:{name}}}", text)
        said = fill(shorten(text, gone_of(self.facts, gone)), _literally)
        return linked(plain(said))

    def withdrawn(self, name: str) -> bool:
        """Return whether a fact was withdrawn; a missing or overdue one was not."""
        return name in self.facts and self.facts[name].withdrawn

    def text_on(self, key: str, language: str, today: date) -> tuple[str, bool]:
        """Return the raw text of a key on a day, and whether facts are left out of it."""
        text = self.text(key, language)
        if not (gone := self._gone(text, today)):
            return text, False
        other = self.words[language].get(key + WITHOUT, text)
        if not self._gone(other, today) >= gone:  # otherwise it lacks none of the withheld facts
            text = other
        if not (gone := self._gone(text, today)):
            return text, False
        return shorten(text, gone_of(self.facts, gone)), True

    def _gone(self, text: str, today: date) -> frozenset[str]:
        if "{fact:" not in text:
            return frozenset()
        cited = ((name, self.facts.get(name)) for kind, name in placeholders(text) if kind == "fact")
        return frozenset(name for name, fact in cited if fact is None or fact.standing(today) == "withheld")

    def withheld_key(self, key: str = "") -> str:
        """Return the key of the sentence that ends a text with facts left out."""
        return WITHHELD_OWN if self._no_line(key) else WITHHELD

    def unsure_key(self, key: str = "") -> str:
        """Return the key of the first doubt in a text."""
        return UNSURE_AGAIN if self._no_line(key) else UNSURE

    def _no_line(self, key: str) -> bool:
        return self.withdrawn(LINE_FOR_HARMED) or for_own_behaviour(self.dialogue, key)

    def _doubts(self, key: str, text: str, language: str, today: date) -> Iterator[str]:
        """Yield what follows each fact of a text; for several overdue facts in a row only the last gets the doubt."""
        unsure = iter((self.unsure_key(key),))  # a text says only once whom to ask
        for cited in CITED.finditer(text):
            fact = self.facts[cited[1]]
            doubt = fact.doubted(language)
            if fact.standing(today) == "doubted":
                beside = BESIDE.match(text, cited.end())
                if not doubt and beside and self.facts[beside[1]].standing(today) == "doubted":
                    yield ""
                    continue
                asks = UNSURE_AGAIN if fact.id.startswith(OF_LINE) else next(unsure, UNSURE_AGAIN)
                doubt = _both(doubt, self.text(asks, language))
            yield doubt

    def _nows(self, text: str, today: date, values: Values) -> Iterator[str]:
        """Yield what to add to each fact of a text at this moment: once for a line, to its hours or else its number."""
        cited = CITED.findall(text)
        said = {}
        for number, name in enumerate(cited):
            hours = name.removesuffix(PHONE) + HOURS if name.endswith(PHONE) else name
            now = values.get(f"now:{hours}", "")
            fits = name == hours or hours not in cited
            if now and fits and hours not in said and self.facts[hours].standing(today) == "good":
                said[hours] = number, now
        here = dict(said.values())
        yield from (here.get(number, "") for number in range(len(cited)))

    def _value(self, text: str, remarks: Iterator[str], language: str, values: Values) -> Callable[[str, str], Words]:
        def value(kind: str, name: str) -> Words:
            if kind != "fact":
                now = "" if SERVICE_NOW in text else values.get(f"now:{kind}:{name}", "")
                return (Span(values.get(f"{kind}:{name}", "") + _together(now, "")),)
            fact = self.facts[name]  # missing facts have been left out
            write = self.words.get(language, {}).get(WRITE, "SMS") if fact.is_written_to else ""
            return (Span(fact.value[language], fact.tel, write), Span(next(remarks)))

        return value


def _both(doubt: str, overdue: str) -> str:
    """Put a value's own doubt and its being overdue into one pair of brackets."""
    if doubt and overdue.startswith("("):
        return f"{doubt.removesuffix(')')}; {overdue[1:]}"
    return f"{doubt} {overdue}"


def _together(now: str, doubt: str) -> str:
    """Put what holds at this moment and a doubt into one pair of brackets."""
    if not now:
        return doubt
    inside = doubt.strip().removeprefix("(").removesuffix(")")
    return f" ({now}; {inside})" if inside else f" ({now})"


def _literally(kind: str, name: str) -> Words:
    """Fill in a pinned number, and leave any other placeholder as it is typed: a failure page must not fail."""
    known = kind == "fact" and name in PINNED
    return (Span(PINNED[name].value if known else f"{{{kind}:{name}}}"),)


def filled_words(key: str, words: Words, values: Mapping[str, str]) -> Words:
    """Fill the blanks (bot.engine.blanks) in words that already have links."""
    return tuple(replace(span, text=fill_blanks(key, span.text, values)) for span in words)


def read(folder: Path = HERE) -> Content:
    """Read a package from a folder with `dialogs/` and `locales/`. Raise BrokenContent with every problem."""
    return parse(files_of(folder))


def parse(files: Mapping[str, str]) -> Content:
    """Read a package from its files (path -> text). Raise only BrokenContent, with every problem."""
    dialogs = {name.removeprefix("dialogs/"): text for name, text in files.items() if name.startswith("dialogs/")}
    problems: list[Problem] = []

    def part(read_part: Callable[[str], Part], name: str, empty: Part) -> Part:
        try:
            return read_part(dialogs.get(name, ""))
        except BrokenContent as wrong:
            problems.extend(wrong.problems)
            return empty
        except OutOfTime:
            raise broken_content("slow file", f"dialogs/{name}") from None

    spoken = languages_of(dialogs.get(HEAD, ""))  # a package of before may lack the newest of ours
    municipalities: Mapping[str, Municipality] = part(
        partial(_municipalities, languages=spoken), "municipalities.yaml", {}
    )
    facts: Mapping[str, Fact] = part(partial(_facts, languages=spoken), "facts.yaml", {})
    services: Mapping[str, SocialService] = part(partial(_services, languages=spoken), "services.yaml", {})
    request = part(_request, "request.yaml", None)
    referral = part(_referral, "referral.yaml", _referral(""))
    conversation = part(_conversation, "conversation.yaml", _conversation(""))
    guidance = part(_guidance, "guidance.yaml", _guidance(""))
    practice = part(_practice, "practice.yaml", _practice(""))
    if "practice.yaml" in dialogs:  # ours names our cards, which a package of before may lack
        problems.extend(missing_cards(practice, guidance))
    monitoring = part(_monitoring, "monitoring.yaml", _monitoring(""))
    phrasebook = part(_phrasebook, "words.yaml", None)
    revealing: Mapping[str, tuple[str, ...]] = part(read_revealing, "revealing.yaml", {})
    forbidden: Mapping[str, Mapping[str, str]] = part(read_forbidden, "forbidden.yaml", {})
    chapters = {name: text for name, text in dialogs.items() if name.endswith(".yaml") and name not in NOT_CHAPTERS}
    dialogue = part(lambda _: load(chapters, municipalities), "", None)
    words = {language: _words(files, language, problems) for language in (dialogue.languages if dialogue else ())}
    if problems or dialogue is None or request is None or phrasebook is None:
        raise BrokenContent(tuple(sorted(problems)))
    return Content(
        revision=revision_of(files),
        dialogue=dialogue,
        words=words,
        facts=facts,
        services=services,
        request=request,
        referral=referral,
        conversation=conversation,
        monitoring=monitoring,
        guidance=guidance,
        practice=practice,
        revealing=revealing,
        forbidden=forbidden,
        files=files,
        phrasebook=phrasebook,
    )


def revision_of(files: Mapping[str, str]) -> str:
    """Return the name of a package: the hash of its files, in any order."""
    everything = "\0".join(f"{name}\0{text}" for name, text in sorted(files.items()))
    return hashlib.sha256(everything.encode("utf-8", "replace")).hexdigest()[:12]


def files_of(folder: Path) -> dict[str, str]:
    """Return the files of a package in a folder. The texts of the desk belong to the program, not to content."""
    catalogues = (path for name in CATALOGUES for path in folder.glob(f"locales/*/LC_MESSAGES/{name}.po"))
    found = sorted([*folder.glob("dialogs/*.yaml"), *catalogues])
    if not found:
        raise broken_content("no content here", str(folder))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


# A draft is read again and again with one file changed; the others come from these caches.
_municipalities = lru_cache(maxsize=2)(read_municipalities)
_facts = lru_cache(maxsize=4)(read_facts)
_services = lru_cache(maxsize=4)(read_services)
_request = lru_cache(maxsize=2)(read_request)
_phrasebook = lru_cache(maxsize=4)(read_phrasebook)


def _referral(text: str) -> ReferralForm:
    return read_referral(text or _shipped("referral.yaml"))


def _conversation(text: str) -> ConversationForm:
    return read_conversation(text or _shipped("conversation.yaml"))


def _monitoring(text: str) -> MonitoringForm:
    return read_monitoring(text or _shipped("monitoring.yaml"))


def _guidance(text: str) -> Guidance:
    return read_guidance(text or _shipped("guidance.yaml"))


def _practice(text: str) -> Practice:
    return read_practice(text or _shipped("practice.yaml"))


def _shipped(name: str) -> str:
    """The program's own file, for a package from before there was one."""
    return (HERE / "dialogs" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _finder(phrases: str, topics: tuple[tuple[str, str], ...]) -> Finder:
    """Cached, because most revisions change neither phrases nor topics."""
    return Finder(_phrasebook(phrases), dict(topics))


def _words(files: Mapping[str, str], language: str, problems: list[Problem]) -> dict[str, str]:
    words: dict[str, str] = {}
    for domain in CATALOGUES:
        file = f"locales/{language}/LC_MESSAGES/{domain}.po"
        try:
            words |= read_catalogue(files.get(file, ""))
        except ValueError as error:
            problems.append(broken("not a catalogue", file, error.args[0]))
        except OutOfTime:
            raise broken_content("slow file", file) from None
    return words
