"""Practice: invented cases step by step, for whoever is signed in and for practitioners of a round.

Walking them leaves nothing behind: every step is a page of its own, what somebody would do is unfolded in the browser,
and only a comment that a practitioner chooses to send is kept.
"""

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import PRACTITIONER, RUNTIME
from bot.desk.content.practice_words import STEPS
from bot.desk.content.round_words import KINDS, NOT_SAID
from bot.desk.page import page, see_other
from bot.engine.practice import PLACES
from bot.engine.practice import STEPS as IN_ORDER
from bot.usecases.content import round_walks, rounds
from bot.usecases.content.round_walks import NotSaid
from bot.usecases.refused import NotFound

DESK, ROUND = "/practice", "/round/practice"
"""Where the cases stand: at the desk, and in a round, which has those of its draft."""


async def show_all(request: web.Request) -> web.StreamResponse:
    return _list(request, request.app[RUNTIME].content, DESK)


async def show(request: web.Request) -> web.StreamResponse:
    """Show one step of a case. Raises NotFound."""
    return _step(request, request.app[RUNTIME].content, DESK)


async def show_all_in_round(request: web.Request) -> web.StreamResponse:
    if not request[PRACTITIONER].is_open:
        return see_other("/round")
    return _list(request, await _of_round(request), ROUND)


async def show_in_round(request: web.Request) -> web.StreamResponse:
    """Show one step of a case, with a form for a comment. Raises NotFound."""
    if not request[PRACTITIONER].is_open:
        return see_other("/round")
    return _step(request, await _of_round(request), ROUND, saved="said" in request.query)


async def comment(request: web.Request) -> web.StreamResponse:
    """Keep a comment on a step in the round. Raises NotFound."""
    form = await request.post()
    kind, text = str(form.get("kind", "")), str(form.get("text", ""))
    case, step = request.match_info["case"], request.match_info["step"]
    try:
        await round_walks.comment(request.app[RUNTIME], request[PRACTITIONER], f"{PLACES}{case}/{step}", kind, text)
    except NotSaid as refused:
        if refused.why == "closed":
            return see_other("/round")
        return _step(request, await _of_round(request), ROUND, problem=refused.why, kind=kind, text=text)
    return see_other(f"{ROUND}/{case}/{step}?said=yes")


async def _of_round(request: web.Request) -> Content:
    return await rounds.frozen_content(request.app[RUNTIME], request[PRACTITIONER].round_id)


def _list(request: web.Request, content: Content, root: str) -> web.Response:
    return page(
        request,
        "content/practice.html",
        root=root,
        home=_home(root),
        kept=root == ROUND,
        cases=content.practice.cases,
        first=IN_ORDER[0],
    )


def _step(
    request: web.Request,
    content: Content,
    root: str,
    *,
    saved: bool = False,
    problem: str = "",
    kind: str = "",
    text: str = "",
) -> web.Response:
    name, step = request.match_info["case"], request.match_info["step"]
    case = content.practice.cases.get(name)
    found = content.practice.find(f"{PLACES}{name}/{step}")
    if case is None or found is None:
        raise NotFound
    at = IN_ORDER.index(found[1])
    here = f"{root}/{name}/{step}"
    return page(
        request,
        "content/practice_step.html",
        400 if problem else 200,
        root=root,
        home=_home(root),
        name=name,
        case=case,
        step=found[1],
        steps=STEPS,
        number=at + 1,
        before=IN_ORDER[at - 1] if at else "",
        after=IN_ORDER[at + 1] if at + 1 < len(IN_ORDER) else "",
        cards=content.guidance.cards,
        kept=root == ROUND,
        action=here,
        saved=saved,
        kinds=KINDS,
        problem=NOT_SAID.get(problem, ""),
        kind=kind,
        text_typed=text,
        back=here,
    )


def _home(root: str) -> str:
    return root.removesuffix(DESK) or "/"
