"""The page after a refusal: where it leads back to, and what was typed, so that no sentence has to be written twice."""

from urllib.parse import quote

from aiohttp import web

from bot.desk.app_keys import SENT, WORKER
from bot.desk.roles import may_see
from bot.engine.marking import N_

TO_FIRST_PAGE = N_("To your first page")
WORDS = {"/requests/{reference}": N_("Back to the request"), "/requests": N_("Back to the queue")}
BACK = N_("Back to where you were")
WRITTEN = frozenset({"reason", "note", "why", "title", "answer", "text", "service", "phrases"})
"""Fields in which somebody writes sentences. What is named `…|lv` is a text in a language."""
NOT_WRITTEN = ("seen|", "mark|")


def way_back(request: web.Request, status: int) -> tuple[str, str]:
    """The nearest page above what was asked for that this role may see, and what its link says.

    What was not found is passed over: a request that is hidden from her now would only be refused once more.
    """
    resource, worker = request.match_info.route.resource, request.get(WORKER)
    canonical = resource.canonical if resource and worker else ""
    while worker and canonical:
        may = may_see(request.app, worker, canonical)
        here = request.method == "GET" and resource is not None and canonical == resource.canonical
        missing = status == web.HTTPNotFound.status_code and "{" in canonical
        if may and not here and not missing:
            named = {name: quote(value, safe="") for name, value in request.match_info.items()}
            return canonical.format(**named), WORDS.get(canonical, BACK)
        canonical = canonical.rpartition("/")[0]
    return "/", TO_FIRST_PAGE


def typed(request: web.Request) -> list[str]:
    """The sentences of a form of ours that was refused. Nothing of a form in which something is to be kept secret."""
    sent = request.get(SENT)
    if sent is None or request.get(WORKER) is None:
        return []
    written = (
        text
        for name, text in sent.items()
        if isinstance(text, str) and (name in WRITTEN or ("|" in name and not name.startswith(NOT_WRITTEN)))
    )
    return [text for text in written if text.strip()]
