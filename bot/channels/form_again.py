"""The same form sent once more: what is said where the receipt of the first time would no longer be true."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.channels.form_frame import Where, page, say
from bot.runtime import Runtime
from bot.usecases import receipts, standing


async def erased(
    request: web.Request, runtime: Runtime, at: Where, once: str, carried: Mapping[str, Any]
) -> web.Response:
    """What this form sent is gone, so nothing was sent now. What was typed can become a new request, seen anew."""
    found = await standing.look(runtime, receipts.code_of(runtime, once), at.language)
    told = say(runtime, f"standing.{found.state}", at.language, found.words) if found else ()
    return page(request, "form_erased.html", at, told=told, **carried)
