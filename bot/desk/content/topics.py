"""Add, split and retire a draft's topics; add, relink, move and remove a screen's buttons."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import get_draft
from bot.desk.content.naming import content_language, screen_name, topic_name
from bot.desk.content.problem_words import all_in_words
from bot.desk.page import language_of, page, see_other
from bot.engine.dialogue import Choice, Screen, label
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, Edit, Unreadable
from bot.usecases.refused import NotFound

Form = Mapping[str, str]
NO_NAME = re.compile(r"[^a-z0-9-]+")


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request, await get_draft(request), {})


async def add(request: web.Request) -> web.StreamResponse:
    """Add a topic with its first screen in every language and its place in a menu."""
    draft, form = await get_draft(request), await _form(request)
    content, name = drafts.readable(draft), form.get("id", "").strip().lower()
    value = {"menu": form.get("menu", ""), **_texts_of(form, content)}
    return await _save(request, draft, Edit("topic", name, value), form, f"screens/{name}")


async def split(request: web.Request) -> web.StreamResponse:
    """Make a new topic of some buttons of another."""
    draft, form = await get_draft(request), await _form(request)
    content, name = drafts.readable(draft), form.get("id", "").strip().lower()
    chosen = [str(choice) for choice in (await request.post()).getall("choices", [])]
    value = {"topic": request.match_info["topic"], "choices": chosen, **_texts_of(form, content)}
    value["menu"] = form.get("menu") or None
    return await _save(request, draft, Edit("split", name, value), form, f"screens/{name}")


async def retire(request: web.Request) -> web.StreamResponse:
    """Remove a topic. Buttons that led to it lead elsewhere, or go with it."""
    draft, form = await get_draft(request), await _form(request)
    edit = Edit("retire", request.match_info["topic"], {"to": form.get("to") or None})
    return await _save(request, draft, edit, form, "topics?saved=yes")


async def relink(request: web.Request) -> web.StreamResponse:
    """One action on the buttons of a screen."""
    draft, form = await get_draft(request), await _form(request)
    content = drafts.readable(draft)
    screen = content.dialogue.screens.get(request.match_info["screen"])
    if screen is None:
        raise NotFound
    action, _, name = form.get("do", "").partition(" ")
    choice = screen.choice(name)
    here = f"/content/drafts/{draft.heading.id}/screens/{screen.id}"
    try:
        if action == "add" and form.get("to"):
            await _add_button(request, draft, screen, form)
        elif choice and action == "lead" and form.get(f"to {name}"):
            await _relink(request, draft, screen, choice, form[f"to {name}"])
        elif choice and action in ("up", "down"):
            await _move(request, draft, screen, choice, -1 if action == "up" else 1)
        elif choice and action == "remove":
            await _remove(request, draft, screen, choice)
        else:
            raise web.HTTPBadRequest
    except Unreadable as unreadable:
        return await _page(request, draft, form, all_in_words(language_of(request), unreadable.problems))
    return see_other(f"{here}?saved=yes#ways")


def menus(content: Content) -> list[str]:
    """Return the ids of screens that list topics without belonging to one."""
    firsts = set(content.dialogue.topics.values())
    screens = content.dialogue.screens.values()
    return [screen.id for screen in screens if not screen.topic and not screen.branch and firsts & set(screen.targets)]


async def _form(request: web.Request) -> Form:
    return {name: str(value) for name, value in (await request.post()).items()}


def _texts_of(form: Form, content: Content) -> dict[str, Any]:
    """Return texts, button labels and typed phrases from the form, by language."""

    def said(name: str) -> dict[str, str]:
        return {code: form.get(f"{name}|{code}", "").replace("\r\n", "\n").strip() for code in content.words}

    phrases = {
        code: [line.strip() for line in text.split("\n") if line.strip()] for code, text in said("typed").items()
    }
    typed = {code: lines for code, lines in phrases.items() if lines}
    return {"texts": said("text"), "button": said("button"), "phrases": typed}


async def _save(request: web.Request, draft: Draft, edit: Edit, form: Form, then: str) -> web.StreamResponse:
    runtime, draft_id = request.app[RUNTIME], draft.heading.id
    try:
        await drafts.save_edit(runtime, request[WORKER], draft_id, edit, draft.version_of(edit))
    except Unreadable as unreadable:
        return await _page(request, draft, form, all_in_words(language_of(request), unreadable.problems))
    return see_other(f"/content/drafts/{draft_id}/{then}")


async def _page(request: web.Request, draft: Draft, form: Form, why: str = "") -> web.Response:
    content = drafts.readable(draft)
    language = content_language(request, content)

    def name(screen: str) -> str:
        return screen_name(content, screen, language)

    return page(
        request,
        "content/draft_topics.html",
        409 if why else 200,
        draft=draft,
        topics=[(topic, content.dialogue.screens[first]) for topic, first in content.dialogue.topics.items()],
        menus=menus(content),
        screens=[screen.id for screen in content.dialogue.screens.values() if not screen.branch],
        leading=lambda first: [menu for menu in menus(content) if first in content.dialogue.screens[menu].targets],
        words_of=lambda screen, choice: content.text(label(screen, choice), language),
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        name=name,
        topic_called=lambda topic: topic_name(content, topic, language),
        sent=form,
        why=why,
        saved=request.query.get("saved") == "yes",
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


async def _add_button(request: web.Request, draft: Draft, screen: Screen, form: Form) -> None:
    taken = {choice.id for choice in screen.choices}
    plain = NO_NAME.sub("-", form["to"].rpartition(".")[2].lower()).strip("-") or "way"
    names = (plain, *(f"{plain}-{number}" for number in range(2, 99)))
    name = next(name for name in names if name not in taken)
    await _keep(request, draft, Edit("choice", label(screen.id, name), {"to": form["to"]}))
    for code in drafts.readable(draft).words:
        if words := form.get(f"button|{code}", "").strip():
            await _keep(request, draft, Edit("text", label(screen.id, name), words, code))


async def _relink(request: web.Request, draft: Draft, screen: Screen, choice: Choice, to: str) -> None:
    """Link a button to another screen, keeping the position an earlier edit gave it."""
    edit = Edit("choice", label(screen.id, choice.id), {"to": to})
    known = next((edited.edit.value for edited in draft.edits if edited.edit.place == edit.place), None)
    after = known.get("after") if isinstance(known, Mapping) else None
    await _keep(request, draft, Edit(edit.kind, edit.name, {"to": to, **({"after": after} if after else {})}))


async def _move(request: web.Request, draft: Draft, screen: Screen, choice: Choice, by: int) -> None:
    names = [choice.id for choice in screen.choices]
    at = names.index(choice.id)
    if 0 <= at + by < len(names):
        names[at], names[at + by] = names[at + by], names[at]
        await _keep(request, draft, Edit("order", screen.id, names))


async def _remove(request: web.Request, draft: Draft, screen: Screen, choice: Choice) -> None:
    """Remove a button with its texts. One this draft added leaves no trace."""
    key = label(screen.id, choice.id)
    runtime, editor, draft_id = request.app[RUNTIME], request[WORKER], draft.heading.id
    base = await drafts.read_base(runtime, draft)
    before = base.dialogue.screens.get(screen.id) if base else None
    for edited in draft.edits:
        if edited.edit.kind in ("text", "still") and edited.edit.name in (key, f"{key}.tell"):
            await drafts.undo(runtime, editor, draft_id, edited.edit, edited.version)
    added = next((edited for edited in draft.edits if edited.edit.kind == "choice" and edited.edit.name == key), None)
    if added and (before is None or before.choice(choice.id) is None):
        await drafts.undo(runtime, editor, draft_id, added.edit, added.version)
    else:
        await _keep(request, draft, Edit("choice", key, None))


async def _keep(request: web.Request, draft: Draft, edit: Edit) -> None:
    await drafts.save_edit(request.app[RUNTIME], request[WORKER], draft.heading.id, edit, draft.version_of(edit))
