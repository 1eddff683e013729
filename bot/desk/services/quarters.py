"""The quarters of the head's own service: what may be told of the cases that were closed, as a page and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import language_of, page, say, writing_of
from bot.desk.printed import printed
from bot.desk.services import quarter_words
from bot.desk.services.bars import Bar, of_all, on_paper, sentence
from bot.engine.suppression import LEAST
from bot.usecases.casework import slips
from bot.usecases.casework.slips import Quarter
from bot.usecases.refused import NotFound
from bot.usecases.services import keys


@dataclass(frozen=True, slots=True)
class Shown:
    """A quarter in words: its sentence, and its bars; none where there were too few cases."""

    name: str
    said: str
    sentence: str
    bars: list[Bar]


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    return page(
        request,
        "services/quarters.html",
        service=await keys.get_own_service(runtime, worker),
        intro=say(language, quarter_words.INSIDE).format(least=LEAST),
        drawn=say(language, quarter_words.DRAWN).format(least=LEAST),
        quarters=[_shown(language, quarter) for quarter in await slips.list_quarters(runtime, worker)],
    )


async def download(request: web.Request) -> web.StreamResponse:
    """Answer with one frozen quarter as PDF. Raises NotFound."""
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    asked = request.match_info["quarter"]
    quarter = next((row for row in await slips.list_quarters(runtime, worker) if row.name == asked), None)
    if quarter is None:
        raise NotFound
    service, writing = await keys.get_own_service(runtime, worker), writing_of(request)
    shown, heading = _shown(language, quarter), say(language, quarter_words.HEADING)
    paper: Mapping[str, Any] = {
        "language": language,
        "title": f"{heading}: {shown.said}",
        "name": "Blakus",
        "heading": f"{writing.in_words(service.names)}: {shown.said}",
        "intro": say(language, quarter_words.INSIDE).format(least=LEAST),
        "parts": [
            {
                "title": "",
                "sentence": shown.sentence,
                "columns": [say(language, quarter_words.COUNTED), say(language, quarter_words.HOW_MANY)],
                "bars": [on_paper(bar) for bar in shown.bars],
            }
        ],
        "drawn": say(language, quarter_words.DRAWN).format(least=LEAST) if shown.bars else "",
        "printed": say(language, quarter_words.PRINTED).format(day=writing.full_day(runtime.today())),
    }
    return await printed(request, "edition", paper, f"quarter-{quarter.name}")


def _said(language: str, name: str) -> str:
    """Say a quarter such as “2026Q4” in words."""
    year, _, number = name.partition("Q")
    return say(language, quarter_words.QUARTER).format(year=year, number=number)


def _shown(language: str, quarter: Quarter) -> Shown:
    if quarter.total is None:
        return Shown(
            quarter.name, _said(language, quarter.name), say(language, quarter_words.FEWER).format(least=LEAST), []
        )
    bars = [_bar(language, quarter, name, quarter.total) for name in quarter.told]
    return Shown(
        quarter.name,
        _said(language, quarter.name),
        sentence(language, str(quarter.total), quarter.told.get("new_family")),
        bars,
    )


def _bar(language: str, quarter: Quarter, name: str, total: int) -> Bar:
    told, whole = quarter.told[name], quarter.of.get(name, total)
    said = str(told) if isinstance(told, int) else say(language, quarter_words.TOLD[told])
    if name in quarter.of and told != "nothing":
        said = say(language, quarter_words.WITHIN).format(said=said, whole=whole)
    sure, most = (
        (told, told)
        if isinstance(told, int)
        else {"few": (0, LEAST - 1), "most": (whole - LEAST + 1, whole), "nothing": (0, 0)}[told]
    )
    return of_all(say(language, quarter_words.QUESTIONS.get(name, name)), said, sure, most, total)
