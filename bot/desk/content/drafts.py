"""Drafts at the desk: list, open, search, see and undo edits, discard."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.live import MAP_POLICY
from bot.desk.content.naming import chapters, content_language, fact_name, screen_name, topic_name
from bot.desk.page import language_of, page, say, see_other
from bot.engine.draw import draw, draw_place
from bot.engine.phrasebook import WARNED
from bot.engine.spelling import plain
from bot.usecases.content import drafts as wording
from bot.usecases.content import revisions, upgrades
from bot.usecases.content.drafts import Draft, Edited
from bot.usecases.refused import NotFound

MOST_FOUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: the page it is on, and the text found."""

    name: str
    path: str
    said: str
    language: str


async def show_all(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    used = await revisions.in_use(runtime)
    merges = used.program_changed and await upgrades.can_merge(runtime)
    drafts, changed = await wording.list_drafts(runtime), used.program_changed
    return page(request, "content/drafts.html", drafts=drafts, program_changed=changed, merges=merges)


async def open_one(request: web.Request) -> web.StreamResponse:
    """Open a draft of the published content, or of what an upgraded program ships with."""
    runtime, form = request.app[RUNTIME], await request.post()
    if "program" in form:
        draft_id = await upgrades.open_draft(runtime, request[WORKER])
        return see_other(f"/content/drafts/{draft_id}/changes")
    draft_id = await wording.open_draft(runtime, request[WORKER], str(form.get("title", "")))
    return see_other(f"/content/drafts/{draft_id}")


async def show(request: web.Request) -> web.StreamResponse:
    """Show one draft, even an unreadable one: search, screens by chapter, edits so far."""
    runtime = request.app[RUNTIME]
    draft = await get_draft(request)
    content, wanted = draft.content, request.query.get("q", "").strip()
    language = content_language(request, content or runtime.content)
    others = await wording.report_presence(runtime, request[WORKER], draft.heading.id, "")
    return page(
        request,
        "content/draft.html",
        draft=draft,
        editing=wording.may_edit(request[WORKER], draft.heading),
        may_discard=wording.may_discard(request[WORKER], draft.heading),
        others=others,
        edits=[
            (edited, edit_path(draft, edited), edit_name(content or runtime.content, edited, language))
            for edited in draft.edits
        ],
        chapters=chapters(content, language) if content else [],
        name=lambda screen: screen_name(content, screen, language) if content else screen,
        changed={edited.edit.name.partition(":")[0] for edited in draft.edits},
        wanted=wanted,
        found=list(_search(draft, content, wanted, language))[:MOST_FOUND] if content and wanted else None,
    )


async def discard(request: web.Request) -> web.StreamResponse:
    await wording.discard(request.app[RUNTIME], request[WORKER], request.match_info["draft"])
    return see_other("/content/drafts")


async def take_back(request: web.Request) -> web.StreamResponse:
    """Undo one edit, and with an added topic or button every edit of its texts."""
    form = await request.post()
    draft = await get_draft(request)
    wanted = [edited for edited in draft.edits if "|".join(edited.edit.place) == str(form.get("edit", ""))]
    if not wanted:
        raise NotFound
    for edited in (*wanted, *_dependents(draft, wanted[0])):
        await wording.undo(request.app[RUNTIME], request[WORKER], draft.heading.id, edited.edit, edited.version)
    return see_other(f"/content/drafts/{draft.heading.id}#changed")


async def present(request: web.Request) -> web.StreamResponse:
    """Tell the page's script who else is on this screen now."""
    form = await request.post()
    draft_id = request.match_info["draft"]
    here = str(form.get("screen", ""))
    others = await wording.report_presence(request.app[RUNTIME], request[WORKER], draft_id, here)
    return web.json_response({"here": [editor.name for editor in others if editor.screen == here]})


async def show_map(request: web.Request) -> web.StreamResponse:
    content, language = wording.readable(await get_draft(request)), language_of(request)

    def name(screen: str) -> str:
        return screen_name(content, screen, content_language(request, content))

    title, here = say(language, "Map of the dialogue"), request.match_info.get("screen", "")
    if here and here not in content.dialogue.screens:
        raise NotFound
    drawn = draw_place(content.dialogue, here, name, title) if here else draw(content.dialogue, name, title, "")
    return web.Response(
        text=drawn, content_type="image/svg+xml", charset="utf-8", headers={"Content-Security-Policy": MAP_POLICY}
    )


async def get_draft(request: web.Request) -> Draft:
    """Return the draft the path names. Raises NotFound."""
    return await wording.read_draft(request.app[RUNTIME], request.match_info["draft"])


def parse_version(said: str) -> int:
    """Return the version of a text the page was showing; 0 if it is not a number."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def edit_path(draft: Draft, edited: Edited) -> str:
    """Return the path of the page where this edit was made."""
    edit, root = edited.edit, f"/content/drafts/{draft.heading.id}"
    screens = draft.content.dialogue.screens if draft.content else {}
    screen = edit.name.partition(":")[0]
    if edit.kind in ("fact", "withdrawn"):
        return f"{root}/facts/{edit.name}"
    if edit.kind == "service":
        return f"{root}/services/{edit.name}"
    if edit.kind == "phrases":
        return f"{root}/phrases/{edit.name}/{edit.language}"
    if edit.kind in WARNED:
        return f"{root}/{edit.kind}/{edit.language}"
    if edit.kind in ("retire", "still"):
        return f"{root}/topics" if edit.kind != "still" else f"{root}/changes"
    return f"{root}/screens/{screen}" if screen in screens else root


def edit_name(content: Content, edited: Edited, language: str) -> str:
    """Return a readable name for what was edited."""
    edit, screen = edited.edit, edited.edit.name.partition(":")[0]
    if edit.kind == "service" and edit.name in content.services:
        return content.services[edit.name].names.get(language, edit.name)
    if edit.kind in ("fact", "withdrawn"):
        return fact_name(content, edit.name, language)
    if edit.kind == "phrases":
        return topic_name(content, edit.name, language)
    return screen_name(content, screen, language) if screen in content.dialogue.screens else edit.name


def _dependents(draft: Draft, gone: Edited) -> Iterator[Edited]:
    """Yield the edits that make no sense without `gone`."""
    edit, base = gone.edit, draft.base
    if edit.kind not in ("topic", "split", "screen", "choice"):
        return
    new = f'msgid "{edit.name}"' not in "".join(text for name, text in base.items() if name.endswith(".po"))
    for edited in draft.edits:
        name = edited.edit.name
        below = name == edit.name or name.startswith((f"{edit.name}:", f"{edit.name}.tell"))
        if new and below and edited is not gone:
            yield edited


def _search(draft: Draft, content: Content, wanted: str, language: str) -> Iterator[Hit]:
    """Search texts in every language, ids, facts and services, ignoring accents and case."""
    root, sought = f"/content/drafts/{draft.heading.id}", plain(wanted)
    if not sought:
        return
    for fact in content.facts.values():
        if sought in plain(" ".join([fact.id, *fact.value.values(), fact.note, fact.source])):
            yield Hit(
                fact_name(content, fact.id, language), f"{root}/facts/{fact.id}", fact.value.get(language, ""), language
            )
    for service in content.services.values():
        if sought in plain(" ".join([service.id, *service.names.values(), service.phone, *service.places])):
            name = service.names.get(language, service.id)
            yield Hit(name, f"{root}/services/{service.id}", service.phone, language)
    for screen in content.dialogue.screens.values():
        hit = _first_text(content, screen.id, sought)
        if hit is not None:
            code, text = hit
            yield Hit(screen_name(content, screen.id, language), f"{root}/screens/{screen.id}", text, code)


def _first_text(content: Content, screen: str, sought: str) -> tuple[str, str] | None:
    """Return language and text of the screen's first match."""
    for code, words in content.words.items():
        for key, text in words.items():
            if key.partition(":")[0] == screen and sought in plain(f"{key} {text}"):
                return code, text
    return None
