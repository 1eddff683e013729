"""One question before an action: as a page of its own, or as words with which the page's script asks and presses again.

Nothing happens until the form comes back with `sure=yes` and, where the facts may have changed meanwhile, with the
mark of what the worker was told.
"""

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER, Handler
from bot.desk.casework import asked_words
from bot.desk.page import language_of, page, say, wants_json, writing_of
from bot.usecases.casework import permissions, requests
from bot.usecases.casework.permissions import Gone
from bot.usecases.casework.showings import Showing, Truth
from bot.usecases.refused import NotAllowed

ASKED = ("sure", "told")


async def is_sure(request: web.Request) -> bool:
    return (await request.post()).get("sure") == "yes"


async def told_mark(request: web.Request) -> str:
    """Return the mark of what the worker was told before she pressed; empty if nothing."""
    return str((await request.post()).get("told", "")) if await is_sure(request) else ""


async def ask(request: web.Request, question: str, button: str, mark: str = "") -> web.StreamResponse:
    """Ask a question, given with its button in the worker's language. Cancelling changes nothing."""
    fields = {"sure": "yes", **({"told": mark} if mark else {})}
    if wants_json(request):
        return web.json_response({"ask": {"question": question, "button": button, "fields": fields}}, status=409)
    sent = [(name, str(value)) for name, value in (await request.post()).items() if name not in ASKED]
    back = f"/requests/{request.match_info['reference']}"
    return page(
        request,
        "question.html",
        question=question,
        button=button,
        fields=[*sent, *fields.items()],
        back_to=back,
        back=back,
    )


async def ask_about(request: web.Request, action: str, **named: str) -> web.StreamResponse:
    """Ask the question that `asked_words.SURE` has for this action."""
    question, button = (say(language_of(request), words) for words in asked_words.SURE[action])
    for name, value in named.items():
        question = question.replace(f"{{{name}}}", value)
    return await ask(request, question, button)


def asks_first(act: Handler, action: str) -> Handler:
    """Let an action happen only after its question is answered; refuse what cannot be done without asking."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if await is_sure(request):
            return await act(request)
        envelope = await requests.get_envelope(request.app[RUNTIME], request[WORKER], request.match_info["reference"])
        if not envelope.is_open:
            raise Gone(envelope.state)
        if not envelope.may(action):
            raise NotAllowed
        if action == "conflict" and await permissions.reads_alone(request.app[RUNTIME], request[WORKER]):
            return await ask_about(request, "conflict of the reader")
        return await ask_about(request, action)

    return handle


async def ask_about_taking_over(request: web.Request, truth: Truth) -> web.StreamResponse:
    language = language_of(request)
    since = writing_of(request).moment(truth.since) if truth.since else "–"
    held = say(language, asked_words.HELD if truth.holder else asked_words.NOBODY_HAS)
    sentences = [held.replace("{name}", truth.holder or "").replace("{since}", since)]
    sentences += _shown(request, truth.shown) or [say(language, asked_words.NOT_SHOWN)]
    return await ask(request, " ".join(sentences), say(language, asked_words.TAKE_OVER), truth.mark)


async def ask_about_showing(request: web.Request, truth: Truth) -> web.StreamResponse:
    button = say(language_of(request), asked_words.SHOW)
    return await ask(request, " ".join(_shown(request, truth.shown)), button, truth.mark)


def said_of_others(request: web.Request, shown: tuple[Showing, ...]) -> str:
    """Name the colleagues who were shown the number, in the worker's language; empty if there are none."""
    return " ".join(_shown(request, shown))


def _shown(request: web.Request, shown: tuple[Showing, ...]) -> list[str]:
    words, moment = say(language_of(request), asked_words.SHOWN_TO), writing_of(request).moment
    return [words.replace("{name}", showing.name).replace("{at}", moment(showing.at)) for showing in shown]
