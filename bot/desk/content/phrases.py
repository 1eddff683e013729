"""What people type, in a draft: a topic's phrases, words of danger and of despair, and a box to try them out."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import get_draft, parse_version
from bot.desk.content.naming import content_language, topic_name
from bot.desk.content.problem_words import all_in_words
from bot.desk.page import language_of, page, see_other
from bot.engine.find import FoundTopics
from bot.engine.phrasebook import Warned
from bot.usecases.content import drafts, phrases
from bot.usecases.content.drafts import Draft, Edited, EditedMeanwhile, Unreadable
from bot.usecases.content.phrases import Which

MOST_TYPED = 400


@dataclass(frozen=True, slots=True)
class Tried:
    """What the editor typed into the box, and what a person would be offered for it."""

    typed: str
    found: FoundTopics


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request, _which(request), await get_draft(request))


async def save(request: web.Request) -> web.StreamResponse:
    """Save the list. If that fails, show it again as it was sent."""
    which, form = _which(request), await request.post()
    lines, seen = phrases.tidy(str(form.get("phrases", ""))), parse_version(str(form.get("seen", "")))
    runtime, editor, draft_id = request.app[RUNTIME], request[WORKER], request.match_info["draft"]
    try:
        await phrases.save(runtime, editor, draft_id, which, lines, seen)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return await _page(request, which, await get_draft(request), lines=lines, seen=seen, why=why, status=409)
    except EditedMeanwhile as other:
        draft, theirs = await get_draft(request), other.theirs
        seen = theirs.version if theirs else 0
        return await _page(request, which, draft, lines=lines, seen=seen, theirs=theirs, clash=True, status=409)
    return see_other(f"{request.path}?saved=yes")


async def try_out(request: web.Request) -> web.StreamResponse:
    """Show what a person would be offered with the list as typed. Saves nothing."""
    which, form = _which(request), await request.post()
    lines, seen = phrases.tidy(str(form.get("phrases", ""))), parse_version(str(form.get("seen", "")))
    typed, draft = " ".join(str(form.get("typed", "")).split())[:MOST_TYPED], await get_draft(request)
    try:
        found = await phrases.try_out(request.app[RUNTIME], draft.heading.id, which, lines, typed)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return await _page(request, which, draft, lines=lines, seen=seen, why=why, status=409)
    return await _page(request, which, draft, lines=lines, seen=seen, tried=Tried(typed, found))


def _which(request: web.Request) -> Which:
    """Return which list the path names: a topic's phrases or, without a topic, the words of danger or despair."""
    topic, language = request.match_info.get("topic"), request.match_info["language"]
    if topic is not None:
        return Which("phrases", topic, language)
    about: Warned = "despair" if "despair" in request.path.split("/") else "danger"
    return Which(about, about, language)


def _path(draft: Draft, which: Which, language: str) -> str:
    topic = f"/{which.name}" if which.kind == "phrases" else ""
    return f"/content/drafts/{draft.heading.id}/{which.kind}{topic}/{language}"


async def _page(
    request: web.Request,
    which: Which,
    draft: Draft,
    *,
    lines: tuple[str, ...] | None = None,
    seen: int | None = None,
    why: str = "",
    theirs: Edited | None = None,
    clash: bool = False,
    tried: Tried | None = None,
    status: int = 200,
) -> web.Response:
    content = drafts.readable(draft)
    stands, language = phrases.lines_of(content, which), content_language(request, content)

    def name(topic: str) -> str:
        return topic_name(content, topic, language)

    return page(
        request,
        "content/draft_phrases.html",
        status,
        draft=draft,
        which=which,
        called=name(which.name) if which.kind == "phrases" else "",
        path=partial(_path, draft, which),
        root=f"/content/drafts/{draft.heading.id}",
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        lines=stands if lines is None else lines,
        seen=draft.version_of(which.place) if seen is None else seen,
        why=why,
        theirs=theirs,
        clash=clash,
        stands=stands,
        tried=tried,
        name=name,
        standing=phrases.find_duplicates(content, which, stands if lines is None else lines),
        led=await phrases.find_misleading(request.app[RUNTIME], draft, which) if lines is None else (),
        saved=request.query.get("saved") == "yes",
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )
