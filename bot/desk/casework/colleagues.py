"""The head's page of her people: invite, invite again, remove, and hand over an absent colleague's requests."""

from aiohttp import web

from bot.desk.accounts.qr_codes import qr_code
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import colleague_words
from bot.desk.flash import leading
from bot.desk.page import language_of, page, say, see_other, writing_of
from bot.usecases.accounts import workers
from bot.usecases.casework import staff
from bot.usecases.casework.staff import Mate


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request)


async def invite(request: web.Request) -> web.StreamResponse:
    """Invite a worker. This response is the only place where the link is ever shown."""
    form = await request.post()
    login, name = str(form.get("login", "")), str(form.get("name", ""))
    try:
        path = await staff.invite(request.app[RUNTIME], request[WORKER], login, name)
    except staff.NotAName:
        return await _page(request, problem="name")
    except workers.NotALogin:
        return await _page(request, problem="login")
    except workers.LoginTaken:
        return await _page(request, problem="taken")
    return await _page(request, path=path, invited=name)


async def invite_again(request: web.Request) -> web.StreamResponse:
    colleague = request.match_info["colleague"]
    name, path = await staff.invite_again(request.app[RUNTIME], request[WORKER], colleague)
    return await _page(request, path=path, invited=name)


async def remove(request: web.Request) -> web.StreamResponse:
    await staff.remove(request.app[RUNTIME], request[WORKER], request.match_info["colleague"])
    return see_other(leading("/colleagues", "left"))


async def hand_over(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    chosen = [str(reference) for reference in form.getall("request", [])]
    colleague, to = request.match_info["colleague"], str(form.get("to", ""))
    await staff.hand_over(request.app[RUNTIME], request[WORKER], colleague, to, chosen)
    return see_other(leading("/colleagues", "handed_over"))


async def _page(request: web.Request, *, problem: str = "", path: str = "", invited: str = "") -> web.Response:
    runtime, language = request.app[RUNTIME], language_of(request)
    mates, moment = await staff.list_mates(runtime, request[WORKER]), writing_of(request).moment
    link = runtime.settings.desk_address + path if path else ""

    typed = await request.post() if problem else {}

    def joined(mate: Mate) -> str:
        until = moment(mate.invited_until) if mate.invited_until else "–"
        return say(language, colleague_words.JOINED[mate.joined]).replace("{until}", until)

    return page(
        request,
        "casework/colleagues.html",
        409 if problem else 200,
        mates=mates,
        joined=joined,
        keys=colleague_words.KEYS,
        takers=[mate for mate in mates if mate.key == "holds"],
        problem=colleague_words.PROBLEMS.get(problem, ""),
        name=typed.get("name", ""),
        login=typed.get("login", ""),
        link=link,
        square=qr_code(link) if link else "",
        invited=invited,
        back="/colleagues",
    )
