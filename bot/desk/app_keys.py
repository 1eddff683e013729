"""Typed keys for what handlers read from the app and the request."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import MultiDictProxy

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content.round_walks import Practitioner

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RUNTIME = web.AppKey("runtime", Runtime)
DEMO = web.AppKey("demo", bool)
WORKER = web.RequestKey("worker", SignedIn)
PRACTITIONER = web.RequestKey("practitioner", Practitioner)
SENT = web.RequestKey("sent", MultiDictProxy[str | bytes | bytearray | web.FileField])
