"""Screens by names people can read: the first words of what stands on them, chapter by chapter."""

from collections.abc import Iterator
from itertools import groupby

from aiohttp import web

from bot.content import Content
from bot.desk.page import language_of
from bot.engine.dialogue import Screen, label
from bot.engine.facts import LASTING
from bot.engine.withheld import CITED, WITHOUT

LONGEST = 60


def spoken(request: web.Request, content: Content) -> str:
    """The language of the content to name things in: that of the desk, where the content has it."""
    language = language_of(request)
    return language if language in content.words else next(iter(content.words))


def name_of(content: Content, screen: str, language: str) -> str:
    """What a screen is called: its first sentence, or the first button that leads to it where it begins with a fact.

    One that is never shown has only its id.
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
    ways = ((one.id, way.id) for one in content.dialogue.screens.values() for way in one.choices if way.to == screen)
    return next((content.text(label(*way), language) for way in ways), "")


def chapters(content: Content, language: str) -> list[tuple[str, str, list[Screen]]]:
    """Each chapter's id, its name, and its screens that can be shown."""
    found = []
    for chapter, screens in groupby(content.dialogue.screens.values(), key=lambda one: one.chapter):
        shown = [one for one in screens if not one.branch]
        if shown:
            first = next((one for one in shown if one.topic), shown[0])
            found.append((chapter, name_of(content, first.id, language), shown))
    return found


def keys_of(content: Content, screen: Screen) -> list[str]:
    """Every text of a screen in the order in which it is read: its own, its buttons', what they pop up; after each that
    cites a fact, what is said in its place while one of its facts is withheld."""
    return [one for key in (screen.id, *_labels(screen)) for one in _with_second(content, key)]


def _with_second(content: Content, key: str) -> Iterator[str]:
    yield key
    said = [words.get(one, "") for words in content.words.values() for one in (key, key + WITHOUT)]
    if any(name not in LASTING for text in said for name in CITED.findall(text)) or any(said[1::2]):
        yield key + WITHOUT


def _labels(screen: Screen) -> Iterator[str]:
    for choice in screen.choices:
        yield label(screen.id, choice.id)
        if choice.tells:
            yield label(screen.id, choice.id) + ".tell"
    yield from (label(screen.id, option) for option in screen.options)
