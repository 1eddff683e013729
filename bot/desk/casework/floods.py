"""What came in a flood: one press opens the next that nobody has read; what was read can be closed together."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.deeds import leading
from bot.desk.page import page, see_other
from bot.usecases.casework import floods


async def next_unread(request: web.Request) -> web.StreamResponse:
    """The part of the address behind # is for the page's script: with an unlocked key it opens the letter at once."""
    asked = request.query
    found = await floods.next_unread(
        request.app[RUNTIME], request[WORKER], asked.get("priority", ""), asked.get("after", "")
    )
    return see_other(f"/requests/{found}#open" if found else leading("/requests", "nothing_unread"))


async def together(request: web.Request) -> web.StreamResponse:
    """The page posts what it showed. Asks once more and says how many; each is looked at again before it is closed."""
    runtime, worker, form = request.app[RUNTIME], request[WORKER], await request.post()
    references = [str(one) for one in form.getall("request", [])]
    if form.get("sure") != "yes":
        return page(request, "casework/together.html", references=await floods.to_close(runtime, worker, references))
    closed = await floods.close_together(runtime, worker, references)
    return see_other(leading("/requests", "together", closed))
