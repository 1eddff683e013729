"""Requests that came in a flood: open the next unread one with one press, close the read ones together."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.flash import leading
from bot.desk.page import page, see_other
from bot.usecases.casework import floods


async def next_unread(request: web.Request) -> web.StreamResponse:
    """Redirect to the next unread request. `#open` makes the page's script open the letter if the key is unlocked."""
    asked = request.query
    found = await floods.next_unread(
        request.app[RUNTIME], request[WORKER], asked.get("priority", ""), asked.get("after", "")
    )
    return see_other(f"/requests/{found}#open" if found else leading("/requests", "nothing_unread"))


async def together(request: web.Request) -> web.StreamResponse:
    """Ask how many to close, then close them. The page posts what it showed; each is checked again before closing."""
    runtime, worker, form = request.app[RUNTIME], request[WORKER], await request.post()
    references = [str(reference) for reference in form.getall("request", [])]
    if form.get("sure") != "yes":
        return page(request, "casework/together.html", references=await floods.to_close(runtime, worker, references))
    closed = await floods.close_together(runtime, worker, references)
    return see_other(leading("/requests", "together", closed))
