"""Pages of the desk: one template each, in the language the worker chose, with what each feature says in words."""

import io
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.desk import flash_words, writing
from bot.desk.accounts import account_words
from bot.desk.app_keys import DEMO, RUNTIME, WORKER
from bot.desk.casework import ending_words, opened_words
from bot.desk.content import words as content_words
from bot.desk.roles import menu
from bot.desk.writing import Writing
from bot.usecases.operation.doctor_line import Sentence

HERE = Path(__file__).parent
LOCALES = HERE.parent.parent / "locales"
LANGUAGES = (("lv", "Latviešu"), ("ru", "Русский"), ("en", "English"))
COOKIE = "language"
A_YEAR = 365 * 24 * 3600
FORMATS = {
    **writing.FORMATS,
    **account_words.FORMATS,
    **opened_words.FORMATS,
    **ending_words.FORMATS,
    **content_words.FORMATS,
}
"""What every template calls by name: each feature hands its own."""


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """Render a template for whoever asked."""
    language, worker, style = language_of(request), request.get(WORKER), writing_of(request)
    words, which = flash_words.asked(request)
    known = {
        "language": language,
        "languages": LANGUAGES,
        "worker": worker,
        "demo": request.app[DEMO],
        "here": request.path,
        "done": say(language, words).replace("{which}", which),
        "back": request.path if request.method == "GET" else "/",
        "pages": [(path, say(language, label)) for path, label in menu(request.app, worker)],
        **{name: partial(write, style) for name, write in FORMATS.items()},
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


def sentence(language: str, said: Sentence) -> str:
    """A sentence with its values, in a language. Commands, settings and names of jobs stay: they are typed so."""
    return say(language, said.words).format(**said.values)


def translated(language: str, words: Mapping[str, str]) -> dict[str, str]:
    """Every word of a vocabulary."""
    return {code: say(language, one) for code, one in words.items()}


def writing_of(request: web.Request) -> Writing:
    """How times and codes are written for whoever asked."""
    language = language_of(request)
    return Writing(language, partial(say, language), request.app[RUNTIME].now())


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
