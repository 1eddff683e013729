"""Share the whole content as one file, and open another municipality's package as a draft."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.problem_words import in_words
from bot.desk.content.translations import NO_FILE, as_file, upload_of
from bot.desk.page import language_of, page, say, see_other
from bot.engine.marking import N_
from bot.engine.problems import BrokenContent, Problem
from bot.usecases.content import packages
from bot.usecases.content.packages import NotAPackage

PARTS = {
    "facts": N_("our facts: phones, hours, sums, deadlines"),
    "services": N_("our social services"),
    "places": N_("our municipalities"),
}


async def show(request: web.Request) -> web.StreamResponse:
    return _page(request)


async def download(request: web.Request) -> web.StreamResponse:
    revision, data = await packages.hand_over(request.app[RUNTIME])
    return as_file(f"blakus-{revision}.zip", data, "application/zip")


async def bring_in(request: web.Request) -> web.StreamResponse:
    """Open a package as a draft, whose page of changes shows every difference from the published content."""
    form, language = await request.post(), language_of(request)
    name, data = upload_of(form.get("file"))
    kept = [part for part in PARTS if f"keep {part}" in form]
    if not data:
        return _page(request, [say(language, NO_FILE)], kept, 400)
    title = str(form.get("title", "")).strip() or name.rpartition(".")[0] or name
    try:
        draft_id = await packages.bring_in(request.app[RUNTIME], request[WORKER], data, title, kept)
    except NotAPackage as no:
        return _page(request, [in_words(language, no.problem)], kept, 409)
    except BrokenContent as broken:
        return _page(request, [_with_file(language, problem) for problem in broken.problems], kept, 409)
    return see_other(f"/content/drafts/{draft_id}/changes")


def _with_file(language: str, problem: Problem) -> str:
    said = in_words(language, problem)
    return f"{problem.file}: {said}" if problem.file else said


def _page(
    request: web.Request, problems: list[str] | None = None, kept: list[str] | None = None, status: int = 200
) -> web.Response:
    return page(
        request,
        "content/package.html",
        status,
        revision=request.app[RUNTIME].content.revision,
        parts={name: say(language_of(request), words) for name, words in PARTS.items()},
        kept=[*PARTS] if kept is None else kept,
        problems=problems or [],
    )
