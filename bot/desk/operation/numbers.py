"""The year's figures, as a page and on paper: with noise added and small ones left out, fit to publish."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot import cards
from bot.content import Content
from bot.desk.app_keys import RUNTIME
from bot.desk.operation import numbers_words
from bot.desk.operation.numbers_words import ALWAYS, CLOSINGS, REQUESTS
from bot.desk.page import language_of, page, say, writing_of
from bot.desk.printed import printed
from bot.desk.services import quarter_words
from bot.desk.services.bars import Bar, of_all, on_paper, sentence
from bot.engine.dialogue import label
from bot.usecases.operation import closings, yearly
from bot.usecases.operation.closings import ToldOutside
from bot.usecases.operation.yearly import OfService
from bot.usecases.person import counting
from bot.usecases.refused import NotFound


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted, and roughly how often, both in words."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Closed:
    """What was counted at closing in a service's year: a sentence, and bars; both empty if too few cases are told."""

    sentence: str
    bars: list[Bar]


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
        heading=say(language, numbers_words.HEADING).format(year=asked),
        blurred=_blurred(language),
        always=[_figure(language, say(language, words), numbers.get(name)) for name, words in ALWAYS.items()],
        topics=_topics(runtime.content, numbers, language),
        buttons=_buttons(runtime.content, numbers, language),
        services=[
            (
                service.names,
                [_figure(language, say(language, words), service.rows.get(row)) for row, words in REQUESTS.items()],
                _closed(language, service),
            )
            for service in services or ()
        ],
        told=services is not None,
        closed=say(language, numbers_words.CLOSED).format(least=counting.SHOWN_FROM),
        drawn=say(language, numbers_words.DRAWN),
    )


async def download(request: web.Request) -> web.StreamResponse:
    """Answer with the outside edition of a year as PDF: requests and closings by service. Raises NotFound."""
    runtime, language, writing = request.app[RUNTIME], language_of(request), writing_of(request)
    asked = request.match_info["year"]
    if asked not in map(str, yearly.list_years(runtime)):
        raise NotFound
    services = await yearly.get_year(runtime, int(asked))
    if services is None:
        raise NotFound
    heading = say(language, numbers_words.HEADING).format(year=asked)
    closed = say(language, numbers_words.CLOSED).format(least=counting.SHOWN_FROM)
    paper: Mapping[str, Any] = {
        "language": language,
        "title": heading,
        "name": "Blakus",
        "heading": heading,
        "intro": f"{_blurred(language)} {closed}",
        "parts": [part for service in services for part in _parts(language, writing.in_words(service.names), service)],
        "drawn": say(language, numbers_words.DRAWN),
        "printed": say(language, quarter_words.PRINTED).format(day=writing.full_day(runtime.today())),
    }
    return await printed(request, "edition", paper, f"numbers-{asked}")


def _parts(language: str, name: str, service: OfService) -> list[Mapping[str, Any]]:
    """Return the service's requests, and below them its closed cases; where nothing is told, a line that says so."""
    closed, sent = _closed(language, service), service.rows.get("sent", 0)
    requests = [_bar(language, words, service.rows.get(row), sent) for row, words in REQUESTS.items() if service.rows]
    few = "" if requests else numbers_words.FEW_SENT
    return [
        _part(language, name, few, numbers_words.SENT, requests),
        _part(language, "", closed.sentence or numbers_words.FEW_CLOSED, quarter_words.COUNTED, closed.bars),
    ]


def _part(language: str, title: str, sentence: str, column: str, bars: list[Bar]) -> Mapping[str, Any]:
    return {
        "title": title,
        "sentence": say(language, sentence),
        "columns": [say(language, column), say(language, quarter_words.HOW_MANY)],
        "bars": [on_paper(bar) for bar in bars],
    }


def _closed(language: str, service: OfService) -> Closed:
    told = service.closings
    cases = told[closings.CASES]
    if not isinstance(cases, int):
        return Closed("", [])
    about = say(language, numbers_words.ABOUT).format(number=cases)
    bars = [_bar(language, words, told[row], cases) for row, words in CLOSINGS.items()]
    return Closed(sentence(language, about, told["new_family"], blurred=True), bars)


def _bar(language: str, words: str, told: ToldOutside, total: int) -> Bar:
    label, least = say(language, words), counting.SHOWN_FROM
    if told == "most":
        return of_all(label, say(language, quarter_words.TOLD["most"]), max(total - least, 0), total, total)
    said = _figure(language, label, told).said
    return of_all(label, said, told or 0, told or min(least, total), total or told or least)


def _figure(language: str, name: str, number: int | None) -> Figure:
    if number is None:
        return Figure(name, say(language, numbers_words.TOO_FEW))
    return Figure(name, say(language, numbers_words.ABOUT).format(number=number))


def _blurred(language: str) -> str:
    return say(language, numbers_words.BLURRED).format(step=counting.ROUNDED_TO, least=counting.SHOWN_FROM)


def _topics(content: Content, numbers: Mapping[str, int], language: str) -> list[Figure]:
    """Count how often each topic was opened by a button leading to its first screen."""
    opened: dict[str, int | None] = dict.fromkeys(content.dialogue.topics)
    begins = {screen: topic for topic, screen in content.dialogue.topics.items()}
    for screen in content.dialogue.screens.values():
        for choice in screen.choices:
            topic, number = begins.get(choice.target or ""), numbers.get(f"{screen.id}:{choice.id}")
            if topic and number:
                opened[topic] = (opened[topic] or 0) + number
    return [_figure(language, cards.named(content, topic, language), number) for topic, number in opened.items()]


def _buttons(content: Content, numbers: Mapping[str, int], language: str) -> list[Figure]:
    """List every button pressed often enough, most pressed first. Those of earlier content have only their ids."""
    pressed = sorted(
        ((name, number) for name, number in numbers.items() if name not in ALWAYS), key=lambda pair: (-pair[1], pair[0])
    )
    return [_figure(language, _named(content, name, language), number) for name, number in pressed]


def _named(content: Content, name: str, language: str) -> str:
    screen, _, choice = name.partition(":")
    key = label(screen, choice)
    return f"{content.text(key, language)} ({name})" if content.has(key, language) else name
