"""Drafts at the desk: the list, opening one, finding a place in it, what was changed so far, putting it away."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.live import MAP_POLICY
from bot.desk.content.naming import chapters, name_of, spoken
from bot.desk.page import language_of, page, say, see_other
from bot.engine.draw import draw, draw_place
from bot.engine.spelling import plain
from bot.usecases.content import drafts as wording
from bot.usecases.content import revisions, upgrades
from bot.usecases.content.drafts import Draft, Edited
from bot.usecases.refused import NotFound

MOST_FOUND = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of the search: where it stands and what stands there."""

    name: str
    path: str
    said: str
    language: str


async def show_all(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    used = await revisions.in_use(runtime)
    merges = used.program_changed and await upgrades.can_merge(runtime)
    drafts, changed = await wording.drafts(runtime), used.program_changed
    return page(request, "content/drafts.html", drafts=drafts, program_changed=changed, merges=merges)


async def open_one(request: web.Request) -> web.StreamResponse:
    """Of what people read now, or of what an upgraded program came with."""
    runtime, form = request.app[RUNTIME], await request.post()
    if "program" in form:
        draft_id = await upgrades.open_draft(runtime, request[WORKER])
        return see_other(f"/content/drafts/{draft_id}/changes")
    draft_id = await wording.open_draft(runtime, request[WORKER], str(form.get("title", "")))
    return see_other(f"/content/drafts/{draft_id}")


async def show(request: web.Request) -> web.StreamResponse:
    """One draft: a search, its screens by chapter, and what is changed in it. Also when it cannot be read."""
    runtime = request.app[RUNTIME]
    draft = await the_draft(request)
    content, wanted = draft.content, request.query.get("q", "").strip()
    language = spoken(request, content or runtime.content)
    others = await wording.present(runtime, request[WORKER], draft.heading.id, "")
    return page(
        request,
        "content/draft.html",
        draft=draft,
        editing=wording.may_edit(request[WORKER], draft.heading),
        may_discard=wording.may_discard(request[WORKER], draft.heading),
        others=others,
        edits=[(one, place_of(draft, one), named(content or runtime.content, one, language)) for one in draft.edits],
        chapters=chapters(content, language) if content else [],
        name=lambda screen: name_of(content, screen, language) if content else screen,
        changed={one.edit.name.partition(":")[0] for one in draft.edits},
        wanted=wanted,
        found=list(_found(draft, content, wanted, language))[:MOST_FOUND] if content and wanted else None,
    )


async def discard(request: web.Request) -> web.StreamResponse:
    await wording.discard(request.app[RUNTIME], request[WORKER], request.match_info["draft"])
    return see_other("/content/drafts")


async def take_back(request: web.Request) -> web.StreamResponse:
    """Undo one edited thing; whatever was written about a topic or button that was added goes with it."""
    form = await request.post()
    draft = await the_draft(request)
    wanted = [one for one in draft.edits if "|".join(one.edit.place) == str(form.get("edit", ""))]
    if not wanted:
        raise NotFound
    for one in (*wanted, *_hanging(draft, wanted[0])):
        await wording.undo(request.app[RUNTIME], request[WORKER], draft.heading.id, one.edit, one.version)
    return see_other(f"/content/drafts/{draft.heading.id}#changed")


async def present(request: web.Request) -> web.StreamResponse:
    """Asked by the page's script: who else is here now."""
    form = await request.post()
    draft_id = request.match_info["draft"]
    here = str(form.get("screen", ""))
    others = await wording.present(request.app[RUNTIME], request[WORKER], draft_id, here)
    return web.json_response({"here": [one.name for one in others if one.screen == here]})


async def show_map(request: web.Request) -> web.StreamResponse:
    content, language = wording.readable(await the_draft(request)), language_of(request)

    def name(screen: str) -> str:
        return name_of(content, screen, spoken(request, content))

    title, here = say(language, "Map of the dialogue"), request.match_info.get("screen", "")
    if here and here not in content.dialogue.screens:
        raise NotFound
    drawn = draw_place(content.dialogue, here, name, title) if here else draw(content.dialogue, name, title, "")
    return web.Response(
        text=drawn, content_type="image/svg+xml", charset="utf-8", headers={"Content-Security-Policy": MAP_POLICY}
    )


async def the_draft(request: web.Request) -> Draft:
    """The draft of the address. Raises NotFound."""
    return await wording.draft(request.app[RUNTIME], request.match_info["draft"])


def version(said: str) -> int:
    """The version of a text that a page had before it; 0 for whatever is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def place_of(draft: Draft, one: Edited) -> str:
    """The page on which an edited thing is edited."""
    edit, root = one.edit, f"/content/drafts/{draft.heading.id}"
    screens = draft.content.dialogue.screens if draft.content else {}
    screen = edit.name.partition(":")[0]
    if edit.kind in ("fact", "withdrawn"):
        return f"{root}/facts/{edit.name}"
    if edit.kind == "service":
        return f"{root}/services/{edit.name}"
    if edit.kind == "phrases":
        return f"{root}/phrases/{edit.name}/{edit.language}"
    if edit.kind == "danger":
        return f"{root}/danger/{edit.language}"
    if edit.kind in ("retire", "still"):
        return f"{root}/topics" if edit.kind != "still" else f"{root}/changes"
    return f"{root}/screens/{screen}" if screen in screens else root


def named(content: Content, one: Edited, language: str) -> str:
    """What an edited thing is called."""
    edit, screen = one.edit, one.edit.name.partition(":")[0]
    if edit.kind == "service" and edit.name in content.services:
        return content.services[edit.name].names.get(language, edit.name)
    return name_of(content, screen, language) if screen in content.dialogue.screens else edit.name


def _hanging(draft: Draft, gone: Edited) -> Iterator[Edited]:
    """Edits that make no sense without another one."""
    edit, base = gone.edit, draft.base
    if edit.kind not in ("topic", "split", "screen", "choice"):
        return
    new = f'msgid "{edit.name}"' not in "".join(text for name, text in base.items() if name.endswith(".po"))
    for one in draft.edits:
        name = one.edit.name
        below = name == edit.name or name.startswith((f"{edit.name}:", f"{edit.name}.tell"))
        if new and below and one is not gone:
            yield one


def _found(draft: Draft, content: Content, wanted: str, language: str) -> Iterator[Found]:
    """Texts in every language, ids, facts and services that hold the words, whatever their accents and capitals."""
    root, sought = f"/content/drafts/{draft.heading.id}", plain(wanted)
    if not sought:
        return
    for fact in content.facts.values():
        if sought in plain(" ".join([fact.id, *fact.value.values(), fact.note, fact.source])):
            yield Found(fact.id, f"{root}/facts/{fact.id}", fact.value.get(language, ""), language)
    for one in content.services.values():
        if sought in plain(" ".join([one.id, *one.names.values(), one.phone, *one.places])):
            yield Found(one.names.get(language, one.id), f"{root}/services/{one.id}", one.phone, language)
    for screen in content.dialogue.screens.values():
        hit = _hit(content, screen.id, sought)
        if hit is not None:
            code, text = hit
            yield Found(name_of(content, screen.id, language), f"{root}/screens/{screen.id}", text, code)


def _hit(content: Content, screen: str, sought: str) -> tuple[str, str] | None:
    """The first text of a screen that holds the words, and its language."""
    for code, words in content.words.items():
        for key, text in words.items():
            if key.partition(":")[0] == screen and sought in plain(f"{key} {text}"):
                return code, text
    return None
