"""What a service still lacks before people can write to it, and who can fix it, in the desk's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import language_of, sentence
from bot.engine.marking import N_
from bot.usecases.operation.doctor_line import Sentence
from bot.usecases.operation.doctor_services import READER_LACKS, lacking
from bot.usecases.services import setting_up
from bot.usecases.services.reachability import Reach, ReaderLack

ADDRESSES = {
    "email": N_("its address for notices"),
    "deputy_email": N_("the address of its deputy"),
    "head_email": N_("the address of its head of service"),
    "reader_email": N_("the address of whoever alone reads requests of people who know somebody there"),
}
"""What each address is for; shown on the page behind the link in a test mail."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a service lacks, and what to do about it; both translated sentences."""

    what: str
    do: str


def missing(language: str, reach: Reach) -> Sequence[Missing]:
    """Return everything the service lacks."""
    return [_missing(language, *lacking(lack, reach)) for lack in reach.lacks]


def reader_missing(language: str, lack: ReaderLack | None) -> Missing | None:
    """Return why requests from people who know somebody at the service are not sent there; None if they are."""
    return _missing(language, *READER_LACKS[lack]) if lack else None


async def reach_values(request: web.Request) -> Mapping[str, Any]:
    """Return the values for services/reach_missing.html, which the pages of a service's own workers include."""
    worker, language = request[WORKER], language_of(request)
    reach, lack = await setting_up.get_reach(request.app[RUNTIME], worker.service_id or "")
    hers = worker.role == "head" or lack == "nobody"
    return {
        "missing": missing(language, reach),
        "open_until": reach.open_until,
        "reader_missing": reader_missing(language, lack) if reach.addressable and hers else None,
    }


def _missing(language: str, what: Sentence, do: Sentence) -> Missing:
    return Missing(*(_as_sentence(sentence(language, part)) for part in (what, do)))


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('…') else '.'}"
