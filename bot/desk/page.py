"""Render the desk's pages: one template each, in the language the worker chose."""

import io
from collections.abc import Mapping
from datetime import datetime
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
from bot.desk.menu import menu
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
"""Formats every template can call by name; each feature contributes its own."""


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """Render a template of bot/desk/templates with `values` and what every page needs."""
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
    """Answer the page's script in JSON, with the server's time: no laptop clock may decide when calling is safe."""
    return web.json_response({"now": request.app[RUNTIME].now().isoformat(), **said})


def wants_json(request: web.Request) -> bool:
    """Tell whether the page's script is asking, so that the page can stay as it is."""
    return request.headers.get("Accept") == "application/json"


def has_left(request: web.Request) -> bool:
    """Tell whether the browser has closed the connection, so that nobody would read the answer."""
    return request.transport is None or request.transport.is_closing()


def is_ours(path: str) -> bool:
    """Tell whether a path stays on this desk: to a browser, `//elsewhere` and `/\\elsewhere` are other origins."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()


def see_other(path: str) -> web.Response:
    """Redirect with 303, so that the browser follows with a GET."""
    return web.Response(status=303, headers={"Location": path})


def keep_language(request: web.Request, response: web.StreamResponse, language: str) -> None:
    """Remember the chosen language in the browser for a year."""
    response.set_cookie(
        COOKIE, language, max_age=A_YEAR, path="/", secure=not request.app[DEMO], httponly=True, samesite="Strict"
    )


def language_of(request: web.Request) -> str:
    """Return the language from the cookie; Latvian without one."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in dict(LANGUAGES) else "lv"


def say(language: str, words: str) -> str:
    """Translate one of the desk's English texts; an empty one stays empty."""
    return str(_translations(language).gettext(words)) if words else ""


def sentence(language: str, said: Sentence) -> str:
    """Translate a sentence and fill in its values. Commands, settings and job names stay as they are typed."""
    return say(language, said.words).format(**said.values)


def translated(language: str, words: Mapping[str, str]) -> dict[str, str]:
    """Translate every text of a vocabulary, keeping its codes."""
    return {code: say(language, text) for code, text in words.items()}


def writing_of(request: web.Request) -> Writing:
    """Return how to write times and codes on this page: its language, as of now."""
    return writing_in(language_of(request), request.app[RUNTIME].now())


def writing_in(language: str, now: datetime) -> Writing:
    """Return how to write times and codes in a language, as of a moment."""
    return Writing(language, partial(say, language), now)


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
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}  # scripts draw questions and answers in our order
    environment.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@cache
def _translations(language: str) -> NullTranslations:
    """Compile desk.po in memory. English has none: its texts are the msgids."""
    source = LOCALES / language / "LC_MESSAGES" / "desk.po"
    if not source.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return Translations(compiled)
