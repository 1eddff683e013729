"""A draft to look at, for whoever is signed in at the desk: its screens as pages, button by button. Nothing is kept."""

from collections.abc import Mapping

from aiohttp import web

from bot.cards import Button
from bot.content import Content
from bot.desk.app_keys import RUNTIME
from bot.desk.content.drafts import get_draft
from bot.desk.content.naming import content_language, ordered
from bot.desk.content.preview import preview
from bot.desk.page import page
from bot.usecases.content import drafts
from bot.usecases.refused import NotFound


async def show(request: web.Request) -> web.StreamResponse:
    """Show one screen in the language asked for (`?in=`), or else in the desk's. Without a screen, the first."""
    draft, runtime = await get_draft(request), request.app[RUNTIME]
    if draft.heading.standing not in drafts.IN_WORK:
        raise NotFound
    content = drafts.readable(draft)
    screen = request.match_info.get("screen", content.dialogue.first)
    asked, own = request.query.get("in", ""), content_language(request, content)
    language = asked if asked in content.words else own
    shown = preview(runtime, content, screen, language) if screen in content.dialogue.screens else None
    if shown is None:
        raise NotFound
    return page(
        request,
        "content/preview.html",
        draft=draft,
        shown=shown,
        buttons=[(button, _target(content, button)) for button in (*shown.buttons, *shown.exits)],
        root=f"/preview/{draft.heading.id}",
        here_is=screen,
        spoken=_spoken(content, own),
    )


def _target(content: Content, button: Button) -> str:
    """Return the screen a button leads to; empty if that depends on the person, or if the button does something."""
    screens = content.dialogue.screens
    choice = screens[button.screen].choice(button.choice) if button.screen in screens else None
    target = choice.to if choice else None
    return target if target and target in screens and not screens[target].branch else ""


def _spoken(content: Content, first: str) -> Mapping[str, str]:
    return {code: content.text(f"language:{code}", code) for code in ordered(content, first)}
