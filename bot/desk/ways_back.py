"""The way back from a refusal, and what was typed, so that nobody has to write a sentence twice."""

from urllib.parse import quote

from aiohttp import web

from bot.desk.app_keys import SENT, WORKER
from bot.desk.roles import may_see
from bot.engine.marking import N_

TO_FIRST_PAGE = N_("To your first page")
WORDS = {"/requests/{reference}": N_("Back to the request"), "/requests": N_("Back to the queue")}
BACK = N_("Back to where you were")
WRITTEN = frozenset({"reason", "note", "why", "title", "answer", "text", "service", "phrases"})
"""Fields that hold sentences. A name like `…|lv` is a text in that language."""
NOT_WRITTEN = ("seen|", "mark|")


def way_back(request: web.Request, status: int) -> tuple[str, str]:
    """Return the path of the nearest parent page this role may see, and its link text.

    On a 404, pages of a single item are skipped: a request now hidden from her would only be refused again.
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
    """Return the sentences typed into the refused form. Only fields for sentences are echoed, never a secret."""
    sent = request.get(SENT)
    if sent is None or request.get(WORKER) is None:
        return []
    written = (
        text
        for name, text in sent.items()
        if isinstance(text, str) and (name in WRITTEN or ("|" in name and not name.startswith(NOT_WRITTEN)))
    )
    return [text for text in written if text.strip()]
