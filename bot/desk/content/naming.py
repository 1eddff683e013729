"""Readable names: screens by their first words, topics by their button, facts by what they tell; screens by chapter."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from aiohttp import web

from bot.content import Content
from bot.desk.page import LANGUAGES, language_of
from bot.engine.dialogue import Screen, label
from bot.engine.facts import LASTING, Fact
from bot.engine.withheld import CITED, WITHOUT
from bot.texts import Span, Words, fill, plain

LONGEST = 60


def content_language(request: web.Request, content: Content) -> str:
    """Return the language to name things in: the desk's, or the content's first if it lacks that one."""
    language = language_of(request)
    return language if language in content.words else next(iter(content.words))


def screen_name(content: Content, screen: str, language: str) -> str:
    """Return a screen's first sentence or, if it begins with a fact, the first button that leads to it.

    A screen that is never shown has only its id.
    """
    if not content.has(screen, language):
        return screen
    line = content.text(screen, language).strip().partition("\n")[0]
    if line.startswith(("•", "{")):
        return _button_to(content, screen, language) or screen
    line = _filled(content, line, language)
    for end in (". ", "? ", "! "):
        line = line.partition(end)[0] + end.strip() if end in line else line
    return _short(line)


def topic_name(content: Content, topic: str, language: str) -> str:
    """Return the label of the first button that leads to a topic; without one, the name of its first screen."""
    first = content.dialogue.topics.get(topic, "")
    return (_button_to(content, first, language) or screen_name(content, first, language)) if first else topic


def fact_name(content: Content, fact: str, language: str) -> str:
    """Return what a fact tells: its value, after the name of the body it belongs to (`<body>_name`) where one has it.

    A fact that is not in this content has only its id.
    """
    found = content.facts.get(fact)
    if found is None:
        return fact
    value = found.value.get(language) or next(iter(found.value.values()), fact)
    body = _body_of(content, fact)
    return f"{_short(body.value.get(language, ''))}: {_short(value)}" if body else _short(value)


def _body_of(content: Content, fact: str) -> Fact | None:
    """Return the fact that names the body: for `court_form_url` that is `court_form_name` or else `court_name`."""
    parts = fact.split("_")
    beginnings = ("_".join([*parts[:length], "name"]) for length in range(len(parts) - 1, 0, -1))
    return next((content.facts[name] for name in beginnings if name != fact and name in content.facts), None)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _filled(content: Content, line: str, language: str) -> str:
    """Replace every placeholder: a fact by its value whatever its day, anything else by an ellipsis."""

    def value(kind: str, name: str) -> Words:
        fact = content.facts.get(name) if kind == "fact" else None
        return (Span(fact.value.get(language, "…") if fact else "…"),)

    return plain(fill(line, value))


def _button_to(content: Content, screen: str, language: str) -> str:
    screens = content.dialogue.screens.values()
    ways = ((source.id, way.id) for source in screens for way in source.choices if way.to == screen)
    return next((_filled(content, content.text(label(*way), language), language) for way in ways), "")


def chapters(content: Content, language: str) -> list[tuple[str, str, list[Screen]]]:
    """Return each chapter's id, its name, and its screens that can be shown."""
    found = []
    for chapter, screens in groupby(content.dialogue.screens.values(), key=lambda screen: screen.chapter):
        shown = [screen for screen in screens if not screen.branch]
        if shown:
            found.append((chapter, screen_name(content, first_of(shown).id, language), shown))
    return found


def first_of(screens: Sequence[Screen]) -> Screen:
    """Return the screen that names a chapter: the first of its topic, or else its first."""
    return next((screen for screen in screens if screen.topic), screens[0])


def ordered(content: Content, first: str) -> list[str]:
    """Return the codes of the content's languages: `first`, then those of the desk in its order, then any others."""
    rest = [*(code for code, _ in LANGUAGES if code in content.words), *content.words]
    return list(dict.fromkeys([first, *rest]))


def text_keys(content: Content, screen: Screen) -> list[str]:
    """Return the keys of a screen's texts in reading order: its own, its buttons' and their pop-ups.

    A text that cites a fact is followed by the text shown in its place while the fact is withheld.
    """
    return [text_key for key in (screen.id, *_labels(screen)) for text_key in _with_substitute(content, key)]


def _with_substitute(content: Content, key: str) -> Iterator[str]:
    yield key
    said = [words.get(either, "") for words in content.words.values() for either in (key, key + WITHOUT)]
    if any(name not in LASTING for text in said for name in CITED.findall(text)) or any(said[1::2]):
        yield key + WITHOUT


def _labels(screen: Screen) -> Iterator[str]:
    for choice in screen.choices:
        yield label(screen.id, choice.id)
        if choice.tells:
            yield label(screen.id, choice.id) + ".tell"
    yield from (label(screen.id, option) for option in screen.options)
