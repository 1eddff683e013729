"""The operator's page and the data-protection officer's: states, counts, the audit."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from bot.desk.content import certificate
from bot.desk.page import page
from bot.desk.security import RUNTIME, Handler
from bot.usecases import operation, revisions

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"
VERSION: str = tomllib.loads(PROJECT.read_text())["project"]["version"]


async def show(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    return page(
        request,
        "operation.html",
        settings=runtime.settings,
        version=VERSION,
        used=await revisions.in_use(runtime),
        certificate=await certificate(runtime),
        waiting=await operation.notices_waiting(runtime),
        services=await operation.services(runtime),
    )


async def show_audit(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    return page(
        request, "audit.html", entries=await operation.audit(runtime), broken_at=await operation.broken_at(runtime)
    )


HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("GET", "/operation"): show,
    ("GET", "/audit"): show_audit,
}
