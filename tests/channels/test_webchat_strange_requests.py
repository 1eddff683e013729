"""What no page of ours asks is refused or does no harm: of another site, unreadable, too long, or nowhere."""

import pytest

from tests.channels.web import HELP, NOBODY, WebChat


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/leave"])
async def test_forms_of_another_site_are_refused(chat: WebChat, headers: dict[str, str], path: str) -> None:
    page = await chat.press(await chat.get("/"), "go")
    fields = {"token": page.token, "screen": "menu", "press": "hide"}
    refused = await chat.post(fields, path, **headers)
    assert refused.status == 403
    assert set(refused.calls) >= HELP
    assert await chat.remembers(page.token)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "null"}, {}])
async def test_our_own_forms_are_accepted(chat: WebChat, headers: dict[str, str]) -> None:
    page = await chat.get("/")
    page = await chat.post(page.button("go").fields, **headers)
    assert page.screen == "menu"
    same = {"Origin": chat.url}
    assert (await chat.post({"token": page.token}, **same)).screen == "menu"


@pytest.mark.parametrize(
    "fields",
    [
        b"",
        b"\xff\xfe%%%=&&&",
        b"token=short&press=go&screen=start",
        b"token=" + b"x" * 40,
        b"token=" + b"x" * 40 + b"&screen=nowhere&press=%00%F0%9F",
        b"token=" + b"x" * 40 + b"&text=" + b"A" * 9_000,
        b"&".join(b"field%d=1" % number for number in range(999)),
    ],
)
async def test_forms_we_cannot_read_show_the_present_screen(chat: WebChat, fields: bytes) -> None:
    answer = await chat.post(fields, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.screen) == (200, chat.runtime.content.dialogue.first)
    assert "danger" in answer.choices


async def test_a_file_is_never_taken_in(chat: WebChat) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="press"; filename="a"\r\n\r\ngo\r\n--b--\r\n'
    answer = await chat.post(body, **{"Content-Type": "multipart/form-data; boundary=b"})
    assert (answer.status, answer.screen) == (200, chat.runtime.content.dialogue.first)


async def test_a_form_that_is_too_long_is_refused_with_where_help_is(chat: WebChat) -> None:
    answer = await chat.post({"token": NOBODY, "text": "A" * 100_000})
    assert answer.status == 413
    assert set(answer.calls) >= HELP


@pytest.mark.parametrize("path", ["/nowhere", "/healthz/", "/static/", "/static/..%2Fpages.py", "//", "/favicon.ico"])
async def test_an_unknown_address_shows_where_help_is(chat: WebChat, path: str) -> None:
    answer = await chat.get(path)
    assert answer.status == 404
    assert set(answer.calls) >= HELP
    assert answer.title == "Blakus"
