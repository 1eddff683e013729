"""Attacks on the keys, driven by hand against the running desk: who claims a key, spoils a colleague's, or changed
what stands in the database.
"""

from base64 import b64encode

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect
from pyrage import DecryptError, decrypt, encrypt
from pyrage.x25519 import Identity, Recipient
from sqlalchemy import text

from bot.demo import endorsement
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.person import contact
from bot.usecases.services import keys
from storage.database import Store
from storage.social_services import mark_content
from storage.vault import Vault
from tests.begun import begun
from tests.desk.office import Office, both_hold, is_unlocked, make_own_key, register
from tests.faces import Clock
from tests.people import (
    OWN_RECIPIENT,
    a_colleague,
    a_copy,
    a_desk_mate,
    a_key,
    a_key_holder,
    a_request,
    a_sealed_copy,
    a_service,
    acting,
    an_own_key,
    browser_of,
    confirm,
    opened_challenge,
    serving,
    sign_in,
    the_request,
)

GARBAGE = b64encode(b"age-encryption.org/v1\n-> X25519 nobody opens this").decode()
VOUCHES = b64encode(bytes(32)).decode()


async def post(browser: ClientSession, path: str, **fields: str) -> int:
    async with browser.post(path, data=fields, allow_redirects=False) as answer:
        return answer.status


async def happened(runtime: Runtime) -> list[tuple[str, str | None]]:
    async with runtime.database.store() as store:
        return [(entry.event, entry.reason) for entry in reversed(await store.audit.entries())]


# --- Claims -----------------------------------------------------------------------------------------------------------


async def test_who_was_never_given_the_key_does_not_become_a_holder_by_saying_so(
    runtime: Runtime, clock: Clock
) -> None:
    """With everything that the page shows her, and every answer that she can have."""
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    recipient = str((await a_key(runtime, ilze)).to_public())
    await a_request(runtime)
    reference = await the_request(runtime)
    zane = await a_colleague(runtime, clock, "zane", "worker", "balvi")
    herself = await acting(runtime, clock, zane)
    await an_own_key(runtime, herself)
    mine = Identity.generate()
    answers = [b"", bytes(56), await opened_challenge(runtime, herself, "restore", mine)]
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, zane)
        await confirm(browser)
        for answer in (b64encode(data).decode() for data in answers):
            claim = {"recipient": recipient, "own": OWN_RECIPIENT, "copy": GARBAGE, "endorsement": VOUCHES}
            assert await post(browser, "/key/restore", **claim, answer=answer) == 403
            assert await post(browser, "/key/accept", recipient=recipient, answer=answer) == 403
        assert await post(browser, f"/requests/{reference}/open") == 403
        assert await post(browser, f"/requests/{reference}/export") == 403
    assert (await keys.get_own_service(runtime, herself)).holders == ("Ilze", "Second-Of-Ilze")
    assert [entry for entry in await happened(runtime) if entry[0] == "key_not_proved"] == [
        ("key_not_proved", "restore"),
        ("key_not_proved", "accept"),
    ] * 3


async def test_a_holder_cannot_overwrite_a_colleagues_copy(runtime: Runtime, clock: Clock) -> None:
    ilze, signed_in = await begun(runtime, clock, a_key_holder)
    before = await copies_of_others(runtime, signed_in.id)
    assert len(before) == 1
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)
        for colleague in before:
            fields = {"to": colleague, "own": OWN_RECIPIENT, "copy": GARBAGE, "endorsement": VOUCHES}
            assert await post(browser, "/key/grant", **fields) == 409
    assert await copies_of_others(runtime, signed_in.id) == before


async def copies_of_others(runtime: Runtime, herself: str) -> dict[str, list[bytes]]:
    async with runtime.database.store() as store:
        mates = [worker.id for worker in await store.workers.of_service("balvi") if worker.id != herself]
        return {mate: [copy.wrapped for copy in await store.services.copies_of(mate)] for mate in mates}


async def test_nobody_is_given_the_key_who_did_not_say_that_she_wants_it(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    identity = await a_key(runtime, await acting(runtime, clock, ilze))
    zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
    await an_own_key(runtime, zane)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)
        copy = b64encode(a_copy(identity)).decode()
        fields = {"to": zane.id, "own": OWN_RECIPIENT, "copy": copy, "endorsement": VOUCHES}
        assert await post(browser, "/key/grant", **fields) == 403
    async with runtime.database.store() as store:
        assert await store.services.given_to(zane.id) is None


async def test_what_was_given_and_does_not_open_makes_nobody_a_holder(office: Office) -> None:
    await both_hold(office)
    runtime, page = office.runtime, office.anna.page
    await office.anna.go("/key/lost")
    await page.check("[name=sure]")
    await make_own_key(office.anna)
    await expect(page.locator("#holders li")).to_have_text(["Head"])
    async with runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
        assert anna.own_recipient
        given = a_sealed_copy(Identity.generate(), await acting_as(store, "anna"))
    copy = keys.Copy(anna.own_recipient, given.wrapped, given.endorsement)
    await keys.grant(runtime, await signed_in(runtime, "head"), anna.id, copy)
    await office.anna.go("/key")
    await expect(page.locator("#told")).to_contain_text("nav jūsu dienesta atslēga")
    await expect(page.locator("#holders li")).to_have_text(["Head"])
    assert ("key_differs", "given") in await happened(runtime)
    events = [event for event, _ in await happened(runtime)]
    assert events.count("key_accepted") == 1, "the head's, before"


async def signed_in(runtime: Runtime, login: str) -> SignedIn:
    async with runtime.database.store() as store:
        return await acting_as(store, login)


async def acting_as(store: Store, login: str) -> SignedIn:
    one = await store.workers.by_login(login)
    assert one
    return SignedIn(one.id, one.name, one.login, one.role, one.service_id)


# --- A colleague's key, swapped in the database -----------------------------------------------------------------------


async def swap_own_key(runtime: Runtime, login: str) -> Identity:
    stranger = Identity.generate()
    async with runtime.database.store() as store:
        one = await store.workers.by_login(login)
        assert one
        one.own_recipient = str(stranger.to_public())
    return stranger


async def all_copies(runtime: Runtime) -> list[bytes]:
    async with runtime.database.store() as store:
        staff = await store.workers.of_service("balvi")
        return [copy.wrapped for worker in staff for copy in await store.services.copies_of(worker.id)]


async def test_a_colleagues_key_swapped_in_the_database_is_said_loudly_and_gets_nothing(office: Office) -> None:
    await both_hold(office)
    await a_request(office.runtime)
    stranger = await swap_own_key(office.runtime, "anna")
    page = office.head.page
    await office.head.go("/key")
    await is_unlocked(office.head)
    await page.click("#change")
    await expect(page.locator("#doubts [role=alert]")).to_contain_text("Anna")
    await expect(page.locator("#doubts [role=alert]")).to_contain_text("kāds ir mainījis datubāzi")
    await page.click("#doubts button")  # her number was not compared, and nobody waits for her
    await register(office.head)
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")
    copies = await all_copies(office.runtime)
    assert len(copies) == 2, "the head's, of both keys"
    for copy in copies:
        with pytest.raises(DecryptError):
            decrypt(copy, [stranger])
    assert await office.holders() == ("Head",)
    assert ("key_differs", "holder") in await happened(office.runtime)


async def test_where_nothing_vouches_for_a_colleague_her_number_is_compared_before_the_key_is_changed(
    office: Office,
) -> None:
    """As after the upgrade from a version that had nothing of the kind. Once compared, it is vouched for."""
    await both_hold(office)
    async with office.runtime.database.store() as store:
        for key in await store.services.keys("balvi"):
            key.endorsement = None
    number = await number_of(office)
    page = office.head.page
    await office.head.go("/key")
    await is_unlocked(office.head)
    await page.click("#change")
    await expect(page.locator("#doubtful label")).to_contain_text(number)
    await expect(page.locator("#doubts [role=alert]")).to_have_count(0)
    await page.check("#doubtful input")
    await page.click("#doubts button")
    await register(office.head)
    await expect(page.locator("#told")).to_be_visible()
    assert await office.holders() == ("Anna", "Head")
    await office.head.go("/key")
    await is_unlocked(office.head)
    await page.click("#change")
    await expect(page.locator("#recovery")).to_be_visible()  # nobody is in doubt any more


async def number_of(office: Office) -> str:
    await office.anna.go("/key")
    await is_unlocked(office.anna)
    return await office.anna.page.inner_text("#number")


async def test_her_own_key_swapped_in_the_database_is_said_when_she_unlocks(office: Office) -> None:
    await both_hold(office)
    await swap_own_key(office.runtime, "anna")
    await office.anna.go("/key")
    await office.anna.unlock("another four quiet words")  # what was kept is not believed any more
    await expect(office.anna.page.locator("#own-differs")).to_contain_text("uzturētājam")
    await expect(office.anna.page.locator("#service-differs")).to_have_count(0)
    assert ("key_differs", "own") in await happened(office.runtime)
    assert (await contact.get_offer(office.runtime, "balvu-novads", "lv")).open, "letters are sealed as before"


# --- The service's key, swapped ---------------------------------------------------------------------------------------


async def swap_service_key(runtime: Runtime) -> Identity:
    """As somebody does who has BOT_SECRET, too: the row looks like one of ours."""
    stranger = Identity.generate()
    recipient, vault = str(stranger.to_public()), Vault(runtime.secrets.storage)
    async with runtime.database.store() as store:
        for key in await store.services.keys("balvi"):
            key.recipient = recipient
            key.mark = vault.mark(mark_content(key.service_id, recipient, key.held_by))
    return stranger


async def letter_stays_closed_to(stranger: Identity, runtime: Runtime) -> None:
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
        row = await store.requests.by_id(request.id)
        assert row
        assert row.sealed
    with pytest.raises(DecryptError):
        decrypt(row.sealed, [stranger])


async def is_open(runtime: Runtime) -> bool:
    return (await contact.get_offer(runtime, "balvu-novads", "lv")).open


async def test_a_service_key_swapped_in_the_database_closes_the_form_at_once(office: Office) -> None:
    """By who has the database alone: no browser is needed to see it."""
    await both_hold(office)
    assert await is_open(office.runtime)
    async with office.runtime.database.store() as store:
        await store.services._session.execute(
            text("UPDATE service_keys SET recipient = :other"), {"other": str(Identity.generate().to_public())}
        )
    assert not await is_open(office.runtime)


async def test_a_key_and_every_copy_of_it_swapped_together_get_nothing(office: Office) -> None:
    """By who has the database alone. The browsers open his copies and agree with him; the marks do not."""
    await both_hold(office)
    await a_request(office.runtime)
    his, stranger = Identity.generate(), Identity.generate()
    async with office.runtime.database.store() as store:
        for key in await store.services.keys("balvi"):
            holder = await store.workers.by_id(key.held_by)
            assert holder
            assert holder.own_recipient
            key.wrapped = encrypt(str(his).encode(), [Recipient.from_str(holder.own_recipient)])
            if holder.login == "anna":
                holder.own_recipient = str(stranger.to_public())
            key.recipient = str(his.to_public())
            key.endorsement = endorsement(str(his), "balvi", holder.id, holder.own_recipient)
    assert not await is_open(office.runtime)
    page = office.head.page
    await office.head.go("/key")
    await is_unlocked(office.head)
    await page.click("#go-on")
    await expect(page.locator("#told")).to_be_visible()
    await page.click("#change")
    await expect(page.locator("#doubtful input")).to_have_count(1)  # though his key vouches for his other one
    await page.click("#doubts button")
    await register(office.head)
    await expect(page.locator("#told")).to_be_visible()
    for copy in await all_copies(office.runtime):
        with pytest.raises(DecryptError):
            decrypt(copy, [stranger])
    await letter_stays_closed_to(his, office.runtime)


async def test_a_change_is_sealed_on_only_to_what_her_own_copy_holds(office: Office) -> None:
    """A change of the key was interrupted, and somebody swaps the new key before it goes on."""
    await both_hold(office)
    await a_request(office.runtime)
    page = office.head.page
    await page.route("**/sealed", lambda route: route.abort())
    await office.head.go("/key")
    await page.click("#change")
    await register(office.head)
    await expect(page.locator("#told")).to_contain_text("neizdevās atvērt")
    await page.unroute("**/sealed")
    stranger = await swap_service_key(office.runtime)
    await office.head.go("/key")
    await expect(page.locator("#service-differs")).to_be_visible()
    await page.click("#go-on")
    await expect(page.locator("#told")).to_contain_text("Nekas netika aizzīmogots")
    await letter_stays_closed_to(stranger, office.runtime)


async def test_a_change_of_the_key_opens_the_form_again_and_asks_nobody(office: Office) -> None:
    await both_hold(office)
    await a_request(office.runtime)
    await swap_service_key(office.runtime)
    page = office.head.page
    await office.head.go("/key")
    await expect(page.locator("#service-differs")).to_be_visible()
    await expect(page.locator("#number")).not_to_be_empty()
    assert not await is_open(office.runtime)
    await page.click("#change")
    await register(office.head)  # Anna's own key is vouched for by the key that both really hold
    await expect(page.locator("#told")).to_be_visible()
    assert await is_open(office.runtime)
    assert await office.holders() == ("Anna", "Head")
    await office.head.go("/key")
    await is_unlocked(office.head)
    await expect(page.locator("#service-differs")).to_have_count(0)


async def test_the_key_is_given_on_only_as_it_is_in_her_own_copy(office: Office) -> None:
    await both_hold(office)
    await office.anna.go("/key/lost")
    await office.anna.page.check("[name=sure]")
    await make_own_key(office.anna)
    await expect(office.anna.page.locator("#holders li")).to_have_text(["Head"])
    await office.head.go("/key")
    await office.head.page.click("form.grant .give")
    await swap_service_key(office.runtime)
    await office.head.page.click("form.grant .sure")
    await expect(office.head.page.locator("#told")).to_contain_text("Nekas netika aizzīmogots")
    async with office.runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
        assert await store.services.given_to(anna.id) is None
