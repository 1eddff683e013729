"""Whatever our server answers, to whatever it is told, is a page that names 112 and 116006, and never a bare line."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels import pages
from bot.engine.invariants import LINE_FOR_HARMED
from tests.channels.web import WebChat, web_chat
from tests.pages import HtmlChecker
from tests.raw import HELP, LANGUAGES, Answer, says

LONG = b"a" * 9000


async def hears(
    chat: WebChat, line: str, headers: str = "", body: bytes = b"", language: str = "ru", *, hangs_up: bool = True
) -> Answer:
    """A request of one connection; the browser wishes Russian."""
    head = f"{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Language: {language}\r\n{headers}\r\n"
    return await says(port(chat), head.encode() + body, hangs_up=hangs_up)


def port(chat: WebChat) -> int:
    return int(chat.url.rpartition(":")[2])


def is_a_page(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {name: answer.headers[name.lower()] for name in pages.HEADERS} == pages.HEADERS
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in answer.headers


FOREIGN = "Origin: https://elsewhere.example\r\nContent-Length: 0\r\n"
IN_RUSSIAN = {
    "a form of another site": ("POST /", FOREIGN, b"", 403),
    "an unknown address": ("GET /nowhere", "", b"", 404),
    "an unknown file": ("GET /static/nothing.js", "", b"", 404),
    "a method that is not": ("DELETE /", "", b"", 405),
    "a form for a file": ("POST /static/chat.js", "Content-Length: 0\r\n", b"", 405),
    "a form that is too long": (
        "POST /",
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n",
        b"token=" + b"a" * 19_994,
        413,
    ),
}


@pytest.mark.parametrize("what", IN_RUSSIAN)
async def test_a_refusal_is_a_page_in_the_language_that_was_asked_for(chat: WebChat, what: str) -> None:
    line, headers, body, status = IN_RUSSIAN[what]
    answer = await hears(chat, line, headers, body)
    is_a_page(answer, status)
    assert answer.calls >= HELP
    assert '<html lang="ru">' in answer.body
    assert "#leave" not in answer.body
    assert 'id="leave"' in answer.body


UNREADABLE = {
    "a line that is too long": b"GET /" + LONG + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header that is too long": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + 4 * LONG + b"\r\n\r\n",
    "no http at all": b"\x16\x03\x01 hello\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: localhost\r\n: nothing\r\n\r\n",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
    "a method that is none": b"G@T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_is_no_request_is_answered_by_a_page_in_all_languages(chat: WebChat, what: str) -> None:
    answer = await says(port(chat), UNREADABLE[what])
    is_a_page(answer, 400)
    assert (answer.calls, answer.languages) == (HELP, LANGUAGES)
    assert 'href="/leave"' in answer.body


async def test_an_expectation_that_nobody_can_meet_is_answered_by_a_page(chat: WebChat) -> None:
    answer = await hears(chat, "GET /", "Expect: wonders\r\n")
    is_a_page(answer, 417)
    assert answer.calls == HELP


async def test_a_long_cookie_of_a_neighbouring_site_keeps_nobody_out(chat: WebChat) -> None:
    answer = await hears(chat, "GET /", f"Cookie: session={'a' * 20_000}\r\n")
    assert answer.status == 200
    assert answer.calls >= {"112"}


async def test_who_stops_in_the_middle_of_a_form_is_answered_by_a_page(
    chat: WebChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BODY_SECONDS", 0.05)
    halves = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n"
    answer = await hears(chat, "POST /", halves, b"token=", hangs_up=False)
    is_a_page(answer, 408)
    assert answer.calls >= HELP


async def test_a_full_house_is_a_page(tmp_path: Path) -> None:
    async with web_chat(tmp_path, at_once=0) as chat:
        answer = await hears(chat, "GET /")
        is_a_page(answer, 503)
        assert answer.calls >= HELP


async def test_a_fault_outside_all_pages_is_a_page(tmp_path: Path) -> None:
    async def broken(_: web.Request) -> web.StreamResponse:
        raise ZeroDivisionError

    async with web_chat(tmp_path, machines={"/broken": broken}) as chat:
        answer = await hears(chat, "POST /broken", "Content-Length: 0\r\n")
        assert answer.status == 500
        assert (answer.calls, answer.languages) == (HELP, LANGUAGES)


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing.js"])
async def test_head_is_told_the_same_without_the_page(chat: WebChat, path: str) -> None:
    whole, head = await hears(chat, f"GET {path}"), await hears(chat, f"HEAD {path}")
    is_a_page(head, 404)
    assert head.body == ""
    assert head.headers["content-type"] == whole.headers["content-type"]


async def test_the_bare_page_holds_to_the_standard(chat: WebChat, checker: HtmlChecker) -> None:
    answer = await says(port(chat), UNREADABLE["a line that is too long"])
    assert await checker.problems(answer.body) == []


async def test_a_line_that_was_withdrawn_stands_on_no_page_of_a_failure_and_112_does(chat: WebChat) -> None:
    """A refusal, what is no request, and what a page says by itself when no answer came."""
    content = chat.runtime.content
    gone = {LINE_FOR_HARMED: replace(content.facts[LINE_FOR_HARMED], withdrawn=True)}
    chat.runtime.content = replace(content, facts={**content.facts, **gone})
    for answer in (
        await hears(chat, "GET /nowhere"),
        await hears(chat, "GET /"),
        await says(port(chat), UNREADABLE["no http at all"]),
    ):
        assert "112" in answer.calls
        assert "116006" not in answer.body
