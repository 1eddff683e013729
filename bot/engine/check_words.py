"""What can be wrong with words: missing, different, too long, revealing, promising, or stating what only a fact may."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.engine.dialogue import Dialogue, Screen, label
from bot.engine.problems import Problem

if TYPE_CHECKING:
    from bot.engine.check import Package

LONGEST_SCREEN = 600
LONGEST_BUTTON = 40
LONGEST_POPUP = 200
"""Telegram's limit for the text of a pop-up (answerCallbackQuery)."""
SHORTEST_FIRST_LINE = 60
"""What a phone shows of a message on its locked screen."""
MEAN_SENTENCE = 15

SHARED = (
    *("exit:danger", "exit:human", "exit:back", "exit:hide", "language:lv", "language:ru", "language:en"),
    *(
        "place:skip",
        "several:done",
        "card.first-line",
        "page.title",
        "fact.withheld",
        "fact.withheld-again",
        "operator.demo",
    ),
    *("notice.old-button", "notice.use-buttons", "notice.not-read", "notice.restarted", "notice.place-found"),
    *("notice.place-unknown", "notice.found", "notice.danger-heard", "notice.wait", "notice.trouble", "notice.hidden"),
    "notice.request-closed",
)
"""Keys the program itself needs in every language."""
NEUTRAL = ("card.first-line", "page.title", "bot.name", "bot.short-description", "bot.description", "bot.command.start",
           "bot.command.help", "bot.command.hide")  # fmt: skip
"""What shows on a locked phone, in a chat list or a browser tab."""
NUMBERS_ALLOWED = ("notice.trouble", "fact.withheld", "exit:danger")
"""They must work when everything else is broken, so they name 112 and 116006 themselves."""
POPUPS = (".tell", "notice.hidden")

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
KNOWN_PLACEHOLDER = re.compile(
    r"\{(fact:[a-z0-9_.-]+|service:(name|phone|hours|read_by)|place:name|setting:(public_url|operator))\}"
)
TYPED_NUMBER = re.compile(r"\d{3,}|\d{1,2}[.:]\d{2}|\d+\s*(€|eiro|евро|EUR)", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…:]+(?:\s|$)|\n+")
WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)


def wrong_words(package: "Package") -> Iterator[Problem]:
    """Every problem with the words of a package, in every language."""
    needed = set(_needed(package.dialogue))
    for language in package.dialogue.languages:
        words = package.words.get(language, {})
        for key in sorted(needed - words.keys()):
            yield _at(package, language, key, f"the text “{key}” is missing in {language}")
        for key, text in sorted(words.items()):
            yield from (
                _at(package, language, key, f"“{key}”: {why}") for why in _wrong_text(package, key, text, language)
            )
    yield from _differing(package)
    yield from _orphans(package, needed)
    for screen in package.dialogue.screens.values():
        yield from _facts(package, screen)


def _needed(dialogue: Dialogue) -> Iterator[str]:
    yield from SHARED
    for screen in dialogue.screens.values():
        if screen.branch:
            continue
        yield screen.id
        yield from (label(screen.id, choice.id) for choice in screen.choices)
        yield from (label(screen.id, choice.id) + ".tell" for choice in screen.choices if choice.tells)
        yield from (label(screen.id, option) for option in screen.options)


def _wrong_text(package: "Package", key: str, text: str, language: str) -> Iterator[str]:
    bare = KNOWN_PLACEHOLDER.sub("", text)
    for unknown in PLACEHOLDER.findall(bare):
        yield f"“{unknown}” is not something that can be filled in"
    number = TYPED_NUMBER.search(bare)
    if number and key not in NUMBERS_ALLOWED and not key.startswith("request."):
        yield f"“{number[0]}” is typed into the text; put it into facts.yaml and cite it"
    for pattern, why in package.forbidden.get(language, {}).items():
        if found := re.search(pattern, text, re.IGNORECASE):
            yield f"“{found[0]}” must not be said: {why}"
    yield from _wrong_length(package, key, text, language)
    if key in NEUTRAL:
        for stem in package.revealing.get(language, ()):
            if stem.lower() in text.lower():
                yield f"“{stem}” would reveal on a locked phone what this is about"


def _wrong_length(package: "Package", key: str, text: str, language: str) -> Iterator[str]:
    longest = len(_longest(package, text, language))
    if key in package.dialogue.screens:
        if longest > LONGEST_SCREEN:
            yield f"is {longest} characters long with its facts; {LONGEST_SCREEN} fit one screen"
        if (mean := mean_sentence(KNOWN_PLACEHOLDER.sub("0", text))) > MEAN_SENTENCE:
            yield f"has {mean:.0f} words a sentence on average; {MEAN_SENTENCE} can be read by somebody afraid"
    elif key.endswith(POPUPS):
        if longest > LONGEST_POPUP:
            yield f"is {longest} characters long; a pop-up holds {LONGEST_POPUP}"
    elif key == "card.first-line" and len(text) < SHORTEST_FIRST_LINE:
        yield f"must fill the {SHORTEST_FIRST_LINE} characters that a locked phone shows"
    elif ":" in key and not key.startswith("request.") and longest > LONGEST_BUTTON:
        yield f"is {longest} characters long; a button holds {LONGEST_BUTTON}"


def mean_sentence(text: str) -> float:
    """Words a sentence, on average; list lines and paragraphs end a sentence, too."""
    counts = [len(WORD.findall(part)) for part in SENTENCE_END.split(text)]
    said = [count for count in counts if count]
    return sum(said) / len(said) if said else 0.0


def _longest(package: "Package", text: str, language: str) -> str:
    def longest(found: re.Match[str]) -> str:
        kind, _, name = found[0].strip("{}").partition(":")
        if kind == "fact" and name in package.facts:
            fact = package.facts[name]
            return fact.say(language, fact.verified_on) or ""
        return "" if kind == "fact" else "—" * 24

    return KNOWN_PLACEHOLDER.sub(longest, text)


def _differing(package: "Package") -> Iterator[Problem]:
    first, *others = package.dialogue.languages
    for key, text in sorted(package.words.get(first, {}).items()):
        wanted = sorted(PLACEHOLDER.findall(text))
        for language in others:
            other = package.words.get(language, {}).get(key)
            if other is not None and sorted(PLACEHOLDER.findall(other)) != wanted:
                yield _at(package, language, key, f"“{key}” fills in other facts in {language} than in {first}")


def _orphans(package: "Package", needed: set[str]) -> Iterator[Problem]:
    """Words of a screen that is not there any more, or that only one language has."""
    everything: set[str] = set().union(*(words.keys() for words in package.words.values())) if package.words else set()
    for key in sorted(everything - needed):
        owner = key.split(":")[0]
        known = "." in owner and owner.split(".")[0] in {
            "request",
            "page",
            "bot",
            "service",
            "operator",
            "fact",
            "notice",
        }
        for language, words in package.words.items():
            if key not in words:
                yield _at(package, language, key, f"the text “{key}” is missing in {language}")
            elif not known and owner not in package.dialogue.screens:
                yield _at(package, language, key, f"the text “{key}” belongs to no screen")
            elif owner in package.dialogue.screens and ":" in key:
                yield _at(package, language, key, f"the text “{key}” belongs to no choice of its screen")


def _facts(package: "Package", screen: Screen) -> Iterator[Problem]:
    keys = list(_needed_of(screen))
    cited = {
        found.removeprefix("fact:")
        for words in package.words.values()
        for key in keys
        for found in (one.strip("{}") for one in PLACEHOLDER.findall(words.get(key, "")))
        if found.startswith("fact:")
    }
    file = f"dialogs/{screen.chapter}.yaml"
    for name in sorted(cited | set(screen.facts)):
        if name not in package.facts:
            yield Problem(
                file, screen.line, f"screen “{screen.id}” cites the fact “{name}”, which is not in facts.yaml"
            )
        elif name not in screen.facts:
            yield Problem(file, screen.line, f"screen “{screen.id}” cites “{name}” but does not list it under facts")
        elif name not in cited:
            yield Problem(file, screen.line, f"screen “{screen.id}” lists “{name}” under facts but no text cites it")


def _needed_of(screen: Screen) -> Iterator[str]:
    yield screen.id
    for choice in screen.choices:
        yield label(screen.id, choice.id)
        yield label(screen.id, choice.id) + ".tell"
    yield from (label(screen.id, option) for option in screen.options)


def _at(package: "Package", language: str, key: str, sentence: str) -> Problem:
    for domain in ("dialogs", "pages", "request"):
        file = f"locales/{language}/LC_MESSAGES/{domain}.po"
        if (line := _line(package.files, file, key)) is not None:
            return Problem(file, line, sentence)
    return Problem(f"locales/{language}/LC_MESSAGES/dialogs.po", 0, sentence)


def _line(files: Mapping[str, str], file: str, key: str) -> int | None:
    before, found, _ = files.get(file, "").partition(f'msgid "{key}"\n')
    return before.count("\n") + 1 if found else None
