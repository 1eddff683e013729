"""The server of the public pages. It answers even malformed requests with a page that says where help is.

The language of such a request is unknown, so that page speaks all of them.
"""

import logging
from functools import partial
from typing import Any

from aiohttp import web

from bot.channels import pages
from bot.layout import blocks
from bot.runtime import Runtime

log = logging.getLogger(__name__)

LONGEST_FIELD = 32 * 1024
"""Bytes of a header. Another site of the same domain may set a long cookie, which is no reason to refuse a person."""


class Runner(web.AppRunner):
    """Runs a public app. There is no access log: it would hold addresses and times of people in danger."""

    def __init__(self, app: web.Application, **how: Any) -> None:
        super().__init__(app, max_field_size=LONGEST_FIELD, **{"access_log": None, **how})

    async def _make_server(self) -> web.Server:
        default = await super()._make_server()
        return _Server(default.request_handler, default.request_factory, self.app, self._kwargs)


class _Server(web.Server):
    def __init__(self, handler: Any, requests: Any, app: web.Application, how: dict[str, Any]) -> None:
        super().__init__(handler, request_factory=requests, **how)
        self._handler = partial(_Handler, self, loop=self._loop, page=partial(bare_page, app), **self._kwargs)

    def __call__(self) -> web.RequestHandler:
        return self._handler()


class _Handler(web.RequestHandler):
    """One connection."""

    def __init__(self, *given: Any, page: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        self._page = page

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no request, and errors outside our middlewares."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        if status >= web.HTTPInternalServerError.status_code:
            log.error("page_failed", exc_info=exc)
        answer: web.Response = self._page(status)
        answer.force_close()
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Replace aiohttp's own refusals, such as of an `Expect` header, by our page."""
        machine = isinstance(request, web.Request) and request.get(pages.BY_MACHINE)
        if isinstance(resp, web.HTTPException) and resp.status >= web.HTTPBadRequest.status_code and not machine:
            resp = self._page(resp.status)
        return await super().finish_response(request, resp, start_time)


class _Nameless(web.Response):
    """A response without a `Server` header, like all our answers."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Server", None)


def bare_page(app: web.Application, status: int) -> web.Response:
    """112, and 116006 unless withdrawn, in every language, and the way out. It needs nothing from the request."""
    runtime: Runtime = app[pages.RUNTIME]
    text, languages = runtime.content.text, runtime.content.dialogue.languages
    told = [
        {
            "language": language,
            "blocks": blocks(runtime.content.plainly("notice.trouble", language)),
            "call": text("page.call", language),
            "again": text("page.again", language),
            "hide": text("exit:hide", language),
        }
        for language in languages
    ]
    shown = pages.TEMPLATES.get_template("bare.html").render(told=told, title=text("page.title", languages[0]))
    answer = _Nameless(text=shown, content_type="text/html", status=status, headers=pages.HEADERS)
    answer.headers["Content-Security-Policy"] = pages.policy(runtime.settings.exit_url)
    return answer
