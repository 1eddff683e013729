"""Being asked once more, in a real browser: on the page itself, with nothing lost; without a script on a page."""

import pytest
from playwright.async_api import expect

from bot.usecases.operation import audit
from bot.usecases.services import keys
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, Desk, accessible, leads_on
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, Colleague, a_colleague, a_key, a_service, acting


@pytest.fixture
async def head(desk: Desk, clock: Clock) -> Colleague:
    """Holds the key of the service, and is signed in."""
    await a_service(desk.runtime)
    head = await a_colleague(desk.runtime, clock, "head", "head", "balvi")
    await a_key(desk.runtime, await acting(desk.runtime, clock, head))
    await desk.sign_in("head", PASSWORD, head.code(clock))
    return head


async def begins_to_change_the_key(desk: Desk) -> str:
    """The recovery sheet is printed and the button pressed. Answers what stands on the sheet."""
    page = desk.page
    await desk.go("/key")
    await desk.unlock(PASSPHRASE)
    await page.click("#change")
    await expect(page.locator("#recovery")).to_be_visible()
    secret = await page.inner_text("#secret")
    await page.check("#locked-away")
    await page.click("#register button:not([type])")
    await expect(page.locator("dialog#confirm")).to_be_visible()
    return secret


async def test_a_change_of_the_key_is_asked_about_on_the_page_and_goes_on_with_the_very_sheet(
    desk: Desk, clock: Clock, head: Colleague
) -> None:
    page = desk.page
    secret = await begins_to_change_the_key(desk)
    await accessible(page)
    await page.fill("dialog [type=password]", "a guess")
    await page.click("dialog button:not([type])")
    await expect(page.locator("dialog [role=alert]")).to_contain_text("Neizdevās")
    await expect(page.locator("dialog [type=password]")).to_be_focused()
    assert await page.inner_text("#secret") == secret, "the sheet that was printed is the one that is registered"
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")
    await expect(page.locator("dialog")).to_have_count(0)
    happened = [entry.event for entry in await audit.list_events(desk.runtime)]
    assert happened.index("key_changed") < happened.index("confirmed"), "the newest first"


async def test_who_closes_the_question_changes_nothing_and_can_go_on(desk: Desk, clock: Clock, head: Colleague) -> None:
    page = desk.page
    async with desk.runtime.database.store() as store:
        before = set((await store.services.holders())["balvi"])
    secret = await begins_to_change_the_key(desk)
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator("#register button:not([type])")).to_be_enabled()
    assert await page.inner_text("#secret") == secret
    async with desk.runtime.database.store() as store:
        assert set((await store.services.holders())["balvi"]) == before
    await page.click("#register button:not([type])")
    await page.fill("dialog [type=password]", PASSWORD)
    await page.click("dialog button:not([type])")
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")


async def test_five_mistakes_sign_her_out(desk: Desk, clock: Clock, head: Colleague) -> None:
    page = desk.page
    await begins_to_change_the_key(desk)
    for number in range(5):
        await page.fill("dialog [type=password]", f"guess {number}")
        async with page.expect_response("**/confirm") as answering:
            await page.click("dialog button:not([type])")
        assert (await answering.value).status == (401 if number == 4 else 403)
        await expect(page.locator("dialog button:not([type])")).to_have_count(0 if number == 4 else 1)
    await desk.go("/key")
    await page.wait_for_url("**/sign-in?done=over")


async def test_without_a_script_a_page_asks_and_leads_back(
    desk: Desk, clock: Clock, head: Colleague, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False, viewport=LAPTOP)
    await page.goto(f"{desk.url}/sign-in")
    for name, value in (("login", "head"), ("password", PASSWORD), ("code", head.code(clock))):
        await page.fill(f"[name={name}]", value)
    await leads_on(page, "main form button:not([type])")
    await page.goto(f"{desk.url}/me")
    await leads_on(page, "form[action='/me/codes'] button")
    await expect(page.locator("h1")).to_have_text("Apstipriniet, ka tas esat jūs")
    await page.fill("[name=password]", PASSWORD)
    await leads_on(page, "#confirm button:not([type])")
    assert page.url == f"{desk.url}/me"
    await leads_on(page, "form[action='/me/codes'] button")
    await expect(page.locator("#codes li")).to_have_count(10)


async def test_a_passkey_answers_too_and_the_name_that_was_typed_stays(
    desk: Desk, clock: Clock, head: Colleague
) -> None:
    page = desk.page
    desk.url = desk.url.replace("127.0.0.1", "localhost")  # browsers make no passkeys for numbers
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    laptop = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": laptop})
    await desk.sign_in("head", PASSWORD, head.code(clock))
    await desk.go("/me")
    await page.fill("#add-passkey [name=name]", "mans tālrunis")
    await page.click("#add-passkey button")
    await page.fill("dialog [type=password]", PASSWORD)
    await page.click("dialog button:not([type])")
    await expect(page.locator("#passkeys li")).to_contain_text("mans tālrunis")

    clock.move(minutes=5)
    await page.click("#passkeys button")
    await page.click("#confirm-passkey")
    await page.wait_for_url("**/me")
    await expect(page.locator("#passkeys li")).to_have_count(1)
    await page.click("#passkeys button")
    await expect(page.locator("#passkeys")).to_have_count(0)
    reasons = [entry.reason for entry in await audit.list_events(desk.runtime) if entry.event == "confirmed"]
    assert reasons == ["passkey", "password"]


async def test_the_first_key_of_her_own_is_made_without_being_asked(desk: Desk, clock: Clock) -> None:
    await a_service(desk.runtime)
    anna = await a_colleague(desk.runtime, clock, "anna", "worker", "balvi")
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    for name in ("passphrase", "again"):
        await desk.page.fill(f"#make-own [name={name}]", PASSPHRASE)
    await desk.page.click("#make-own button")
    await expect(desk.page.locator("#number")).not_to_be_empty()
    await expect(desk.page.locator("dialog")).to_have_count(0)
    worker = await acting(desk.runtime, clock, anna)
    assert (await keys.get_own_service(desk.runtime, worker)).own
