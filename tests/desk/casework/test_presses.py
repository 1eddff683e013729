"""From the queue to a call that may be made: few presses, no scrolling, one hand. Measured on the page itself."""

import pytest
from playwright.async_api import expect

from tests.desk.browsing import Waiting
from tests.desk.casework.sights import DESK, PHONE, Hand, in_sight
from tests.people import PASSPHRASE

AT_MOST = 5
NUMBER = "+447700900123"
OUTCOMES = "#attempt fieldset label"


async def calls(waiting: Waiting, hand: Hand, *, types: bool) -> None:
    """Everything that leads from the queue to the number."""
    page = waiting.desk.page
    await hand.press(".queue h2 a")
    await page.wait_for_url(f"**/requests/{waiting.reference}")
    await expect(page.locator("#unlock")).to_be_visible()
    if types:
        await page.fill("#passphrase", PASSPHRASE)
    await hand.press("#unlock button")
    await expect(page.locator("#header-line")).to_be_visible()
    await hand.press("#take button")
    await expect(page.locator("#take")).to_have_count(0)
    await hand.press("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)


async def all_in_one_view(waiting: Waiting, hand: Hand) -> None:
    page = waiting.desk.page
    await hand.stands_still()
    last = await page.locator(OUTCOMES).count() - 1
    wanted = [
        "#phone a",
        "#step-before h3",
        *(f"{OUTCOMES} >> nth={index}" for index in range(last + 1)),
        "#attempt button",
    ]
    assert await in_sight(page, *wanted) == wanted
    script = page.locator("#script")
    await script.evaluate("(script) => script.scrollTo(0, script.scrollHeight)")
    assert await page.locator("#step-end").evaluate("(step) => step.getBoundingClientRect().bottom <= innerHeight")
    still = ["#phone a", *wanted[2:]]
    assert await in_sight(page, *still) == still, "only the script was scrolled"
    await hand.stands_still()


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_from_the_queue_to_a_call_it_is_five_presses_at_most_and_no_scrolling(
    waiting: Waiting, size: tuple[int, int]
) -> None:
    await waiting.open()  # the key is unlocked for this sign-in
    hand = Hand(waiting.desk.page, size)
    await hand.hold()
    await waiting.desk.go("/requests")
    await calls(waiting, hand, types=False)
    assert hand.presses <= AT_MOST
    await all_in_one_view(waiting, hand)


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_it_is_no_more_when_the_passphrase_is_asked_on_the_way(waiting: Waiting, size: tuple[int, int]) -> None:
    hand = Hand(waiting.desk.page, size)
    await hand.hold()
    await waiting.desk.go("/requests")
    await calls(waiting, hand, types=True)
    assert hand.presses <= AT_MOST
    await all_in_one_view(waiting, hand)


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_a_call_is_noted_and_ended_where_the_hand_already_is(waiting: Waiting, size: tuple[int, int]) -> None:
    page = waiting.desk.page
    hand = Hand(page, size)
    await hand.hold()
    await waiting.desk.go("/requests")
    await calls(waiting, hand, types=True)
    await hand.press(page.locator("#attempt label", has=page.locator("[value=no_answer]")))
    await hand.press("#attempt button")
    await expect(page.locator("#told")).to_have_text("Mēģinājums ir atzīmēts.")
    await expect(page.locator("#told")).to_be_focused()
    await hand.stands_still()
    await expect(page.locator("body")).not_to_have_class("in-call")
    assert await in_sight(page, "h1", "#may-call") == ["h1", "#may-call"], "the page is the request again"
    assert NUMBER not in await page.content()
