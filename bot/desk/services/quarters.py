"""The quarters of the head's own service: what may be told of the cases that were closed, to print for a meeting."""

from dataclasses import dataclass

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import language_of, page, say
from bot.desk.services import quarter_words
from bot.engine.suppression import LEAST, Told
from bot.usecases.casework import slips
from bot.usecases.services import keys


@dataclass(frozen=True, slots=True)
class Bar:
    """One question of a quarter. `number` is None where only words may be told."""

    label: str
    said: str
    number: int | None


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    quarters = await slips.list_quarters(runtime, worker)

    def bar(name: str, told: Told) -> Bar:
        label = say(language, quarter_words.QUESTIONS.get(name, name))
        if isinstance(told, int):
            return Bar(label, str(told), told)
        return Bar(label, say(language, quarter_words.TOLD[told]), None)

    return page(
        request,
        "services/quarters.html",
        service=await keys.get_own_service(runtime, worker),
        least=LEAST,
        quarters=[(quarter, [bar(name, told) for name, told in quarter.told.items()]) for quarter in quarters],
    )
