"""What a code opens, in a real browser on a phone: other times, calls stopped, the questions."""

from datetime import date

import pytest
from playwright.async_api import Page, Request, expect
from pyrage.x25519 import Identity

from bot.engine.risk import QUESTIONS
from bot.runtime import Runtime
from bot.usecases.casework import handling
from tests.channels.code_page import ILZE, added, anything, sent, taken, tried
from tests.channels.forms import Visitor
from tests.channels.test_browser_form import agree, go_on, launched, left_behind, shows, to_receipt, too_wide
from tests.conftest import OpenPage
from tests.pages import unusable

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize("language", ["lv", "ru"])
async def test_questions_times_and_a_number_that_is_not_safe(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, language: str
) -> None:
    page = await browser_page(viewport=(320, 640))
    await launched(site, runtime, page, language)
    code = await to_receipt(page)

    await page.click('[value="screen"]')
    for question in QUESTIONS:
        answer = page.locator(f'[value="answer.{question}.yes"]')
        await expect(answer).to_be_visible()
        assert await unusable(page) == []
        assert await too_wide(page) == 0
        await expect(page.locator('a[href="tel:112"]').first).to_be_in_viewport()
        await answer.click()
    await shows(page, "screen-review")
    assert await unusable(page) == []
    await page.click('[value="send-screen"]')
    await shows(page, "standing")
    assert await page.inner_text("#code") == code
    assert await unusable(page) == []
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
    assert request.priority == "today"

    await page.click('[value="times"]')
    await shows(page, "times")
    await expect(page.locator('[name="a.windows1.from"]')).to_be_visible()
    await expect(page.locator('[name="word"]')).to_be_visible()
    assert await unusable(page) == []
    assert await too_wide(page) == 0
    await page.check('[name="a.windows1.day"][value="fri"]')
    await page.select_option('[name="a.windows1.from"]', "10:00")
    await page.select_option('[name="a.windows1.to"]', "11:00")
    await page.click('[value="new-times"].done')
    await expect(page.locator("#done")).to_be_visible()
    await page.click('[value="unsafe"]')
    await shows(page, "confirm")
    assert await unusable(page) == []
    assert await too_wide(page) == 0
    await page.click('[value="unsafe-now"]')
    await shows(page, "standing")
    await expect(page.locator('[value="unsafe"]')).to_have_count(0)
    assert await unusable(page) == []
    assert page.url == f"{site.url}/form"
    assert await left_behind(page) == ["", 0, 0, 0, 0, 0]


@pytest.mark.parametrize("width, language", [(320, "ru"), (320, "uk"), (360, "ru")])
async def test_every_answer_stays_inside_its_box(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, width: int, language: str
) -> None:
    page = await browser_page(viewport=(width, 640))
    await launched(site, runtime, page, language)
    await page.check('[value="call"]')
    await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    beyond = """[...document.querySelectorAll('.answer > span')].filter((words) => words.offsetParent &&
        words.getBoundingClientRect().right > words.parentElement.getBoundingClientRect().right - 2
    ).map((words) => words.textContent)"""
    assert await page.evaluate(beyond) == []


# --- In the wrong hands, and after somebody else answered -------------------------------------------------------------


async def stands(page: Page, site: Visitor, code: str) -> None:
    await page.goto(f"{site.url}/form")
    await page.click('[value="code.lv"]')
    await page.fill('[name="code"]', code)
    await page.keyboard.press("Enter")
    await shows(page, "standing")


async def choose_times(page: Page) -> None:
    await page.check('[name="a.windows1.day"][value="fri"]')
    await page.select_option('[name="a.windows1.from"]', "10:00")
    await page.select_option('[name="a.windows1.to"]', "11:00")
    await page.click('[value="new-times"].done')
    await expect(page.locator("#done")).to_be_visible()


async def give_times(page: Page, word: str = "") -> None:
    await page.click('[value="times"]')
    await shows(page, "times")
    if word:
        await page.fill('[name="word"]', word)
    await choose_times(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_after_somebody_else_answered_she_reads_it_first_and_can_stop_all_calls(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    code = await sent(site, runtime)
    await taken(runtime)
    await tried(runtime, "other_person")
    page = await browser_page(java_script_enabled=script)
    await stands(page, site, code)
    await expect(page.locator("#standing")).to_contain_text("atbildēja kāds cits")
    await expect(page.locator("#standing")).to_be_in_viewport()
    await expect(page.locator("#timeline li").last).to_have_text("Nākamais solis ir Jūsu.")
    await page.click('[value="unsafe"]')
    await shows(page, "confirm")
    assert not (await anything(runtime)).call_blocked
    await page.click('[value="unsafe-now"]')
    await shows(page, "standing")
    assert (await anything(runtime)).call_blocked


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_to_take_back_is_asked_once_more_and_no_leaves_everything(
    site: Visitor, runtime: Runtime, browser_page: OpenPage, script: bool
) -> None:
    code = await sent(site, runtime)
    page = await browser_page(java_script_enabled=script)
    await page.goto(f"{site.url}/form")
    await page.click('[value="code.lv"]')
    await page.fill('[name="code"]', code)
    await page.click('[value="withdraw"]')
    await shows(page, "confirm")
    await page.click('[value="look"].quiet')
    await shows(page, "standing")
    assert (await anything(runtime)).status == "new"
    await page.click('[value="withdraw"]')
    await page.click('[value="withdraw-now"]')
    await expect(page.locator("#standing")).to_contain_text("Saturs ir dzēsts")
    assert (await anything(runtime)).status == "withdrawn"


async def test_the_word_is_sent_past_the_history_and_comes_back_in_no_page(
    site: Visitor, runtime: Runtime, identity: Identity, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await stands(page, site, await sent(site, runtime))
    sends: list[Request] = []
    page.on("request", lambda request: sends.append(request) if request.method == "POST" else None)
    await give_times(page, "CANARY-word")
    (with_it,) = [request for request in sends if "CANARY" in (request.post_data or "")]
    assert not with_it.is_navigation_request(), "a whole page that was posted stays in the browser's files"
    assert not [request.url for request in sends if "CANARY" in request.url]
    await shows(page, "standing")
    assert "CANARY" not in await page.content()
    assert not [field for field in await page.locator("input").all() if "CANARY" in await field.input_value()]
    (letter,) = await added(runtime, identity)
    assert letter["word"] == "CANARY-word"


async def test_a_word_need_not_be_typed_twice_after_a_mistake_in_the_times(
    site: Visitor, runtime: Runtime, identity: Identity, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await stands(page, site, await sent(site, runtime))
    await page.click('[value="times"]')
    await page.fill('[name="word"]', "ezers")
    await page.click('[value="new-times"].done')
    await expect(page.locator(".problems")).to_be_visible()
    await expect(page.locator('[name="word"]')).to_have_value("ezers")
    assert "ezers" not in await page.content()
    await choose_times(page)
    (letter,) = await added(runtime, identity)
    assert letter["word"] == "ezers"


async def test_whoever_widens_the_times_without_the_word_reads_that_only_the_old_ones_hold(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    code = await sent(site, runtime)
    await taken(runtime)
    await tried(runtime, "other_person")
    said = []
    for word in ("", "nejaušs"):
        page = await browser_page()
        await stands(page, site, code)
        await give_times(page, word)
        said.append(await page.inner_text("main"))
    assert said[0] == said[1], "nothing tells whether the word was right"
    assert "Bez pareizās sarunas paroles ir spēkā tikai tas, kas bija atļauts jau iepriekš." in said[0]
    assert "Jums vairs nezvana un neraksta" in said[0]
    assert (await anything(runtime)).word_addition is None


async def test_without_a_script_the_word_is_not_asked_for(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False)
    await stands(page, site, await sent(site, runtime))
    await page.click('[value="times"]')
    await shows(page, "times")
    await expect(page.locator('[name="word"]')).to_be_hidden()
    await expect(page.locator('[name="word"]')).to_be_disabled()
    await expect(page.get_by_text("JavaScript ir izslēgts")).to_be_visible()


async def test_who_comes_reads_what_to_show_there_and_is_waited_for(
    site: Visitor, runtime: Runtime, browser_page: OpenPage
) -> None:
    page = await browser_page()
    await launched(site, runtime, page)
    await page.check('[value="i_will_come"]')
    for hidden in ("phone", "windows1.from"):
        await expect(page.locator(f'[name="a.{hidden}"]').first).to_be_hidden()
    await page.check('[name="a.device_watched"][value="no"]')
    await page.check('[value="this_week"]')
    await go_on(page, "review")
    code = await agree(page)
    await expect(page.locator("main")).to_contain_text("Tur var parādīt šo kodu vai pateikt sarunas paroli.")
    await expect(page.locator("main")).not_to_contain_text("drošos laikus")
    reference = await taken(runtime)
    await handling.await_person(runtime, ILZE, reference, MONDAY)
    await stands(page, site, code)
    await expect(page.locator("#standing")).to_contain_text("gaida, kad sazināsieties Jūs")
    await handling.note_arrival(runtime, ILZE, reference)
    await stands(page, site, code)
    await expect(page.locator("#standing")).to_have_text("Dienests ar Jums ir sazinājies.")
