"""The year's figures on one page to print: with noise added and small ones left out, fit to publish."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import cards
from bot.content import Content
from bot.desk.app_keys import RUNTIME
from bot.desk.operation.numbers_words import ALWAYS, REQUESTS
from bot.desk.page import language_of, page, say
from bot.engine.dialogue import label
from bot.usecases.operation import yearly
from bot.usecases.person import counting
from bot.usecases.refused import NotFound


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted, in words, and roughly how often; None if too few to publish."""

    name: str
    number: int | None


async def show(request: web.Request) -> web.StreamResponse:
    runtime, language = request.app[RUNTIME], language_of(request)
    years = yearly.list_years(runtime)
    asked = request.query.get("year", str(years[0]))
    if asked not in map(str, years):
        raise NotFound
    weeks = await counting.list_published(runtime, int(asked))
    numbers = counting.summed(weeks)
    services = await yearly.get_year(runtime, int(asked))
    return page(
        request,
        "operation/numbers.html",
        year=int(asked),
        years=years,
        weeks=sorted({week for week, _, _ in weeks}),
        always=[Figure(say(language, words), numbers.get(name)) for name, words in ALWAYS.items()],
        topics=_topics(runtime.content, numbers, language),
        buttons=_buttons(runtime.content, numbers, language),
        services=[
            (service.names, [Figure(say(language, words), service.rows.get(row)) for row, words in REQUESTS.items()])
            for service in services or ()
        ],
        told=services is not None,
        rounded_to=counting.ROUNDED_TO,
        shown_from=counting.SHOWN_FROM,
    )


def _topics(content: Content, numbers: Mapping[str, int], language: str) -> list[Figure]:
    """Count how often each topic was opened by a button leading to its first screen."""
    opened: dict[str, int | None] = dict.fromkeys(content.dialogue.topics)
    begins = {screen: topic for topic, screen in content.dialogue.topics.items()}
    for screen in content.dialogue.screens.values():
        for choice in screen.choices:
            topic, number = begins.get(choice.target or ""), numbers.get(f"{screen.id}:{choice.id}")
            if topic and number:
                opened[topic] = (opened[topic] or 0) + number
    return [Figure(cards.named(content, topic, language), number) for topic, number in opened.items()]


def _buttons(content: Content, numbers: Mapping[str, int], language: str) -> list[Figure]:
    """List every button pressed often enough, most pressed first. Those of earlier content have only their ids."""
    pressed = sorted(
        ((name, number) for name, number in numbers.items() if name not in ALWAYS), key=lambda pair: (-pair[1], pair[0])
    )
    return [Figure(_named(content, name, language), number) for name, number in pressed]


def _named(content: Content, name: str, language: str) -> str:
    screen, _, choice = name.partition(":")
    key = label(screen, choice)
    return f"{content.text(key, language)} ({name})" if content.has(key, language) else name
