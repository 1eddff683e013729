"""What is missing before people can write to a service, and whose it is to mend, in the language of the desk."""

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
"""What an address is for, on the page behind the link of a test mail."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, and what to do about it."""

    what: str
    do: str


def missing(language: str, reach: Reach) -> Sequence[Missing]:
    """Everything that is missing of a service."""
    return [_missing(language, *lacking(lack, reach)) for lack in reach.lacks]


def reader_missing(language: str, lack: ReaderLack | None) -> Missing | None:
    """Why requests of people who know somebody at the service are not sent there."""
    return _missing(language, *READER_LACKS[lack]) if lack else None


async def shown(request: web.Request) -> Mapping[str, Any]:
    """What the pages of a service's own workers show of it. Each of them includes reach_missing.html."""
    worker, language = request[WORKER], language_of(request)
    reach, lack = await setting_up.get_reach(request.app[RUNTIME], worker.service_id or "")
    hers = worker.role == "head" or lack == "nobody"
    return {
        "missing": missing(language, reach),
        "open_until": reach.open_until,
        "reader_missing": reader_missing(language, lack) if reach.addressable and hers else None,
    }


def _missing(language: str, what: Sentence, do: Sentence) -> Missing:
    return Missing(*(_begun(sentence(language, one)) for one in (what, do)))


def _begun(text: str) -> str:
    """As a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('…') else '.'}"
