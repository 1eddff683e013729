"""After an action: where the browser goes and the message it shows there. `flash_words` holds the messages."""

from aiohttp import web

from bot.desk.flash_words import LEFT, NOTED, STAYED
from bot.desk.page import answer, language_of, say, see_other, wants_json


def done(request: web.Request, path: str, said: str = "") -> web.Response:
    """End an action on a request: tell the page's script the message and where to go, or redirect a plain browser."""
    resource = request.match_info.route.resource
    action = (resource.canonical if resource else "").rpartition("/")[2]
    there = leading(path, action, request.match_info["reference"][:6] if action in LEFT else "")
    if not wants_json(request):
        return see_other(there)
    return answer(request, said=said or say(language_of(request), STAYED.get(action, NOTED)), then=there)


def leading(path: str, action: str, which: str | int = "") -> str:
    """Return the address of a page that shows on top what happened."""
    return f"{path}?done={action}" if which == "" else f"{path}?done={action}.{which}"
