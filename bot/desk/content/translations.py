"""A draft's texts as files for translators: download, upload, review the changes, and only then save them."""

from collections.abc import Iterable
from itertools import permutations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.differences import pieces
from bot.desk.content.drafts import get_draft
from bot.desk.content.naming import content_language, screen_name
from bot.desk.content.problem_words import all_in_words, in_words
from bot.desk.page import language_of, page, say, see_other
from bot.engine.marking import N_
from bot.exchange.back import Change, Meanwhile, Opened, ReturnedText
from bot.usecases.content import drafts, translations
from bot.usecases.content.drafts import Draft, EditedMeanwhile, Unreadable
from bot.usecases.content.translations import FilePreview

KINDS = {
    "po": "text/x-gettext-translation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_PROBLEMS = 100
NO_FILE = N_("Choose a file first.")


class _Returned(BaseModel):
    """One reviewed text, on its way through the page and back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    language: str
    text: str
    mark: str
    chosen: bool

    @property
    def name(self) -> str:
        return f"{self.key}|{self.language}"


class _Kept(BaseModel):
    """All reviewed texts. The page carries them, so the program need not store them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    texts: tuple[_Returned, ...]


async def show(request: web.Request) -> web.StreamResponse:
    return _page(request, await get_draft(request))


async def download(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    data = await translations.hand_out(request.app[RUNTIME], request.match_info["draft"], name)
    return as_file(name, data, KINDS[name.rpartition(".")[2]])


async def look(request: web.Request) -> web.StreamResponse:
    """Show what a returned file would change. Saves nothing."""
    draft = await get_draft(request)
    drafts.readable(draft)
    name, data = upload_of((await request.post()).get("file"))
    if not data:
        return _page(request, draft, why=say(language_of(request), NO_FILE), status=400)
    looked = await translations.preview(request.app[RUNTIME], draft.heading.id, name, data)
    return _page(request, draft, looked, name, status=409 if looked.weighed.problems else 200)


async def take(request: web.Request) -> web.StreamResponse:
    """Save the reviewed texts. If somebody changed one of them meanwhile, show both versions instead."""
    draft, form = await get_draft(request), await request.post()
    content = drafts.readable(draft)
    try:
        kept = _Kept.model_validate_json(str(form.get("kept", "")))
    except ValidationError:
        raise web.HTTPBadRequest from None
    if not {kept.source, *(text.language for text in kept.texts)} <= content.words.keys():
        raise web.HTTPBadRequest
    also = {str(name) for name in form.getall("also", [])}
    chosen = [text for text in kept.texts if text.chosen or text.name in also]
    entries = tuple(ReturnedText(0, text.key, text.language, text.text, text.mark) for text in chosen)
    runtime, name = request.app[RUNTIME], str(form.get("name", ""))[:100]
    try:
        looked = await translations.take(runtime, request[WORKER], draft.heading.id, Opened(kept.source, entries))
    except EditedMeanwhile:
        looked = await translations.preview_again(runtime, draft.heading.id, Opened(kept.source, entries))
        return _page(request, await get_draft(request), looked, name, status=409)
    except Unreadable as unreadable:
        return _page(request, draft, why=all_in_words(language_of(request), unreadable.problems), status=409)
    if looked.weighed.problems or looked.weighed.meanwhile:
        return _page(request, draft, looked, name, status=409)
    return see_other(f"/content/drafts/{draft.heading.id}/files?taken={len(looked.weighed.changes)}")


def upload_of(field: object) -> tuple[str, bytes]:
    """Return name and content of an uploaded file; both empty if none was chosen."""
    if not isinstance(field, web.FileField):
        return "", b""
    return field.filename[:100], field.file.read()


def as_file(name: str, data: bytes, kind: str) -> web.Response:
    """Answer with a file to download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, content_type=kind, headers=headers)


def _page(
    request: web.Request,
    draft: Draft,
    looked: FilePreview | None = None,
    name: str = "",
    *,
    why: str = "",
    status: int = 200,
) -> web.Response:
    content, runtime = drafts.readable(draft), request.app[RUNTIME]
    language, found = content_language(request, content), looked.weighed if looked else None

    def called(key: str) -> str:
        screen = key.partition(":")[0]
        return screen_name(content, screen, language) if screen in content.dialogue.screens else key

    taken = request.query.get("taken", "")
    return page(
        request,
        "content/draft_files.html",
        status,
        draft=draft,
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        pairs=list(permutations(content.words, 2)),
        spreadsheet=translations.SPREADSHEET,
        outdated=sum(name in content.words[code] for name, code in translations.late(runtime, draft)),
        editing=drafts.may_edit(request[WORKER], draft.heading),
        file=name,
        found=found,
        problems=[(problem.line, in_words(language_of(request), problem)) for problem in found.problems]
        if found
        else [],
        most=MOST_PROBLEMS,
        changed=[change for change in found.changes if change.text != _current_text(draft, change)] if found else [],
        same=[change for change in found.changes if change.text == _current_text(draft, change)] if found else [],
        kept=_kept(looked).model_dump_json() if looked else "",
        pieces=lambda change: pieces(_current_text(draft, change), change.text),
        called=called,
        why=why,
        taken=taken if taken.isdecimal() and len(taken) < 6 else "",
    )


def _current_text(draft: Draft, change: Change | Meanwhile) -> str:
    return drafts.readable(draft).words[change.language].get(change.key, "")


def _kept(looked: FilePreview) -> _Kept:
    def returned(found: Iterable[Change | Meanwhile], chosen: bool) -> Iterable[_Returned]:
        for change in found:
            mark = looked.marks.get(change.key, "")
            yield _Returned(key=change.key, language=change.language, text=change.text, mark=mark, chosen=chosen)

    found = looked.weighed
    texts = (*returned(found.changes, True), *returned(found.meanwhile, False))
    return _Kept(source=looked.source, texts=texts)
