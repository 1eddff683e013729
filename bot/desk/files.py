"""What belongs to no room of the desk: where its bare address leads, and the files that pages ask for."""

from pathlib import Path

from aiohttp import web

from bot.desk.app_keys import WORKER
from bot.desk.page import see_other
from bot.desk.roles import landing

STATIC = Path(__file__).resolve().parent / "static"


async def first_page(request: web.Request) -> web.StreamResponse:
    return see_other(landing(request.app, request[WORKER]))


async def static(request: web.Request) -> web.StreamResponse:
    """Our own scripts and styles, and the bundle that set-up made. Nothing comes from elsewhere."""
    try:
        file = (STATIC / request.match_info["file"]).resolve(strict=True)
    except OSError:  # there is none, or it could not even be called so
        raise web.HTTPNotFound from None
    if not file.is_relative_to(STATIC) or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file)
