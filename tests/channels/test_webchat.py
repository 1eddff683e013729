"""What the public web chat answers: headers, refusals, failures, and that looking leaves nothing."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot import cards
from bot.cards import Card
from bot.channels import pages
from bot.content import Content
from bot.engine.effects import Show
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.layout import Block, blocks, headed
from bot.texts import Span, plain
from bot.usecases.person import converse
from storage.database import Database
from tests.channels.forms import in_pages
from tests.channels.web import OF_TODAY, WebChat, web_chat
from tests.faces import TODAY

HELP = {"112", "116006"}
NOBODY = "x" * 40


def place_screen(chat: WebChat) -> str:
    return next(screen.id for screen in chat.runtime.content.dialogue.screens.values() if screen.place)


# --- Headers ----------------------------------------------------------------------------------------------------------

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


# --- What a page holds ------------------------------------------------------------------------------------------------


async def test_every_screen_says_its_words_and_offers_its_buttons(chat: WebChat) -> None:
    """The web shows exactly the card's text; what is a list or a heading there may look different, not read so."""
    content = chat.runtime.content
    for screen, language in every_screen(chat):
        page = await chat.at(screen, language)
        card = await card_of(chat, screen, language)
        assert page.status == 200
        assert squeezed(" ".join(page.words)) == squeezed(card.text), screen
        shown = [button.choice for button in (*card.buttons, *card.exits) if button.kind != "hide"]
        assert sorted(page.choices) == sorted(shown), screen
        assert page.language == language
        assert page.title == "Blakus"
        assert page.button(shown[0]).action == "/"
        assert "112" in page.calls
        assert content.text("exit:hide", language) == page.buttons[0].label


SCRIPTS = ("leaving.js", "presses.js", "chat.js", "idle.js", "ask.js")


async def test_a_page_is_small_and_holds_nothing_of_others(chat: WebChat) -> None:
    files = [await chat.get(f"/static/{name}") for name in ("chat.css", *SCRIPTS, "favicon.svg")]
    assert len(files[0].html.encode()) < 8_000
    around = sum(len(file.html.encode()) for file in files)
    for screen, language in every_screen(chat):
        html = (await chat.at(screen, language)).html
        assert len(html.encode()) + around < 36_000, screen
        assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=|javascript:", html)
        assert set(re.findall(r'(?:src|href|action|formaction)="([^"]*)"', html)) <= {
            *("/", "/leave", "#card", "sms:112", "/static/chat.css", "/static/favicon.svg"),
            *(f"/static/{script}" for script in SCRIPTS),
            *re.findall(r'href="(tel:\+?\d+)"', html),
        }
        assert all('autocomplete="off"' in form for form in re.findall(r"<form [^>]*>", html))


async def test_without_a_script_a_page_does_not_outlive_its_conversation(chat: WebChat) -> None:
    first = await chat.get("/")
    assert "http-equiv" not in first.html
    assert (
        '<noscript><meta http-equiv="refresh" content="1800; url=/"></noscript>' in (await chat.press(first, "go")).html
    )


@pytest.mark.parametrize(
    "wished, language",
    [
        ("ru-RU,ru;q=0.9", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.2", "en"),
        ("de,ru;q=0.2", "ru"),
        ("uk-UA,uk;q=0.9,ru;q=0.8", "uk"),
        ("de", "en"),  # the question which language it shall be
        ("", "lv"),
        ("🙂" * 999, "lv"),
    ],
)
async def test_the_first_page_speaks_the_browsers_language(chat: WebChat, wished: str, language: str) -> None:
    wished = wished.encode().decode("latin-1")
    assert (await chat.get("/", **{"Accept-Language": wished})).language == language


async def test_the_language_changes_where_one_stands(chat: WebChat) -> None:
    page = await chat.at("menu", "lv")
    assert (page := await chat.press(page, "language.ru")).language == "ru"
    assert page.screen == "menu"
    assert page.button("language.lv").attributes["lang"] == "lv"


async def test_a_short_word_of_warning_is_shown_above_the_screen(chat: WebChat) -> None:
    screen, choice = next(
        (screen.id, choice.id)
        for screen in chat.runtime.content.dialogue.screens.values()
        for choice in screen.choices
        if choice.tells
    )
    page = await chat.press(await chat.at(screen), choice)
    told = chat.runtime.content.say(f"{screen}:{choice}.tell", "lv", chat.clock().date())
    assert squeezed("".join(span.text for span in told)) in squeezed(" ".join(page.words))
    assert page.screen == screen


# --- Conversations ----------------------------------------------------------------------------------------------------


async def test_who_only_looks_leaves_nothing(chat: WebChat) -> None:
    page = await chat.get("/")
    assert not await chat.remembers(page.token)
    assert (await chat.get("/")).token != page.token


async def test_the_first_press_begins_and_leaving_ends_a_conversation(chat: WebChat) -> None:
    page = await chat.press(await chat.get("/"), "go")
    assert page.screen == "menu"
    assert await chat.remembers(page.token)
    left = await chat.post({"token": page.token}, "/leave")
    assert (left.status, left.headers["Location"]) == (303, chat.elsewhere)
    assert "Clear-Site-Data" not in left.headers, "Chromium would walk its whole cache before it goes"
    assert not await chat.remembers(page.token)


async def test_a_press_on_hide_leaves_too(chat: WebChat) -> None:
    page = await chat.press(await chat.get("/"), "go")
    left = await chat.post({"token": page.token, "screen": "menu", "press": "hide"})
    assert (left.status, left.headers["Location"]) == (303, chat.elsewhere)
    assert not await chat.remembers(page.token)


async def test_an_old_page_cannot_move_the_conversation(chat: WebChat) -> None:
    first = await chat.at("menu")
    second = await chat.press(first, "helplines")
    again = await chat.press(first, "contact")
    assert again.screen == second.screen
    assert chat.runtime.content.text("notice.old-button", "lv") in again.words


async def test_a_place_is_found_by_typing(chat: WebChat) -> None:
    page = await chat.at(place_screen(chat))
    assert "group.0" in page.choices
    found = await chat.post({"token": page.token, "screen": page.screen, "text": "Viļak"})
    assert [choice for choice in found.choices if choice.startswith("place.")] == ["place.balvu-novads"]
    assert (await chat.press(found, "place.balvu-novads")).screen != page.screen


async def test_what_was_typed_is_not_shown_again(chat: WebChat, tmp_path: Path) -> None:
    page = await chat.at(place_screen(chat))
    answer = await chat.post({"token": page.token, "screen": page.screen, "text": "<b>kanārijs</b>" * 30})
    assert "kanārijs" not in answer.html
    assert chat.runtime.content.text("notice.place-unknown", "lv") in answer.words
    assert not [file.name for file in tmp_path.iterdir() if "kanārijs".encode() in file.read_bytes()]


async def test_the_form_page_is_opened_at_the_same_address(tmp_path: Path) -> None:
    async def form_page(request: web.Request, form: str) -> web.Response:
        return web.Response(text=f"{form} {request[pages.FIELDS]['token']}")

    async with web_chat(tmp_path, form_page=form_page) as chat:
        screen, choice = next(
            (screen.id, choice.id)
            for screen in chat.runtime.content.dialogue.screens.values()
            for choice in screen.choices
            if choice.form == "receipt"
        )
        page = await chat.at(screen)
        assert (await chat.press(page, choice)).html == f"receipt {page.token}"
        shown = await chat.post({"token": page.token, "form": "request"}, **OF_TODAY)
        assert shown.html == f"request {page.token}"


# --- What others send -------------------------------------------------------------------------------------------------


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


# --- Failures of ours -------------------------------------------------------------------------------------------------


async def test_with_the_database_gone_everything_can_be_read_and_goes_on_afterwards(chat: WebChat) -> None:
    page = await chat.at("start", "ru")
    before = chat.runtime.database
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    menu = await chat.press(page, "go")
    assert (menu.status, menu.language, menu.screen) == (200, "ru", "menu")
    health = await chat.get("/healthz")
    assert (health.status, health.html) == (503, "information only: the database is out of reach\n")
    danger = await chat.press(menu, "danger")
    assert set(danger.calls) >= HELP
    menu = await chat.press(page, "go")
    chat.runtime.database = before
    there = await chat.press(menu, "help")
    assert (there.screen, there.language) == ("menu.help", "ru")
    assert (await chat.press(there, "back")).screen == "menu"


async def test_with_the_database_gone_the_request_part_says_so_and_names_the_telephone(chat: WebChat) -> None:
    page = await chat.at("request.place", "lv")
    before = chat.runtime.database
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    here = {"token": page.token, "language": "lv", "screen": page.screen}
    closed = await chat.post({**here, "press": "place.balvu-novads"})
    assert closed.screen == "request.closed"
    assert "Balvu novad" in closed.html
    assert "{" not in closed.text
    offered = await chat.post({**here, "screen": "request.more", "press": "offer"})
    assert "nosūtīt nevar" in offered.text
    assert "116006" in offered.html
    in_pages(chat.runtime)
    form = await chat.post(
        {
            "token": page.token,
            "language": "lv",
            "from": "web",
            "do": "review",
            "a.area": "balvu-novads",
            "a.note": "zīmīte",
        }
    )
    assert form.status == 503
    assert "Šobrīd nosūtīt nevar" in form.text
    assert "zīmīte" not in form.html, "the page hands it on sealed"
    chat.runtime.database = before
    again = next(button.fields for button in form.buttons if button.fields.get("do") == "review")
    assert "zīmīte" in (await chat.post(again)).text, "and loses nothing"


async def test_with_the_database_gone_the_exit_still_leaves(chat: WebChat) -> None:
    page = await chat.at("start", "lv")
    chat.runtime.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    left = await chat.post({"token": page.token}, "/leave")
    assert (left.status, left.headers["Location"]) == (303, chat.runtime.settings.exit_url)


async def test_a_flood_is_answered_at_once_with_where_help_is(tmp_path: Path) -> None:
    async with web_chat(tmp_path, at_once=1) as chat:
        page = await chat.get("/")
        async with chat.runtime.database.store():  # everyone waits
            both = [asyncio.create_task(chat.press(page, "go")) for _ in range(2)]
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            refused = done.pop().result()
            assert refused.status == 503
            assert set(refused.calls) >= HELP
        answers = await asyncio.gather(*both)
        assert sorted(answer.status for answer in answers) == [200, 503]


async def test_a_flood_of_pages_leaves_telegram_its_place(tmp_path: Path) -> None:
    async def heard(_: web.Request) -> web.StreamResponse:
        return web.Response(text="heard")

    async with web_chat(tmp_path, at_once=0, machines={"/telegram": heard}) as chat:
        assert (await chat.get("/")).status == 503
        async with chat.session.post(f"{chat.url}/telegram", data=b"{}") as answer:
            assert (answer.status, await answer.text()) == (200, "heard")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_described_by_the_neutral_first_line_and_nothing_else(chat: WebChat, language: str) -> None:
    page = await chat.at("start", language)
    described = chat.runtime.content.text("card.first-line", language)
    assert f'<meta name="description" content="{described}">' in page.html
    assert page.html.count("<meta name=") == 3


async def test_the_health_page_says_little(chat: WebChat) -> None:
    assert (await chat.get("/healthz")).html == "ok\n"


# --- Words into paragraphs --------------------------------------------------------------------------------------------


def test_words_become_paragraphs_and_lists() -> None:
    words = (
        Span("Zvaniet "),
        Span("112", "112"),
        Span(".\nTūlīt.\n\n• viens\n• divi "),
        Span("116006", "116006"),
        Span("\nbeigas"),
    )
    assert blocks(words) == (
        Block(((Span("Zvaniet "), Span("112", "112"), Span(".")), (Span("Tūlīt."),))),
        Block(((Span("viens"),), (Span("divi "), Span("116006", "116006"))), listed=True),
        Block(((Span("beigas"),),)),
    )


@pytest.mark.parametrize(
    "text, heading",
    [
        ("Vai Jūs esat drošībā? Nekas nav jāsaka.", "Vai Jūs esat drošībā?"),
        ("Īsa rinda\n\nTeksts.", "Īsa rinda"),
        ("Līdz plkst. 9 un pēc tam. Arī rīt.", "Līdz plkst. 9 un pēc tam."),
        ("• saraksts", ""),
        ("gara rinda " * 20, ""),
        ("", ""),
    ],
)
def test_a_short_first_sentence_is_the_heading(text: str, heading: str) -> None:
    found, body = headed((Span(text),) if text else ())
    assert "".join(span.text for span in found) == heading
    rest = "".join(span.text for block in body for line in block.lines for span in line)
    assert squeezed(heading + rest) == squeezed(text.replace("• ", ""))


@pytest.mark.parametrize("late", [0, 365], ids=["today", "with every fact withheld"])
def test_every_screen_has_a_heading_that_says_where_one_is(shipped: Content, late: int) -> None:
    day = TODAY + timedelta(days=late)
    bare = []
    for screen in shipped.dialogue.screens.values():
        for language in shipped.words if not screen.branch else ():
            card = cards.make(shipped, State(screen.id, language), Show(screen.id), day, {"service:name": "X"})
            heading, _ = headed(card.body)
            bare += [] if heading else [(screen.id, language)]
    assert bare == []


def test_a_screen_without_a_heading_of_its_own_is_named_by_its_button_in_the_menu(shipped: Content) -> None:
    card = cards.make(shipped, State("helplines", "lv"), Show("helplines"), TODAY, {})
    heading, body = headed(card.body)
    assert plain(heading) == "Parunāt ar kādu pa tālruni"
    assert body[0].listed


# --- Words of the tests -----------------------------------------------------------------------------------------------


def every_screen(chat: WebChat) -> list[tuple[str, str]]:
    dialogue = chat.runtime.content.dialogue
    return [
        (screen.id, language)
        for screen in dialogue.screens.values()
        if not screen.branch
        for language in dialogue.languages
    ]


async def card_of(chat: WebChat, screen: str, language: str) -> Card:
    reply = await converse.current(chat.runtime, converse.Address("web", await chat.stand(screen, language)))
    assert reply is not None
    assert reply.card is not None
    return reply.card


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
