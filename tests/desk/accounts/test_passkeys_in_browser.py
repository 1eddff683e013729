"""Passkeys in a real Chromium with its virtual authenticator: made, used, removed, copied; with the keyboard alone."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.accounts.confirmations import MOST_DOUBTS
from bot.usecases.operation import audit
from tests.conftest import OpenPage
from tests.desk.browsing import LAPTOP, LEFT_BEHIND, NOTHING, Desk, accessible, choose_language, confirmed, leads_on
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague
from tests.pictures import rehearsed

BUILT_IN = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A laptop that asks for a finger before it signs."""


@dataclass
class Device:
    """The authenticator of the browser, and a hand on it."""

    cdp: CDPSession
    id: str

    async def held(self) -> list[dict[str, Any]]:
        answer = await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(answer["credentials"])

    async def set_back(self) -> None:
        """What a copy made earlier would say: the same key, and the counter of then."""
        (held,) = await self.held()
        await self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})
        earlier = {**held, "signCount": 1}
        await self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": earlier})

    async def refuses(self) -> None:
        """The wrong finger."""
        await self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})


@dataclass
class Seat:
    """Eva before a browser that can make passkeys."""

    desk: Desk
    device: Device
    eva: Colleague

    async def sign_in_with_code(self) -> None:
        await self.desk.sign_in("eva", PASSWORD, self.eva.code(self.desk.clock))
        await expect(self.desk.page.locator("h1")).to_be_visible()
        await confirmed(self.desk)

    async def add(self, name: str) -> None:
        await self.desk.go("/me")
        await self.desk.page.fill("#add-passkey [name=name]", name)
        await self.desk.page.click("#add-passkey button")
        await expect(self.desk.page.locator("#passkeys li", has_text=name)).to_be_visible()

    async def use_passkey(self) -> None:
        page = self.desk.page
        await page.fill("[name=login]", "eva")
        await page.fill("[name=password]", PASSWORD)
        await page.click("#use-passkey")


@pytest.fixture
async def seat(desk: Desk, clock: Clock) -> Seat:
    eva = await a_colleague(desk.runtime, clock, "eva", "editor", None)
    desk.url = desk.url.replace("127.0.0.1", "localhost")  # browsers make no passkeys for numbers
    cdp = await desk.page.context.new_cdp_session(desk.page)
    await cdp.send("WebAuthn.enable")
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": BUILT_IN})
    return Seat(desk, Device(cdp, made["authenticatorId"]), eva)


async def factors(runtime: Runtime) -> list[str]:
    """With what Eva signed in, one after the other."""
    return [entry.reason for entry in reversed(await audit.list_events(runtime)) if entry.event == "signed_in"]


async def test_who_cancels_the_passkey_when_asked_once_more_made_no_mistake(seat: Seat) -> None:
    """However often: nothing is sent, the question stays, and her password answers it."""
    desk, page = seat.desk, seat.desk.page
    await seat.sign_in_with_code()
    await seat.add("mans tālrunis")
    desk.clock.move(minutes=5)
    await page.fill("#add-passkey [name=name]", "mans dators")
    await page.click("#add-passkey button")
    dialog = page.locator("dialog#confirm")
    await expect(dialog).to_be_visible()
    await seat.device.refuses()
    desk.sent.clear()
    for _ in range(MOST_DOUBTS + 1):
        async with page.expect_response("**/confirm/passkey"):
            await dialog.get_by_role("button", name="piekļuves atslēgu").click()
        await expect(dialog.locator("[role=alert]")).to_contain_text("netika izmantota")
    await expect(dialog).to_be_visible()
    assert not [request for request in desk.sent if " ".join(request.split()[:2]).endswith("/confirm")]
    async with desk.runtime.database.store() as store:
        eva = await store.workers.by_login("eva")
        assert eva
        assert [session.doubts for session in await store.sessions.of_worker(eva.id)] == [0]
    await dialog.locator("[type=password]").fill(PASSWORD)
    await dialog.locator("button:not([type])").click()
    await expect(dialog).to_have_count(0)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_a_passkey_is_added_used_and_removed(seat: Seat, language: str) -> None:
    desk, page = seat.desk, seat.desk.page
    await desk.go("/sign-in")
    await choose_language(page, language)
    await seat.sign_in_with_code()
    await seat.add("mans tālrunis")
    await accessible(page)
    unused = await page.inner_text("#passkeys li")
    await seat.desk.sign_out()
    await accessible(page)
    await seat.use_passkey()
    await page.wait_for_url("**/content")
    assert await factors(desk.runtime) == ["code", "passkey"]
    await desk.go("/me")
    assert await page.inner_text("#passkeys li") != unused  # it says when it was used
    await confirmed(desk)

    await page.click("#passkeys button")
    await expect(page.locator("#passkeys")).to_have_count(0)
    await seat.desk.sign_out()
    assert len(await seat.device.held()) == 1  # the device does not know
    await seat.use_passkey()
    await expect(page.locator("[role=alert]").first).to_be_visible()
    assert "/sign-in" in page.url
    assert await page.evaluate(LEFT_BEHIND) == NOTHING


async def test_a_passkey_whose_counter_goes_back_is_refused(seat: Seat) -> None:
    page = seat.desk.page
    await seat.sign_in_with_code()
    await seat.add("a key that was copied")
    for _ in range(2):
        await seat.desk.sign_out()
        await seat.use_passkey()
        await page.wait_for_url("**/content")
    await seat.desk.sign_out()
    await seat.device.set_back()
    await seat.use_passkey()
    await expect(page.locator("main > .notice[role=alert]")).to_be_visible()
    happened = [entry.event for entry in await audit.list_events(seat.desk.runtime)]
    assert happened[0] == "passkey_counter_went_back"


async def test_with_the_keyboard_alone(seat: Seat) -> None:
    page = seat.desk.page
    await seat.sign_in_with_code()
    await seat.desk.go("/me")
    await page.focus("#add-passkey [name=name]")
    await page.keyboard.type("klēpjdators")
    await page.keyboard.press("Enter")
    await expect(page.locator("#passkeys li")).to_contain_text("klēpjdators")
    await page.focus("#sign-out button")
    await page.keyboard.press("Enter")
    await expect(page.locator("[name=login]")).to_be_focused()
    await page.keyboard.type("eva")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await expect(page.locator("#use-passkey")).to_be_visible()  # its script shows it
    await page.keyboard.press("Tab")
    await expect(page.locator("#use-passkey")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/content")


async def test_the_wrong_finger_sends_nothing_and_the_code_is_still_there(seat: Seat) -> None:
    page = seat.desk.page
    await seat.sign_in_with_code()
    await seat.add("x")
    await seat.desk.sign_out()
    await seat.device.refuses()
    await seat.use_passkey()
    await expect(page.locator("#passkey-failed")).to_be_visible()
    await accessible(page)
    await page.fill("[name=code]", seat.eva.code(seat.desk.clock))
    await page.click("main form button:not([type])")
    await page.wait_for_url("**/content")


async def test_without_javascript_the_code_does_it(seat: Seat, browser_page: OpenPage) -> None:
    page = await browser_page(java_script_enabled=False, viewport=LAPTOP)
    await page.goto(f"{seat.desk.url}/sign-in")
    assert not await page.locator("#use-passkey").is_visible()
    await page.fill("[name=login]", "eva")
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=code]", seat.eva.code(seat.desk.clock))
    await leads_on(page, "main form button:not([type])")
    await page.goto(f"{seat.desk.url}/me")
    assert not await page.locator("#add-passkey").is_visible()
    assert "JavaScript" in await page.inner_text("main")


@pytest.mark.pictures
async def test_where_a_passkey_works_it_is_offered_before_the_code(seat: Seat) -> None:
    """On the sign-in page, on her own page, and to whoever was invited."""
    page = seat.desk.page
    await seat.desk.go("/sign-in")
    await expect(page.locator("#use-passkey")).to_be_visible()
    assert await in_order(page, "[name=password]", "#use-passkey", "[name=code]", "main form button.other")
    await seat.desk.go(await workers.invite(seat.desk.runtime, "anna", "Anna", "editor"))
    await expect(page.locator("#join-passkey")).to_be_visible()
    assert await in_order(page, "#join-passkey button", "[name=show]")
    rehearsed("operating-invitation")
    await seat.sign_in_with_code()
    await seat.desk.go("/me")
    await expect(page.locator("#add-passkey")).to_be_visible()
    assert await in_order(page, "#add-passkey button", "[action='/me/app'] button", "#new-password button")


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_who_is_invited_joins_with_a_passkey_and_needs_no_app(seat: Seat, language: str) -> None:
    desk, page = seat.desk, seat.desk.page
    await desk.go("/sign-in")
    await choose_language(page, language)
    path = await workers.invite(desk.runtime, "anna", "Anna", "editor")
    await desk.go(path)
    form = page.locator("#join-passkey")
    await form.locator("[name=password]").fill(PASSWORD)
    await form.locator("[name=again]").fill(PASSWORD + "x")
    await form.locator("button").click()
    assert await seat.device.held() == [], "nothing is made while the passwords differ"
    await form.locator("[name=again]").fill(PASSWORD)
    await accessible(page)
    await leads_on(page, form.locator("button"))
    await expect(page.locator("[role=status]")).to_be_visible()
    assert len(await seat.device.held()) == 1

    await page.fill("[name=login]", "anna")
    await page.fill("[name=password]", PASSWORD)
    await leads_on(page, "#use-passkey")
    await expect(page.locator("[name=agreed]")).to_be_visible()
    assert (await factors(desk.runtime))[-1] == "passkey"
    await page.check("[name=agreed]")
    await leads_on(page, "main form button")
    await desk.go("/me")
    assert await page.locator("#passkeys li").count() == 1
    await accessible(page)
    await confirmed(desk)
    await leads_on(page, "[action='/me/app'] button")
    secret = await page.inner_text("#secret")
    await page.fill("[name=code]", Colleague("anna", secret).code(desk.clock))
    await leads_on(page, "[action='/me/app/prove'] button")
    await desk.sign_out()
    await desk.sign_in("anna", PASSWORD, Colleague("anna", secret).code(desk.clock))
    await expect(page.locator("#sign-out")).to_be_visible()
    assert (await factors(desk.runtime))[-1] == "code"


async def test_without_javascript_who_is_invited_joins_with_the_codes_of_an_app(
    seat: Seat, browser_page: OpenPage
) -> None:
    page = await browser_page(java_script_enabled=False, viewport=LAPTOP)
    await page.goto(seat.desk.url + await workers.invite(seat.desk.runtime, "anna", "Anna", "editor"))
    assert not await page.locator("#join-passkey").is_visible()
    await leads_on(page, "[name=show]")
    anna = Colleague("anna", await page.inner_text("#secret"))
    await page.fill("[name=code]", anna.code(seat.desk.clock))
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=again]", PASSWORD)
    await leads_on(page, "#join button")
    await expect(page.locator("[role=status]")).to_be_visible()


async def in_order(page: Page, *shown: str) -> bool:
    """Whether each stands above the next."""
    tops = [box["y"] for selector in shown if (box := await page.locator(selector).first.bounding_box())]
    return len(tops) == len(shown) and tops == sorted(tops)
