"""Readable names for screens, taken from their first words; and screens by chapter."""

from collections.abc import Iterator
from itertools import groupby

from aiohttp import web

from bot.content import Content
from bot.desk.page import language_of
from bot.engine.dialogue import Screen, label
from bot.engine.facts import LASTING
from bot.engine.withheld import CITED, WITHOUT

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
    for end in (". ", "? ", "! "):
        line = line.partition(end)[0] + end.strip() if end in line else line
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _button_to(content: Content, screen: str, language: str) -> str:
    screens = content.dialogue.screens.values()
    ways = ((source.id, way.id) for source in screens for way in source.choices if way.to == screen)
    return next((content.text(label(*way), language) for way in ways), "")


def chapters(content: Content, language: str) -> list[tuple[str, str, list[Screen]]]:
    """Return each chapter's id, its name, and its screens that can be shown."""
    found = []
    for chapter, screens in groupby(content.dialogue.screens.values(), key=lambda screen: screen.chapter):
        shown = [screen for screen in screens if not screen.branch]
        if shown:
            first = next((screen for screen in shown if screen.topic), shown[0])
            found.append((chapter, screen_name(content, first.id, language), shown))
    return found


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
