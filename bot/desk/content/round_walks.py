"""Rounds, the practitioner's side: her link, the situations, walking the draft, commenting on a screen."""

from aiohttp import web

from bot.desk.app_keys import PRACTITIONER, RUNTIME
from bot.desk.content.practice_words import place_name
from bot.desk.content.round_words import KINDS, NOT_SAID, VERDICTS
from bot.desk.cookies import give_round_cookie, round_cookie, take_round_cookie
from bot.desk.page import LANGUAGES, keep_language, language_of, page, see_other
from bot.engine.heard import Heard, Pressed, Typed
from bot.layout import blocks, headed
from bot.usecases.content import round_walks, rounds
from bot.usecases.content.round_walks import NotSaid
from bot.usecases.refused import NotFound

LONGEST_TEXT, LONGEST_PRESS = 200, 100


async def show_link(request: web.Request) -> web.StreamResponse:
    """Explain what a round is. Only the button uses up the link: mail programs open links before people do."""
    try:
        return await _link_page(request)
    except NotFound:
        token = request.cookies.get(round_cookie(request.app), "")
        if token and await round_walks.get_practitioner(request.app[RUNTIME], token):
            return see_other("/round")
        return lost(request)


async def join(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    language = str(form.get("language", ""))
    language = language if language in dict(LANGUAGES) else language_of(request)
    try:
        token = await round_walks.join(
            request.app[RUNTIME], request.match_info["token"], str(form.get("name", "")), language
        )
    except NotSaid as refused:
        return await _link_page(request, refused.why)
    response = see_other("/round")
    give_round_cookie(request, response, token)
    keep_language(request, response, language)
    return response


def lost(request: web.Request) -> web.Response:
    """Say where a link that was used opens, and whom to ask: she has no account and cannot sign in."""
    operator = request.app[RUNTIME].settings.operator
    back = request.path if request.method == "GET" else "/round"
    return page(request, "content/round_lost.html", 404, operator=operator, back=back)


async def show(request: web.Request) -> web.StreamResponse:
    """Show the situations and her comments so far."""
    runtime, who = request.app[RUNTIME], request[PRACTITIONER]
    frozen = await rounds.frozen_content(runtime, who.round_id)
    language = language_of(request)
    return page(
        request,
        "content/round_home.html",
        who=who,
        mine=await round_walks.list_own_comments(runtime, who),
        name=lambda place: place_name(frozen, place, language),
        kinds=KINDS,
        verdicts=VERDICTS,
    )


async def take_card(request: web.Request) -> web.StreamResponse:
    card = str((await request.post()).get("card", ""))
    await round_walks.take_card(request.app[RUNTIME], request[PRACTITIONER], card)
    return see_other("/round/walk")


async def look(request: web.Request) -> web.StreamResponse:
    return await _walk_page(request, None, saved="said" in request.query)


async def press(request: web.Request) -> web.StreamResponse:
    """Take one turn in the conversation."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    heard: Heard | None = None
    if choice := form.get("press"):
        heard = Pressed(form.get("screen", "")[:LONGEST_PRESS], choice[:LONGEST_PRESS])
    elif text := form.get("text", "").strip():
        heard = Typed(text[:LONGEST_TEXT])
    return await _walk_page(request, heard)


async def comment(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    screen, kind, text = (str(form.get(name, "")) for name in ("screen", "kind", "text"))
    try:
        await round_walks.comment(request.app[RUNTIME], request[PRACTITIONER], screen, kind, text)
    except NotSaid as refused:
        if refused.why == "closed":
            return see_other("/round")
        return await _walk_page(request, None, problem=refused.why, kind=kind, text=text)
    return see_other("/round/walk?said=yes")


async def end(request: web.Request) -> web.StreamResponse:
    await round_walks.leave(request.app[RUNTIME], request[PRACTITIONER])
    response = see_other("/round/thanks")
    take_round_cookie(request, response)
    return response


async def thank(request: web.Request) -> web.StreamResponse:
    return page(request, "content/round_thanks.html")


async def _link_page(request: web.Request, problem: str = "") -> web.Response:
    found = await round_walks.get_invitation(request.app[RUNTIME], request.match_info["token"])
    return page(
        request, "content/round_join.html", 400 if problem else 200, found=found, problem=NOT_SAID.get(problem, ""),
        back=request.path,
    )  # fmt: skip


async def _walk_page(
    request: web.Request,
    heard: Heard | None,
    *,
    saved: bool = False,
    problem: str = "",
    kind: str = "",
    text: str = "",
) -> web.StreamResponse:
    who = request[PRACTITIONER]
    if not who.is_open or who.card is None:
        return see_other("/round")
    reply = await round_walks.walk(request.app[RUNTIME], who, heard)
    card = reply.card
    if card is None:
        return see_other("/round")
    heading, body = headed(card.body)
    return page(
        request,
        "content/round_walk.html",
        400 if problem else 200,
        who=who,
        card=card,
        heading=heading,
        body=body,
        notice=blocks(card.notice or ()),
        told=reply.tell,
        form_opens=reply.form is not None,
        choices=[button for button in card.buttons if button.kind != "group"],
        groups=[button for button in card.buttons if button.kind == "group"],
        saved=saved,
        kinds=KINDS,
        action="/round/comment",
        problem=NOT_SAID.get(problem, ""),
        kind=kind,
        text_typed=text,
        back="/round/walk",
    )
