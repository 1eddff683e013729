"""After a deed: where the browser goes, and what is said there. The words and the address are in `deed_words`."""

from aiohttp import web

from bot.desk.deed_words import LEFT, NOTED, STAYED
from bot.desk.page import answer, language_of, say, see_other, wants_json


def done(request: web.Request, path: str, said: str = "") -> web.Response:
    """On a request: the page's script is told the sentence and where to go; a browser without it goes there."""
    resource = request.match_info.route.resource
    deed = (resource.canonical if resource else "").rpartition("/")[2]
    there = leading(path, deed, request.match_info["reference"][:6] if deed in LEFT else "")
    if not wants_json(request):
        return see_other(there)
    return answer(request, said=said or say(language_of(request), STAYED.get(deed, NOTED)), then=there)


def leading(path: str, deed: str, which: str | int = "") -> str:
    """The address of a page that says on top what happened."""
    return f"{path}?done={deed}" if which == "" else f"{path}?done={deed}.{which}"
