"""Check the texts: missing, inconsistent, too long, revealing, promising, or stating what only a fact may."""

import re
from collections.abc import Iterator, Mapping
from unicodedata import category, is_normalized

from bot.engine import papers
from bot.engine.blanks import wrong_blanks
from bot.engine.check_withheld import wrong_without
from bot.engine.dialogue import Dialogue, Screen, label
from bot.engine.forbidden import claims_in
from bot.engine.invariants import missing_numbers, unsaid
from bot.engine.package import Package
from bot.engine.problems import Broken, Problem, broken, broken_screen
from bot.engine.withheld import CITED, WITHOUT

LONGEST_SCREEN = 600
LONGEST_BUTTON = 40
LONGEST_POPUP = 200
"""Telegram's limit for the text of a pop-up (answerCallbackQuery)."""
TELEGRAM = {"bot.name": 64, "bot.short-description": 120, "bot.description": 512}
LONGEST_COMMAND = 256
"""Telegram's limits for the name, descriptions and commands of a bot; it refuses anything longer."""
SHORTEST_FIRST_LINE = 60
"""How many characters of a message a locked phone shows."""
MEAN_SENTENCE = 15
LONGEST_SENTENCE = 22
HARDEST = 62
"""The highest LIX allowed. It is higher than usual because Latvian and Russian words are long."""
LONG_WORD, FEWEST_WORDS = 7, 10

SHARED = (
    *(
        "exit:danger",
        "exit:human",
        "exit:back",
        "exit:hide",
    ),
    *(
        "place:skip",
        "several:done",
        "card.first-line",
        "page.title",
        "fact.unsure",
        "fact.unsure-again",
        "fact.withheld",
        "fact.withheld-own",
        "operator.demo",
    ),
    *("notice.old-button", "notice.use-buttons", "notice.not-read", "notice.restarted", "notice.place-found"),
    *(
        "notice.place-unknown",
        "notice.found",
        "notice.danger-heard",
        "notice.despair-heard",
        "notice.both-heard",
        "notice.wait",
        "notice.trouble",
    ),
    *("notice.request-closed", "notice.demonstration"),
    *papers.KEYS,
)
"""Keys the program itself needs in every language."""
NEUTRAL = ("card.first-line", "page.title", "bot.name", "bot.short-description", "bot.description", "bot.command.start",
           "bot.command.help", "bot.command.hide", *papers.OUTSIDE)  # fmt: skip
"""What a locked phone, a chat list or a browser tab shows."""
NUMBERS_ALLOWED = ("notice.trouble", "fact.withheld", "fact.withheld-own", "fact.unsure", "exit:danger")
"""Texts that must work when everything else is broken, so they contain 112 and 116006 literally."""
POPUP = ".tell"

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
KNOWN_PLACEHOLDER = re.compile(
    r"\{(fact:[a-z0-9_.-]+|service:(name|phone|hours|address|now|read_by)|place:name|setting:(public_url|operator|today|checked|until))\}"
)
TYPED_NUMBER = re.compile(r"\d{3,}|\d{1,2}[.:]\d{2}|\d+\s*(€|eiro|евро|євро|EUR)", re.IGNORECASE)
TYPED_ADDRESS = re.compile(
    r"""\b(?!(?:Uz|Pa|No|Pie|Aiz)\s)[A-ZĀ-Ž][\w.-]*(?:\s[\w.-]+)?\s(?:iel|prospekt|bulvār|laukum|gatv|šosej|alej)\w*\s+\d+
    |\b(?i:ул\.|вул\.|улиц|вулиц|проспект|просп\.|бульвар|площ|шоссе|шосе|алле|алея|алеї)\w*\s+[А-ЯЁҐЄІЇ][\w.-]*(?:\s[\w.-]+)?,?\s+(?:д\.\s*)?\d+
    |\b[А-ЯЁҐЄІЇ][\w-]+\s(?:улиц|вулиц|проспект|бульвар|площ|шоссе|шосе|алле|алея|алеї)\w*,?\s+(?:д\.\s*)?\d+
    |\b\d+\s[A-ZĀ-Ž][\w-]+(?:\s[A-ZĀ-Ž][\w-]+)?\s(?:Street|Road|Avenue|Boulevard|Square)\b
    |\b[A-ZĀ-Ž][\w-]+\s(?:Street|Road|Avenue|Boulevard|Square)\s+\d+
    |\bLV-\d{4}\b""",
    re.VERBOSE,
)
"""A street with a number, as any of our languages writes it, or a postcode."""
SENTENCE_END = re.compile(r"[.!?…:]+(?:\s|$)|\n+")
WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
SHOUTED = re.compile(r"!{2,}|\?!|!\?|\b[^\W\d_a-zā-žа-яёґєії]{7,}\b")
"""Repeated exclamation marks, or a long word in capitals."""


def wrong_words(package: Package) -> Iterator[Problem]:
    """Find every problem with the texts of a package, in every language."""
    needed = set(_needed(package.dialogue))
    for language in package.dialogue.languages:
        words = package.words.get(language, {})
        for key in sorted(needed - words.keys()):
            yield _at(package, language, key, _missing(package, language, key))
        for key, text in sorted(words.items()):
            for rule, values in _wrong_text(package, key, text, language):
                yield _at(package, language, key, rule, **values)
    yield from _differing(package)
    yield from _orphans(package, needed)
    for screen in package.dialogue.screens.values():
        yield from _facts(package, screen)
    yield from _printed_facts(package)
    yield from missing_numbers(package.facts)


def _missing(package: Package, language: str, key: str) -> str:
    fuzzy = re.compile(rf'^#,.*\bfuzzy\b.*\n(#.*\n)*msgid "{re.escape(key)}"\n', re.MULTILINE)
    if any(fuzzy.search(text) for name, text in package.files.items() if name.startswith(f"locales/{language}/")):
        return "outdated text"
    return "missing text"


def _needed(dialogue: Dialogue) -> Iterator[str]:
    yield from SHARED
    yield from (f"language:{language}" for language in dialogue.languages)
    for screen in dialogue.screens.values():
        if screen.branch:
            continue
        yield screen.id
        yield from (label(screen.id, choice.id) for choice in screen.choices)
        yield from (label(screen.id, choice.id) + ".tell" for choice in screen.choices if choice.tells)
        yield from (label(screen.id, option) for option in screen.options)


def wrong_text(package: Package, key: str, text: str, language: str) -> Iterator[Problem]:
    """Check one text, whether or not it is in the package yet: the desk calls this while an editor types."""
    for rule, values in _wrong_text(package, key, text, language):
        yield broken(rule, key=key, language=language, **values)


def _wrong_text(package: Package, key: str, text: str, language: str) -> Iterator[Broken]:
    bare = KNOWN_PLACEHOLDER.sub("", text)
    for unknown in PLACEHOLDER.findall(bare):
        yield "unknown placeholder", {"found": unknown}
    yield from wrong_blanks(key, text)
    yield from wrong_without(package, key, text, language)
    if not key.endswith(WITHOUT):  # such a text may lack what has expired
        yield from unsaid(package.dialogue, key, text, language)
    number = TYPED_NUMBER.search(bare)
    if number and key not in NUMBERS_ALLOWED:
        yield "typed number", {"found": number[0]}
    if address := TYPED_ADDRESS.search(bare):
        yield "typed address", {"found": address[0].strip()}
    if not is_normalized("NFC", text):
        yield "not composed", {}
    if hidden := next((character for character in text if category(character) == "Cf"), None):
        yield "unseen sign", {"found": f"U+{ord(hidden):04X}"}
    if shouted := SHOUTED.search(bare):
        yield "shouting", {"found": shouted[0]}
    yield from _wrong_length(package, key, text, language)
    if key in NEUTRAL:
        for stem in package.revealing.get(language, ()):
            if stem.lower() in text.lower():
                yield "revealing", {"found": stem}
    for found, why in claims_in(text, package.forbidden.get(language, {})):
        yield "forbidden", {"found": found, "why": why}


def _wrong_length(package: Package, key: str, text: str, language: str) -> Iterator[Broken]:
    key = key.removesuffix(WITHOUT)
    longest = len(filled(package, text, language))
    if key in package.dialogue.screens:
        if longest > LONGEST_SCREEN:
            yield "long screen", {"long": longest, "most": LONGEST_SCREEN}
        yield from _wrong_sentences(KNOWN_PLACEHOLDER.sub("0", text))
    elif key.endswith(POPUP):
        if longest > LONGEST_POPUP:
            yield "long pop-up", {"long": longest, "most": LONGEST_POPUP}
    elif key in papers.KEYS:
        if longest > papers.longest(key):
            yield "long print", {"long": longest, "most": papers.longest(key)}
        yield from _wrong_sentences(KNOWN_PLACEHOLDER.sub("0", text))
    elif most := TELEGRAM.get(key, LONGEST_COMMAND if key.startswith("bot.command.") else 0):
        if longest > most:
            yield "long for Telegram", {"long": longest, "most": most}
    elif key == "card.first-line" and len(text) < SHORTEST_FIRST_LINE:
        yield "short first line", {"most": SHORTEST_FIRST_LINE}
    elif ":" in key and not key.startswith("request.") and longest > LONGEST_BUTTON:
        yield "long button", {"long": longest, "most": LONGEST_BUTTON}


def _wrong_sentences(text: str) -> Iterator[Broken]:
    mean, longest = mean_sentence(text), max(len(WORD.findall(part)) for part in SENTENCE_END.split(text))
    if mean > MEAN_SENTENCE:
        yield "long sentences", {"long": f"{mean:.0f}", "most": MEAN_SENTENCE}
    if longest > LONGEST_SENTENCE:
        yield "long sentence", {"long": longest, "most": LONGEST_SENTENCE}
    if len(WORD.findall(text)) >= FEWEST_WORDS and (hard := lix(text)) > HARDEST:
        yield "hard words", {"long": f"{hard:.0f}", "most": HARDEST}


def lix(text: str) -> float:
    """Return the LIX readability index: words per sentence plus percentage of long words. 30 is easy, 60 hard."""
    words = WORD.findall(text)
    return mean_sentence(text) + 100 * sum(len(word) >= LONG_WORD for word in words) / len(words) if words else 0.0


def mean_sentence(text: str) -> float:
    """Return the average words per sentence. A list line or paragraph also ends a sentence."""
    counts = [len(WORD.findall(part)) for part in SENTENCE_END.split(text)]
    said = [count for count in counts if count]
    return sum(said) / len(said) if said else 0.0


def filled(package: Package, text: str, language: str) -> str:
    """Fill in the facts, and a dash as long as anything else that may be filled in: the length people will see."""

    def longest(found: re.Match[str]) -> str:
        kind, _, name = found[0].strip("{}").partition(":")
        if kind == "fact" and name in package.facts:
            fact = package.facts[name]
            return fact.say(language, fact.verified_on) or ""
        return "" if kind == "fact" else "—" * 24

    return KNOWN_PLACEHOLDER.sub(longest, text)


def _differing(package: Package) -> Iterator[Problem]:
    first, *others = package.dialogue.languages
    for key, text in sorted(package.words.get(first, {}).items()):
        wanted = sorted(PLACEHOLDER.findall(text))
        for language in others:
            other = package.words.get(language, {}).get(key)
            if other is not None and sorted(PLACEHOLDER.findall(other)) != wanted:
                yield _at(package, language, key, "other placeholders", first=first)


def _orphans(package: Package, needed: set[str]) -> Iterator[Problem]:
    """Find texts of screens that no longer exist, and texts that only some languages have."""
    everything: set[str] = set().union(*(words.keys() for words in package.words.values())) if package.words else set()
    for key in sorted(everything - needed):
        if key.endswith(WITHOUT) and key.removesuffix(WITHOUT) in everything:
            yield from (
                _at(package, code, key, "missing text") for code, words in package.words.items() if key not in words
            )
            continue
        owner = key.split(":")[0]
        known = "." in owner and owner.split(".")[0] in {
            "request",
            "page",
            "bot",
            "service",
            "operator",
            "fact",
            "notice",
            "paper",
            "leaflet",
            "poster",
            "script",
            "site",
        }
        for language, words in package.words.items():
            if key not in words:
                yield _at(package, language, key, "missing text")
            elif not known and owner not in package.dialogue.screens:
                yield _at(package, language, key, "no screen of it")
            elif owner in package.dialogue.screens and ":" in key:
                yield _at(package, language, key, "no choice of it")


def _facts(package: Package, screen: Screen) -> Iterator[Problem]:
    keys = [key + more for key in _needed_of(screen) for more in ("", WITHOUT)]
    cited = {
        found.removeprefix("fact:")
        for words in package.words.values()
        for key in keys
        for found in (placeholder.strip("{}") for placeholder in PLACEHOLDER.findall(words.get(key, "")))
        if found.startswith("fact:")
    }
    for name in sorted(cited | set(screen.facts)):
        if name not in package.facts:
            yield broken_screen("unknown fact", screen, name=name)
        elif name not in screen.facts:
            yield broken_screen("unlisted fact", screen, name=name)
        elif name not in cited:
            yield broken_screen("uncited fact", screen, name=name)


def _printed_facts(package: Package) -> Iterator[Problem]:
    for language, words in package.words.items():
        for key in papers.KEYS:
            for name in CITED.findall(words.get(key, "")):
                if name not in package.facts:
                    yield _at(package, language, key, "unknown printed fact", name=name)


def _needed_of(screen: Screen) -> Iterator[str]:
    yield screen.id
    for choice in screen.choices:
        yield label(screen.id, choice.id)
        yield label(screen.id, choice.id) + ".tell"
    yield from (label(screen.id, option) for option in screen.options)


def _at(package: Package, language: str, key: str, rule: str, **values: object) -> Problem:
    said = {"key": key, "language": language, **values}
    for domain in ("dialogs", "pages", "request", "leaflet"):
        file = f"locales/{language}/LC_MESSAGES/{domain}.po"
        if (line := _line(package.files, file, key)) is not None:
            return broken(rule, file, line, **said)
    return broken(rule, f"locales/{language}/LC_MESSAGES/dialogs.po", 0, **said)


def _line(files: Mapping[str, str], file: str, key: str) -> int | None:
    before, found, _ = files.get(file, "").partition(f'msgid "{key}"\n')
    return before.count("\n") + 1 if found else None
