"""The history of revisions with rollback, and the facts due for review."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.naming import content_language, fact_name, screen_name
from bot.desk.page import page, see_other
from bot.usecases.content import fact_review, publishing, revisions
from bot.usecases.refused import NotFound, Refused


async def show(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    content, language = runtime.content, content_language(request, runtime.content)
    return page(
        request,
        "content/history.html",
        fact_called=lambda fact: fact_name(content, fact, language),
        revisions=await revisions.history(runtime),
        in_use=runtime.revision,
        published=request.query.get("published", ""),
    )


async def roll_back(request: web.Request) -> web.StreamResponse:
    """Propose to publish an earlier revision again. Another person has to approve it."""
    note = str((await request.post()).get("note", ""))
    number = _number(request)
    draft_id = await publishing.propose_rollback(request.app[RUNTIME], request[WORKER], number, note)
    return see_other(f"/content/drafts/{draft_id}/changes?told=proposed")


async def confirm(request: web.Request) -> web.StreamResponse:
    """Confirm, as a second person, a fact that was withdrawn at once."""
    await publishing.confirm(request.app[RUNTIME], request[WORKER], _number(request))
    return see_other("/content/history")


async def review(request: web.Request) -> web.StreamResponse:
    content, language = request.app[RUNTIME].content, content_language(request, request.app[RUNTIME].content)
    rows = fact_review.review(request.app[RUNTIME])
    return page(
        request,
        "content/review.html",
        groups=[(due, [row for row in rows if row.due == due]) for due in ("overdue", "soon", "later", "withdrawn")],
        doubts={
            name: row.doubt.get(language, "")
            for table in (content.facts, content.services)
            for name, row in table.items()
        },
        name=lambda screen: screen_name(content, screen, language),
        called=lambda row: fact_name(content, row.id, language) if row.kind == "fact" else row.value[language],
        language_here=language,
    )


async def withdraw(request: web.Request) -> web.StreamResponse:
    """Withdraw a fact at once, everywhere. A second person confirms it later."""
    why = str((await request.post()).get("why", "")).strip()
    if not why:
        raise Refused("a reason is needed")
    await publishing.withdraw_now(request.app[RUNTIME], request[WORKER], request.match_info["fact"], why)
    return see_other("/content/history")


def _number(request: web.Request) -> int:
    said = request.match_info["number"]
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise NotFound
    return int(said)
