"""Answer with a page set as PDF, to be printed."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.apart import TooLong
from bot.desk.app_keys import RUNTIME
from bot.typesetting import typeset
from bot.usecases.fair_queue import Busy

SECONDS = 20
"""Of processor time; a page takes one or two."""


async def printed(request: web.Request, shape: str, paper: Mapping[str, Any], name: str) -> web.Response:
    """Set a page in the child process, so that nobody who writes to us waits for it. Raises Busy."""
    runtime = request.app[RUNTIME]
    try:
        made = await runtime.apart.ask(SECONDS, typeset, shape, paper, runtime.today())
    except TooLong:
        raise Busy from None
    named = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return web.Response(body=made, content_type="application/pdf", headers=named)
