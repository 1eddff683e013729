"""The headers of every answer of the web chat leave nothing behind and allow only what is ours."""

from pathlib import Path

import pytest
from aiohttp import web

from bot.channels import pages
from tests.channels.web import NOBODY, WebChat, web_chat

ROUTES = [
    *(("GET", path) for path in ("/", "/leave", "/nowhere", "/healthz")),
    *(("GET", f"/static/{file}") for file in ("chat.css", "presses.js", "chat.js", "leaving.js", "idle.js", "ask.js")),
    ("GET", "/static/favicon.svg"),
    *(("POST", path) for path in ("/", "/leave", "/healthz")),
]


@pytest.mark.parametrize("method, path", ROUTES)
async def test_every_answer_leaves_nothing_and_allows_nothing(chat: WebChat, method: str, path: str) -> None:
    answer = await chat.get(path) if method == "GET" else await chat.post({"token": NOBODY}, path)
    expected = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Request-OTR": "1",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert not {"Set-Cookie", "Server", "ETag", "Last-Modified"} & set(answer.headers)


@pytest.mark.parametrize("method, path", ROUTES)
async def test_the_policy_allows_only_what_is_ours(chat: WebChat, method: str, path: str) -> None:
    answer = await chat.get(path) if method == "GET" else await chat.post({"token": NOBODY}, path)
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("frame-ancestors") == "'none'"
    assert rules.pop("base-uri") == "'none'"
    assert rules.pop("form-action") == f"'self' {chat.elsewhere.removesuffix('/today')}"
    assert set(rules.values()) == {"'self'"}


async def test_only_the_form_page_may_be_framed_by_telegram(tmp_path: Path) -> None:
    async def framed(request: web.Request) -> web.Response:
        request[pages.MAY_BE_FRAMED] = True
        return web.Response()

    async with web_chat(tmp_path, routes=[web.get("/form", framed)]) as chat:
        assert (
            "frame-ancestors https://web.telegram.org" in (await chat.get("/form")).headers["Content-Security-Policy"]
        )
        assert "frame-ancestors 'none'" in (await chat.get("/")).headers["Content-Security-Policy"]
