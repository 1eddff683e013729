"""The page behind the link in a test mail, for whoever reads the mailbox. No sign-in."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.page import language_of, page, say, see_other
from bot.desk.services import reach_words
from bot.usecases.refused import NotFound
from bot.usecases.services import trials


async def show(request: web.Request) -> web.StreamResponse:
    """Show the button to press. Mail programs open links by themselves, so opening the page confirms nothing."""
    try:
        trial = await trials.get_trial(request.app[RUNTIME], request.match_info["token"])
    except NotFound:
        return page(request, "services/address.html", web.HTTPNotFound.status_code, trial=None, uses=())
    uses = [say(language_of(request), reach_words.ADDRESSES[slot]) for slot in trial.slots]
    return page(request, "services/address.html", trial=trial, uses=uses)


async def confirm(request: web.Request) -> web.StreamResponse:
    try:
        await trials.confirm(request.app[RUNTIME], request.match_info["token"])
    except NotFound:
        return page(request, "services/address.html", web.HTTPNotFound.status_code, trial=None, uses=())
    return see_other(request.path)
