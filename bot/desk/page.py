"""Pages of the desk: one template, in the language the worker chose, with dates as people write them."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.desk import content_words, deed_words, vocabulary
from bot.desk.app_keys import DEMO, RUNTIME, WORKER
from bot.desk.ending_words import ENDINGS
from bot.desk.roles import menu
from bot.runtime import RIGA
from bot.usecases.casework import Envelope

HERE = Path(__file__).parent
LOCALES = HERE.parent.parent / "locales"
LANGUAGES = (("lv", "Latviešu"), ("ru", "Русский"), ("en", "English"))
COOKIE = "language"
A_YEAR = 365 * 24 * 3600
DAY = {"lv": "d. MMMM"}
"""Without the year: nothing on the desk is older, or kept longer, than 90 days."""
LESS_THAN_AN_HOUR = vocabulary.N_("less than an hour")


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """Render a template for whoever asked."""
    language, worker = language_of(request), request.get(WORKER)
    words, which = deed_words.asked(request)
    known = {
        "language": language,
        "languages": LANGUAGES,
        "worker": worker,
        "demo": request.app[DEMO],
        "here": request.path,
        "done": say(language, words).replace("{which}", which),
        "back": request.path if request.method == "GET" else "/",
        "pages": [(path, say(language, label)) for path, label in menu(request.app, worker)],
        **formats(request),
    }
    text = _environment(language).get_template(template).render(known | values)
    return web.Response(text=text, status=status, content_type="text/html")


def answer(request: web.Request, **said: Any) -> web.Response:
    """For the page's script. The time comes along: a laptop's clock must not decide when it is safe to call."""
    return web.json_response({"now": request.app[RUNTIME].now().isoformat(), **said})


def wants_json(request: web.Request) -> bool:
    """Whether the page's script asks: the page stays, with what is open on it."""
    return request.headers.get("Accept") == "application/json"


def has_left(request: web.Request) -> bool:
    """Whether the browser that asked has closed its connection, so that nobody reads an answer."""
    return request.transport is None or request.transport.is_closing()


def is_ours(path: str) -> bool:
    """A path on this desk: `//elsewhere` and `/\\elsewhere` are other origins to a browser."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()


def see_other(path: str) -> web.Response:
    """Send the browser on, with a GET."""
    return web.Response(status=303, headers={"Location": path})


def keep_language(request: web.Request, response: web.StreamResponse, language: str) -> None:
    """Remember in the browser which language was chosen, for a year."""
    response.set_cookie(
        COOKIE, language, max_age=A_YEAR, path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def language_of(request: web.Request) -> str:
    """The language of the cookie; Latvian where there is none."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in dict(LANGUAGES) else "lv"


def say(language: str, words: str) -> str:
    """The words of the desk, given in English, in a language."""
    return str(_translations(language).gettext(words)) if words else ""


def translated(language: str, words: Mapping[str, str]) -> dict[str, str]:
    """Every word of a vocabulary."""
    return {code: say(language, one) for code, one in words.items()}


def formats(request: web.Request) -> Mapping[str, Callable[..., str]]:
    """How times, codes and names are written, for templates and answers to scripts."""
    language, now = language_of(request), request.app[RUNTIME].now()
    written = "en_GB" if language == "en" else language  # the day before the month, as on every other page

    def since(moment: datetime) -> str:
        waited = now - moment
        if waited < timedelta(hours=1):
            return say(language, LESS_THAN_AN_HOUR)
        return format_timedelta(waited, granularity="hour", threshold=2, locale=language)

    def day(moment: datetime) -> str:
        return format_date(moment.astimezone(RIGA), DAY.get(language, "d MMMM"), locale=language)

    def last_day(end: datetime) -> str:
        return day(end - timedelta(minutes=1))  # what ends at midnight ends with the day before

    def moment(at: datetime) -> str:
        return f"{day(at)}, {at.astimezone(RIGA):%H:%M}"

    def days_left(moment: datetime) -> str:
        return format_timedelta(max(moment - now, timedelta(days=1)), granularity="day", locale=language)

    def state_words(one: Envelope) -> str:
        state = "erased_at_desk" if one.closed_as == "erased_at_desk" else one.state
        until = last_day(one.due_at) if one.due_at else "–"
        return say(language, vocabulary.STATES[state]).replace("{name}", one.taken_by or "–").replace("{until}", until)

    return {
        "since": since,
        "day": day,
        "last_day": last_day,
        "moment": moment,
        "state_words": state_words,
        "role_words": lambda role: say(language, vocabulary.ROLES[role]),
        "priority_words": lambda priority: say(language, vocabulary.PRIORITIES[priority]),
        "in_words": lambda names: names.get(language) or names["lv"],
        "age_words": lambda age: say(language, vocabulary.AGES[age]),
        "escalation_words": lambda step: say(language, vocabulary.ESCALATIONS[step]),
        "duty_words": lambda state: say(language, vocabulary.DUTIES[state]),
        "lock_words": lambda lock: say(language, vocabulary.LOCKS[lock]),
        "outcome_words": lambda outcome: say(language, vocabulary.NOTED[outcome]),
        "ending_words": lambda how: say(language, (ENDINGS | vocabulary.REASONS)[how]),
        "edit_words": lambda kind: say(language, content_words.EDITS[kind]),
        "made_words": lambda made: say(language, content_words.MADE[made]),
        "due_words": lambda due: say(language, content_words.DUE[due]),
        "confidence_words": lambda code: say(language, content_words.CONFIDENCE[code]),
        "how_words": lambda how: say(language, content_words.HOW[how]),
        "field_words": lambda field: _field_words(language, field),
        "days_left": days_left,
        "full_moment": lambda at: (
            f"{format_date(at.astimezone(RIGA), 'long', locale=written)}, {at.astimezone(RIGA):%H:%M}"
        ),
        "full_day": lambda on: format_date(on, "long", locale=written),
        "short": lambda reference: reference[:6],
        "host": lambda address: urlsplit(address).hostname or address,
        "translate": lambda words: say(language, words),
    }


def _field_words(language: str, field: str) -> str:
    """A field of a fact or service, with the language it is in, where it has one: `value (lv)`."""
    name, _, spoken = field.partition(" ")
    return f"{say(language, content_words.FIELDS.get(name, name))} {spoken}".strip()


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@cache
def _translations(language: str) -> NullTranslations:
    """Read from the .po itself; English needs none, its words are the keys."""
    source = LOCALES / language / "LC_MESSAGES" / "desk.po"
    if not source.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return Translations(compiled)
