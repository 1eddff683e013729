"""Routes that belong to no room: the landing page, and the static files."""

from pathlib import Path

from aiohttp import web

from bot.desk.app_keys import WORKER
from bot.desk.menu import landing
from bot.desk.page import see_other

STATIC = Path(__file__).resolve().parent / "static"


async def first_page(request: web.Request) -> web.StreamResponse:
    """Redirect to the first page this worker's role may see."""
    return see_other(landing(request.app, request[WORKER]))


async def static(request: web.Request) -> web.StreamResponse:
    """Serve our scripts and styles, and the bundle built at set-up. Nothing is loaded from another origin."""
    try:
        file = (STATIC / request.match_info["file"]).resolve(strict=True)
    except OSError:  # missing, or not a valid file name
        raise web.HTTPNotFound from None
    if not file.is_relative_to(STATIC) or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file)
