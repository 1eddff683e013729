"""The read-only content page: what people read in every language, with its facts, its map and its certificate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.naming import content_language, fact_name, first_of, screen_name
from bot.desk.page import language_of, page, say
from bot.engine.dialogue import Screen, label
from bot.engine.draw import draw
from bot.usecases.content.revisions import certificate
from bot.usecases.content.waiting import list_waiting

MAP_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A drawing has inline styles and runs no script."""


@dataclass(frozen=True, slots=True)
class ScreenTexts:
    """One screen in every language."""

    id: str
    body: Mapping[str, str]
    buttons: Mapping[str, list[str]]


async def show(request: web.Request) -> web.StreamResponse:
    """Show what waits for an approver first, then everything people read."""
    runtime = request.app[RUNTIME]
    content, today = runtime.content, runtime.today()
    language = content_language(request, content)
    by_chapter = groupby(content.dialogue.screens.values(), key=lambda screen: screen.chapter)
    return page(
        request,
        "content/content.html",
        certificate=await certificate(runtime),
        today=today,
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        facts=[(fact, {code: fact.say(code, today) for code in content.words}) for fact in content.facts.values()],
        chapters=[(chapter, *_named(content, list(screens), language)) for chapter, screens in by_chapter],
        name=lambda screen: screen_name(content, screen, language),
        called=lambda fact: fact_name(content, fact, language),
        waiting=await list_waiting(runtime, request[WORKER]),
    )


async def show_map(request: web.Request) -> web.StreamResponse:
    content, language = request.app[RUNTIME].content, language_of(request)
    in_words = language if language in content.words else "lv"

    def name(screen: str) -> str:
        return content.text(screen, in_words)

    drawn = draw(content.dialogue, name, say(language, "Map of the dialogue"), content.revision)
    return web.Response(
        text=drawn, content_type="image/svg+xml", charset="utf-8", headers={"Content-Security-Policy": MAP_POLICY}
    )


def _named(content: Content, screens: list[Screen], language: str) -> tuple[str, list[ScreenTexts]]:
    """Return the name of a chapter and the texts of its screens."""
    shown = [screen for screen in screens if not screen.branch]
    title = screen_name(content, first_of(shown or screens).id, language)
    return title, [_screen_texts(content, screen) for screen in screens]


def _screen_texts(content: Content, screen: Screen) -> ScreenTexts:
    return ScreenTexts(
        screen.id,
        {code: content.text(screen.id, code) for code in content.words},
        {code: [content.text(key, code) for key in _labels(screen)] for code in content.words},
    )


def _labels(screen: Screen) -> Iterator[str]:
    yield from (label(screen.id, choice.id) for choice in screen.choices)
    yield from (label(screen.id, option) for option in screen.options)
