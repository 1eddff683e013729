"""A word of success after each action: on the request's page or in the queue, with a script and without one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from bot.desk.flash_words import LEFT, SAID, STAYED
from bot.desk.routes import ROUTES
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests
from tests.desk.browsing import Waiting, choose_language, leads_on, open_and_take, says_yes
from tests.faces import Clock
from tests.people import a_colleague, a_key, a_request, a_service, acting, browser_of, serving, sign_in, the_request

SILENT = {
    "papers/{kind}",
    "open",
    "read",
    "word",
    "reveal",
    "export",
    "notes",
    "notes/{note}/remove",
    "print",
    "copy",
    "outside",
}
"""What only a script asks for, which says itself what came of it, and what answers with a file."""
A_REQUEST = "/requests/{reference}/"
REASON = "kept for the answer of the court"


@dataclass
class Plain:
    """Haralds, head of his service, in a browser without a script; one request that he has taken."""

    runtime: Runtime
    browser: ClientSession
    reference: str
    head: SignedIn

    async def press(self, action: str, **fields: str) -> tuple[str, str]:
        """Where that leads, and what is said there."""
        async with self.browser.post(f"/requests/{self.reference}/{action}", data=fields | {"sure": "yes"}) as answer:
            assert answer.status == 200
            _, _, after = (await answer.text()).partition('<p id="done" class="notice" role="status">')
            return answer.url.path, after.partition("</p>")[0]


@pytest.fixture
async def plain(runtime: Runtime, clock: Clock) -> AsyncIterator[Plain]:
    await a_service(runtime)
    haralds = await a_colleague(runtime, clock, "haralds", "head", "balvi")
    head = await acting(runtime, clock, haralds)
    await a_key(runtime, head)
    await a_request(runtime)
    reference = await the_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, haralds)
        await requests.take(runtime, head, reference)
        yield Plain(runtime, browser, reference, head)


def test_every_action_has_its_word() -> None:
    posts = [route.path for route in ROUTES if route.method == "POST"]
    actions = {path.removeprefix(A_REQUEST) for path in posts if path.startswith(A_REQUEST)}
    assert STAYED.keys() | LEFT.keys() == (actions - SILENT) | {"together"}


@pytest.mark.parametrize(
    "action, fields, said",
    [
        ("take", {}, "Pieprasījums ir uzņemts."),
        ("attempt", {"outcome": "no_answer", "most": "3"}, "Mēģinājums ir atzīmēts."),
        ("came", {}, "Atzīmēts: cilvēks zvanīja vai atnāca, un parole bija pareiza."),
        ("wait", {"day": "2026-11-27"}, "Atzīmēts: gaidām cilvēku. Nezvaniet."),
        ("raise", {}, "Pieprasījums tagad ir steidzamāks."),
        ("lower", {"reason": REASON}, "Pieprasījums tagad ir mazāk steidzams. Pamatojums ir darbību žurnālā."),
        ("extend", {"reason": REASON}, "Pieprasījums tiks glabāts ilgāk. Pamatojums ir darbību žurnālā."),
    ],
)
async def test_where_the_page_stays_it_says_what_was_done(
    plain: Plain, action: str, fields: dict[str, str], said: str
) -> None:
    assert await plain.press(action, **fields) == (f"/requests/{plain.reference}", said)


async def test_a_meeting_is_said_too(plain: Plain) -> None:
    await handling.note_arrival(plain.runtime, plain.head, plain.reference)
    said = "Atzīmēts: notika tikšanās vai cilvēks nosūtīts tālāk."
    assert await plain.press("meet") == (f"/requests/{plain.reference}", said)


@pytest.mark.parametrize(
    "action, fields, said",
    [
        ("back", {}, "Pieprasījums {which} atkal ir rindā."),
        ("close", {"reason": "met"}, "Pieprasījums {which} ir pabeigts. Saturs tiks dzēsts 7 dienu laikā."),
        ("erase", {}, "Pieprasījums {which} ir dzēsts. Paliek tikai datums un iznākums."),
    ],
)
async def test_where_it_leads_to_the_queue_the_queue_says_which_request_it_was(
    plain: Plain, action: str, fields: dict[str, str], said: str
) -> None:
    assert await plain.press(action, **fields) == ("/requests", said.replace("{which}", plain.reference[:6]))


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/requests?done=back",
            "/requests?done=raise.1a2b3c",
            "/requests?done=nothing",
            "/requests?done=",
            "/requests",
        ),
        *("/requests?done=back.%3Cb%3E", "/requests?done=back.1a2b3c4d", "/requests?done=%7Bwhich%7D"),
    ],
)
async def test_an_address_that_no_action_made_says_nothing(plain: Plain, address: str) -> None:
    async with plain.browser.get(address) as answer:
        assert answer.status == 200
        assert 'id="done"' not in await answer.text()


async def test_every_sentence_can_be_said_by_its_address(plain: Plain) -> None:
    for action, words in SAID.items():
        which = ".1a2b3c" if "{which}" in words else ""
        async with plain.browser.get(f"/requests?done={action}{which}") as answer:
            said = (await answer.text()).partition('id="done" class="notice" role="status">')[2].partition("</p>")[0]
        assert said, action
        assert ("1a2b3c" in said) == bool(which), action


async def test_with_a_script_the_queue_says_it_as_well(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await leads_on(page, "form[action$='/back'] button")
    await expect(page.locator("#done")).to_have_text(f"Pieprasījums {waiting.reference[:6]} atkal ir rindā.")
    await choose_language(page, "en")  # another language asks for the page anew: it happened once
    await expect(page.locator("#done")).to_have_count(0)


async def test_with_a_script_the_open_page_says_it_in_its_own_words(waiting: Waiting) -> None:
    page = waiting.desk.page
    await open_and_take(waiting)
    await page.click("#herself summary")
    await page.click("form[action$='/came'] button")
    await says_yes(page)
    await expect(page.locator("#told")).to_have_text("Atzīmēts: cilvēks zvanīja vai atnāca, un parole bija pareiza.")
    await page.click("form[action$='/meet'] button")
    await says_yes(page)
    await expect(page.locator("#told")).to_have_text("Atzīmēts: notika tikšanās vai cilvēks nosūtīts tālāk.")
