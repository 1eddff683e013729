"""The form as it is opened, and what each of its pages keeps: the headers, the address, the language, the answers."""

from dataclasses import replace

import pytest

from bot.channels.pages import HEADERS
from bot.runtime import Runtime
from bot.usecases.person.form_links import form_token
from bot.usecases.person.leaving import new_token
from tests.channels.forms import CALL, PULL, Visitor
from tests.faces import Clock

# --- Opened from Telegram ---------------------------------------------------------------------------------------------


async def test_a_used_expired_or_forged_token_says_what_to_do(visitor: Visitor, runtime: Runtime, clock: Clock) -> None:
    used = form_token(runtime, {}, "lv")
    assert (await visitor.post([("do", "open"), ("launch", used)])).screen == "form.fill"
    late = form_token(runtime, {}, "lv")
    clock.move(minutes=16)
    for token in (used, late, "forged", ""):
        page = await visitor.post([("do", "open"), ("launch", token), ("language", "lv")])
        assert (page.status, page.screen) == (410, "form.stale")
        assert "Sarunā nospiediet" in page.text
        assert 'href="tel:112"' in page.html
        assert 'href="tel:116006"' in page.html


async def test_a_token_for_the_code_opens_the_page_for_the_code(visitor: Visitor, runtime: Runtime) -> None:
    token = form_token(runtime, {}, "ru", "receipt")
    page = await visitor.post([("do", "open"), ("launch", token)])
    assert (page.screen, page.language) == ("form.code", "ru")


async def test_the_bare_address_says_what_to_do_in_both_languages(visitor: Visitor) -> None:
    page = await visitor.go("/form")
    assert page.status == 200
    assert "Šo lapu atver no sarunas" in page.text
    assert "Эта страница открывается из разговора" in page.text


async def test_only_telegram_may_frame_the_form_and_only_the_form(visitor: Visitor, runtime: Runtime) -> None:
    page = await visitor.open(runtime)
    assert "frame-ancestors https://web.telegram.org" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    assert "telegram.org" not in page.html
    assert "frame-ancestors 'none'" in (await visitor.go("/")).headers["Content-Security-Policy"]


async def test_every_page_of_a_request_leaves_nothing_and_allows_nothing(visitor: Visitor, runtime: Runtime) -> None:
    shown = [await visitor.open(runtime)]
    visitor.fill_in(CALL)
    shown += [await visitor.press("review"), await visitor.agree()]
    for page in shown:
        assert {name: page.headers.get(name) for name in HEADERS} == HEADERS
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert not {"Set-Cookie", "Server", "ETag", "Last-Modified"} & set(page.headers)


async def test_title_and_address_never_change(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    pages = [visitor.page]
    visitor.fill_in(CALL)
    pages += [await visitor.press("review"), await visitor.agree()]
    assert {page.title for page in pages} == {"Blakus"}
    assert {form.action for page in pages for form in page.forms} == {"/form", "/leave"}


# --- Opened from the web chat -----------------------------------------------------------------------------------------


async def test_the_web_chat_opens_the_form_with_its_own_conversation(visitor: Visitor, runtime: Runtime) -> None:
    token = new_token(runtime)
    page = await visitor.post([("token", token), ("form", "request"), ("language", "ru")], "/")
    assert (page.screen, page.language) == ("form.fill", "ru")
    assert ("token", token) in page.form(page.onward).fields()
    assert any(form.action == "/" for form in page.forms)  # the way back into the conversation


async def test_the_language_changes_on_each_page_and_nothing_is_lost(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime, place=("balvu-novads",))
    visitor.fill_in(CALL)
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == ("form.fill", "ru")
    assert page.values("urgency_self") == ["this_week"]
    assert page.values("language") == ["lv"]  # the language of the talk is another question
    await visitor.press("review")
    page = await visitor.press("language.lv")
    assert (page.screen, page.language) == ("form.review", "lv")
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == ("form.review", "ru")
    code = (await visitor.agree()).code
    page = await visitor.press("language.lv")
    assert (page.screen, page.language, page.code) == ("form.receipt", "lv", code)


@pytest.mark.parametrize("over, screen", [({"age_band": "16_17"}, "form.minor"), ({"area": "riga"}, "form.closed")])
async def test_the_language_changes_where_the_questions_end_early(
    visitor: Visitor, runtime: Runtime, over: dict[str, str], screen: str
) -> None:
    """The questions that follow were not asked yet, so the review has nothing to go by."""
    await visitor.open(runtime)
    visitor.fill_in(CALL | over)
    assert (await visitor.press("review")).screen == screen
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == (screen, "ru")
    ((name, answer),) = over.items()
    assert page.values(name) == [answer]


async def test_a_form_opened_in_a_language_that_is_published_no_longer_speaks_another(
    visitor: Visitor, runtime: Runtime
) -> None:
    content = runtime.content
    token = form_token(runtime, {}, "uk")
    runtime.content = replace(content, dialogue=replace(content.dialogue, languages=("lv", "ru", "en")))
    page = await visitor.post([("do", "open"), ("launch", token)])
    assert (page.status, page.screen, page.language) == (200, "form.fill", "en")
    page = await visitor.post([("do", "open"), ("launch", token)])
    assert (page.status, page.screen, page.language) == (410, "form.stale", "en")


async def test_an_answer_that_is_pressed_while_the_database_is_away_is_kept(visitor: Visitor, runtime: Runtime) -> None:
    page = await visitor.open(runtime)
    while not (answers := [do for form in page.forms for do in form.buttons if do.startswith(f"{page.onward}.")]):
        visitor.fill_in(PULL)
        page = await visitor.press(page.onward)
    pressed = answers[0]
    name, option = pressed.split(".")[-2:]
    runtime.database.is_open = False
    page = await visitor.press(pressed)
    assert page.screen == "form.unsent"
    assert page.values(name) == [option]
