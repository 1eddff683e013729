"""Topics of a draft: added, split and retired; and the buttons of a screen: added, led elsewhere, moved, taken away."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import the_draft
from bot.desk.content.naming import name_of, spoken
from bot.desk.content.problem_words import all_in_words
from bot.desk.page import language_of, page, see_other
from bot.engine.dialogue import Choice, Screen, label
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, Edit, Unreadable
from bot.usecases.refused import NotFound

Form = Mapping[str, str]
NO_NAME = re.compile(r"[^a-z0-9-]+")


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request, await the_draft(request), {})


async def add(request: web.Request) -> web.StreamResponse:
    """A topic with its first screen in every language, and its place in a menu."""
    draft, form = await the_draft(request), await _form(request)
    content, name = drafts.readable(draft), form.get("id", "").strip().lower()
    value = {"menu": form.get("menu", ""), **_words_of(form, content)}
    return await _made(request, draft, Edit("topic", name, value), form, f"screens/{name}")


async def split(request: web.Request) -> web.StreamResponse:
    """A topic made of some buttons of another one."""
    draft, form = await the_draft(request), await _form(request)
    content, name = drafts.readable(draft), form.get("id", "").strip().lower()
    chosen = [str(one) for one in (await request.post()).getall("choices", [])]
    value = {"topic": request.match_info["topic"], "choices": chosen, **_words_of(form, content)}
    value["menu"] = form.get("menu") or None
    return await _made(request, draft, Edit("split", name, value), form, f"screens/{name}")


async def retire(request: web.Request) -> web.StreamResponse:
    """Take a topic away; what led to it leads elsewhere, or goes with it."""
    draft, form = await the_draft(request), await _form(request)
    edit = Edit("retire", request.match_info["topic"], {"to": form.get("to") or None})
    return await _made(request, draft, edit, form, "topics?saved=yes")


async def relink(request: web.Request) -> web.StreamResponse:
    """One deed on the buttons of a screen."""
    draft, form = await the_draft(request), await _form(request)
    content = drafts.readable(draft)
    screen = content.dialogue.screens.get(request.match_info["screen"])
    if screen is None:
        raise NotFound
    deed, _, name = form.get("deed", "").partition(" ")
    choice = screen.choice(name)
    here = f"/content/drafts/{draft.heading.id}/screens/{screen.id}"
    try:
        if deed == "add" and form.get("to"):
            await _add_button(request, draft, screen, form)
        elif choice and deed == "lead" and form.get(f"to {name}"):
            await _lead(request, draft, screen, choice, form[f"to {name}"])
        elif choice and deed in ("up", "down"):
            await _move(request, draft, screen, choice, -1 if deed == "up" else 1)
        elif choice and deed == "remove":
            await _remove(request, draft, screen, choice)
        else:
            raise web.HTTPBadRequest
    except Unreadable as unreadable:
        return await _page(request, draft, form, all_in_words(language_of(request), unreadable.problems))
    return see_other(f"{here}?saved=yes#ways")


def menus(content: Content) -> list[str]:
    """Screens that list topics without being one."""
    firsts = set(content.dialogue.topics.values())
    screens = content.dialogue.screens.values()
    return [one.id for one in screens if not one.topic and not one.branch and firsts & set(one.targets)]


async def _form(request: web.Request) -> Form:
    return {name: str(value) for name, value in (await request.post()).items()}


def _words_of(form: Form, content: Content) -> dict[str, Any]:
    """What the form says in each language: the text, the name of the button, what people type for it."""

    def said(name: str) -> dict[str, str]:
        return {code: form.get(f"{name}|{code}", "").replace("\r\n", "\n").strip() for code in content.words}

    phrases = {code: [one.strip() for one in text.split("\n") if one.strip()] for code, text in said("typed").items()}
    return {"texts": said("text"), "button": said("button"), "phrases": {code: p for code, p in phrases.items() if p}}


async def _made(request: web.Request, draft: Draft, edit: Edit, form: Form, then: str) -> web.StreamResponse:
    runtime, draft_id = request.app[RUNTIME], draft.heading.id
    try:
        await drafts.edit(runtime, request[WORKER], draft_id, edit, draft.version_of(edit))
    except Unreadable as unreadable:
        return await _page(request, draft, form, all_in_words(language_of(request), unreadable.problems))
    return see_other(f"/content/drafts/{draft_id}/{then}")


async def _page(request: web.Request, draft: Draft, form: Form, why: str = "") -> web.Response:
    content = drafts.readable(draft)
    language = spoken(request, content)

    def name(screen: str) -> str:
        return name_of(content, screen, language)

    return page(
        request,
        "content/draft_topics.html",
        409 if why else 200,
        draft=draft,
        topics=[(topic, content.dialogue.screens[first]) for topic, first in content.dialogue.topics.items()],
        menus=menus(content),
        screens=[one.id for one in content.dialogue.screens.values() if not one.branch],
        leading=lambda first: [one for one in menus(content) if first in content.dialogue.screens[one].targets],
        words_of=lambda screen, choice: content.text(label(screen, choice), language),
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        name=name,
        sent=form,
        why=why,
        saved=request.query.get("saved") == "yes",
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


async def _add_button(request: web.Request, draft: Draft, screen: Screen, form: Form) -> None:
    taken = {one.id for one in screen.choices}
    plain = NO_NAME.sub("-", form["to"].rpartition(".")[2].lower()).strip("-") or "way"
    name = next(one for one in (plain, *(f"{plain}-{number}" for number in range(2, 99))) if one not in taken)
    await _keep(request, draft, Edit("choice", label(screen.id, name), {"to": form["to"]}))
    for code in drafts.readable(draft).words:
        if words := form.get(f"button|{code}", "").strip():
            await _keep(request, draft, Edit("text", label(screen.id, name), words, code))


async def _lead(request: web.Request, draft: Draft, screen: Screen, choice: Choice, to: str) -> None:
    """The same button, to another screen. Where it was put before, it stays."""
    edit = Edit("choice", label(screen.id, choice.id), {"to": to})
    known = next((one.edit.value for one in draft.edits if one.edit.place == edit.place), None)
    after = known.get("after") if isinstance(known, Mapping) else None
    await _keep(request, draft, Edit(edit.kind, edit.name, {"to": to, **({"after": after} if after else {})}))


async def _move(request: web.Request, draft: Draft, screen: Screen, choice: Choice, by: int) -> None:
    names = [one.id for one in screen.choices]
    at = names.index(choice.id)
    if 0 <= at + by < len(names):
        names[at], names[at + by] = names[at + by], names[at]
        await _keep(request, draft, Edit("order", screen.id, names))


async def _remove(request: web.Request, draft: Draft, screen: Screen, choice: Choice) -> None:
    """What was written on the button goes with it; one that this draft added is as if it had never been."""
    key = label(screen.id, choice.id)
    runtime, editor, draft_id = request.app[RUNTIME], request[WORKER], draft.heading.id
    base = await drafts.began(runtime, draft)
    before = base.dialogue.screens.get(screen.id) if base else None
    for one in draft.edits:
        if one.edit.kind in ("text", "still") and one.edit.name in (key, f"{key}.tell"):
            await drafts.undo(runtime, editor, draft_id, one.edit, one.version)
    added = next((one for one in draft.edits if one.edit.kind == "choice" and one.edit.name == key), None)
    if added and (before is None or before.choice(choice.id) is None):
        await drafts.undo(runtime, editor, draft_id, added.edit, added.version)
    else:
        await _keep(request, draft, Edit("choice", key, None))


async def _keep(request: web.Request, draft: Draft, edit: Edit) -> None:
    await drafts.edit(request.app[RUNTIME], request[WORKER], draft.heading.id, edit, draft.version_of(edit))
