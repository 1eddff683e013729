"""Whatever unlocks the worker's key compares it with what the program says it seals to; and what it does in browsers
that keep nothing, and with passphrases that keyboards write in two ways.
"""

import unicodedata

import pytest
from playwright.async_api import expect
from pyrage import passphrase

from bot.desk import files
from bot.usecases.acting import SignedIn
from bot.usecases.operation import doctor_services
from bot.usecases.person import additions, contact
from bot.usecases.refused import NotAddressable, NotAllowed, NotFound
from bot.usecases.services import key_alarm, keys
from storage.database import Conflict
from tests.desk.browsing import LEFT_BEHIND, NOTHING, Waiting, accessible, confirmed
from tests.desk.office import Office, is_unlocked, make_own_key
from tests.desk.services.test_key_attacks import happened, is_open, swap_service_key
from tests.faces import Clock
from tests.people import OWN, OWN_RECIPIENT, PASSPHRASE, a_colleague, a_desk_mate, opened_challenge
from tests.quick import locked
from tests.storage.rows import HOUR
from tests.unhurried import HURRIED_STATIC

REFUSALS = {
    "throws when it is named": """Object.defineProperty(globalThis, "indexedDB",
        { get() { throw new DOMException("refused", "SecurityError"); } })""",
    "throws when it is opened": """for (const one of ["open", "deleteDatabase"])
        IDBFactory.prototype[one] = () => { throw new DOMException("refused", "SecurityError"); }""",
    "says no": """for (const one of ["open", "deleteDatabase"]) IDBFactory.prototype[one] = () => {
        const asked = {}; setTimeout(() => asked.onerror?.()); return asked; }""",
    "never answers": """for (const one of ["open", "deleteDatabase"]) IDBFactory.prototype[one] = () => ({})""",
}
WAYS = ("key", "request", "find", "kept")


async def unlocks(waiting: Waiting, way: str) -> None:
    """On each page that asks for the passphrase, and on the next one, where the key was kept."""
    desk = waiting.desk
    if way == "find":
        await desk.go("/requests")
        await desk.page.click("#find summary")
        await desk.page.fill("#find [name=word]", "Zaļkods")
        await desk.page.select_option("#find [name=language]", "ru")
        await desk.page.fill("#find [name=passphrase]", PASSPHRASE)
        await desk.page.click("#find-by-word button")
    elif way == "kept":
        await desk.go("/key")
        await desk.page.reload()
    else:
        await desk.go("/key" if way == "key" else f"/requests/{waiting.reference}")
        await desk.unlock(PASSPHRASE)


@pytest.mark.parametrize("way", WAYS)
async def test_wherever_she_unlocks_a_swapped_key_is_said_and_the_form_closes(waiting: Waiting, way: str) -> None:
    desk, runtime = waiting.desk, waiting.desk.runtime
    if way == "kept":
        await desk.go("/key")
        await desk.unlock(PASSPHRASE)
        await is_unlocked(desk)
    if way == "find":  # the finding would lead to another page, which shows it as well
        await desk.page.route("**/requests/letters", lambda route: route.fulfill(status=404))
    assert await is_open(runtime)
    await swap_service_key(runtime)
    async with desk.page.expect_response("**/key/differs"):
        await unlocks(waiting, way)
    await expect(desk.page.locator("#service-differs")).to_contain_text("Pieprasījumus aizzīmogotu citai atslēgai")
    await expect(desk.page.locator("#service-differs")).to_have_attribute("role", "alert")
    assert not await is_open(runtime)
    assert ("key_differs", "service") in await happened(runtime)
    await accessible(desk.page)


@pytest.mark.parametrize("way", WAYS)
async def test_where_the_keys_agree_nothing_is_said(waiting: Waiting, way: str) -> None:
    desk, runtime = waiting.desk, waiting.desk.runtime
    if way == "kept":
        await desk.go("/key")
        await desk.unlock(PASSPHRASE)
        await is_unlocked(desk)
    await unlocks(waiting, way)
    await desk.page.wait_for_load_state("networkidle")
    await expect(desk.page.locator("#service-differs, #own-differs, #keeps-nothing")).to_have_count(0)
    assert await is_open(runtime)


async def test_what_she_holds_still_opens_and_a_note_is_not_sealed_to_a_stranger(waiting: Waiting) -> None:
    desk = waiting.desk
    await swap_service_key(desk.runtime)
    assert "Zaļkods" in await waiting.open()
    await desk.page.fill("#notes textarea", "Tikai kolēģiem")
    await desk.page.click("#notes form button")
    await expect(desk.page.locator("#notes [role=status]")).to_contain_text("Piezīme nav saglabāta")
    async with desk.runtime.database.store() as store:
        assert await store.notes.of_request(waiting.reference) == []


async def test_head_operator_and_every_address_hear_of_it_and_one_who_knows_why_lets_people_write_again(
    waiting: Waiting, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    desk, runtime = waiting.desk, waiting.desk.runtime
    await swap_service_key(runtime)
    async with desk.page.expect_response("**/key/differs"):
        await unlocks(waiting, "key")
    async with runtime.database.store() as store:
        kinds = [errand.kind for errand in await store.outbox.claim(runtime.now(), 50, HOUR)]
    assert sorted(kind for kind in kinds if kind.startswith("key_differs")) == [
        "key_differs.deputy_email",
        "key_differs.email",
    ]
    red = [line.said for line in [row async for row in doctor_services.lines(runtime)] if line.well is False]
    assert red == ["letters would be sealed to another key than the one its holders have"]
    assert [
        (record.levelname, record.msg, record.args) for record in caplog.records if record.name.endswith("key_alarm")
    ] == [("ERROR", "key_differs", ())], "for the monitor, and of nobody"
    await desk.sign_out()
    operator = await a_colleague(runtime, clock, "olga", "operator", None)
    await desk.sign_in("olga", "four words are plenty", operator.code(clock))
    await desk.go("/operation")
    told = desk.page.locator("main")
    await expect(told).to_contain_text("pieprasījumus aizzīmogotu citai atslēgai", ignore_case=True)
    await confirmed(desk)
    await desk.go("/calendar/balvi")
    await accessible(desk.page)
    await desk.page.check("#key-differs input")
    await desk.page.click("#key-differs button")
    await expect(desk.page.locator("#said")).to_contain_text("atkal var rakstīt")
    assert await is_open(runtime)
    assert ("key_settled", None) in await happened(runtime)


async def test_settled_without_being_put_right_it_closes_again_at_the_next_unlocking(waiting: Waiting) -> None:
    desk, runtime = waiting.desk, waiting.desk.runtime
    await swap_service_key(runtime)
    async with desk.page.expect_response("**/key/differs"):
        await unlocks(waiting, "key")
    head = await a_desk_mate(runtime, "head", "head", "balvi")
    await key_alarm.settle(runtime, head, "balvi")
    assert await is_open(runtime)
    async with desk.page.expect_response("**/key/differs"):
        await desk.page.reload()
    assert not await is_open(runtime)


async def test_only_a_holder_closes_the_form_and_only_for_what_is_said_now(waiting: Waiting) -> None:
    runtime = waiting.desk.runtime
    zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
    async with runtime.database.store() as store:
        stated = await store.services.newest("balvi") or ""
        ilze = await store.workers.by_login("ilze")
        assert ilze
    with pytest.raises(NotAllowed):
        await key_alarm.report(runtime, zane, "service", stated)
    holder = SignedIn(ilze.id, ilze.name, "ilze", "worker", "balvi")
    with pytest.raises(Conflict):
        await key_alarm.report(runtime, holder, "service", OWN_RECIPIENT)
    with pytest.raises(NotFound):
        await key_alarm.report(runtime, holder, "holder", stated, "somebody of another service")
    assert await is_open(runtime)
    stranger = await a_desk_mate(runtime, "worker-of-balvi", "worker", "balvi")
    with pytest.raises(NotFound):
        await key_alarm.settle(runtime, stranger, "balvi")


async def test_while_the_key_differs_nothing_more_is_sealed_to_it(waiting: Waiting) -> None:
    """New times would tell a stranger when to stand beside her."""
    runtime = waiting.desk.runtime
    await swap_service_key(runtime)
    async with waiting.desk.page.expect_response("**/key/differs"):
        await unlocks(waiting, "key")
    with pytest.raises(NotAddressable):
        await additions.change_times(runtime, waiting.code, {"windows": (), "valid_until": "2026-12-01"}, "lv")
    assert await contact.withdraw(runtime, waiting.code), "what needs no key goes on"


# --- Browsers that keep nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_browser_that_keeps_nothing_opens_letters_on_each_page_and_says_so(
    waiting: Waiting, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = waiting.desk
    monkeypatch.setattr(files, "STATIC", HURRIED_STATIC)  # as the program has it, which gives up on who never answers
    await desk.page.add_init_script(REFUSALS[how])
    await desk.go("/key")
    await desk.unlock(PASSPHRASE)
    await is_unlocked(desk)
    await expect(desk.page.locator("#keeps-nothing")).to_contain_text("katrā lapā")
    await expect(desk.page.locator("#stays")).to_be_hidden()
    await accessible(desk.page)
    await desk.go(f"/requests/{waiting.reference}")
    await expect(desk.page.locator("#passphrase")).to_be_visible()
    await desk.unlock(PASSPHRASE)
    assert "Zaļkods" in await desk.opened()
    await expect(desk.page.locator("#keeps-nothing")).to_be_visible()
    await desk.sign_out()
    await expect(desk.page.locator("[name=login]")).to_be_visible()


async def test_a_browser_that_keeps_the_key_says_nothing_of_the_kind(waiting: Waiting) -> None:
    await waiting.desk.go("/key")
    await waiting.desk.unlock(PASSPHRASE)
    await is_unlocked(waiting.desk)
    await expect(waiting.desk.page.locator("#keeps-nothing")).to_have_count(0)
    await expect(waiting.desk.page.locator("#stays")).to_be_visible()
    assert await waiting.desk.page.evaluate(LEFT_BEHIND) == NOTHING | {"databases": 1}


# --- Passphrases ------------------------------------------------------------------------------------------------------

SAID = "četri klusi vārdi šķūnī"
WRITTEN = {"NFC": unicodedata.normalize("NFC", SAID), "NFD": unicodedata.normalize("NFD", SAID)}
assert WRITTEN["NFC"] != WRITTEN["NFD"]


@pytest.mark.parametrize("before", WRITTEN)
@pytest.mark.parametrize("now", WRITTEN)
async def test_a_passphrase_opens_however_a_keyboard_writes_its_letters(
    waiting: Waiting, before: str, now: str
) -> None:
    """Also what was locked with the other form before passphrases were compared in one."""
    async with waiting.desk.runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
        ilze.own_wrapped = locked(str(OWN), WRITTEN[before])
    await waiting.desk.go("/key")
    await waiting.desk.unlock(WRITTEN[now])
    await is_unlocked(waiting.desk)


async def test_a_new_passphrase_is_compared_and_locked_in_one_form(office: Office) -> None:
    await office.anna.go("/key")
    await make_own_key(office.anna, WRITTEN["NFD"], WRITTEN["NFC"])
    await is_unlocked(office.anna)
    async with office.runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
        assert anna.own_wrapped
    assert passphrase.decrypt(anna.own_wrapped, WRITTEN["NFC"]).startswith(b"AGE-SECRET-KEY-1")


async def test_another_key_made_elsewhere_is_no_alarm(waiting: Waiting) -> None:
    """She lost her passphrase and made a new key in another browser; here the old one was kept."""
    desk, runtime = waiting.desk, waiting.desk.runtime
    await desk.go("/key")
    await desk.unlock(PASSPHRASE)
    await is_unlocked(desk)
    async with runtime.database.store() as store:
        ilze = await store.workers.by_login("ilze")
        assert ilze
    new = type(OWN).generate()
    worker = SignedIn(ilze.id, ilze.name, "ilze", "worker", "balvi")
    answer = await opened_challenge(runtime, worker, "own", new)
    secret = locked(str(new), "entirely other words now")
    await keys.make_own(runtime, worker, str(new.to_public()), secret, answer)
    await desk.go("/key")
    await desk.unlock("entirely other words now")
    await is_unlocked(desk)
    await expect(desk.page.locator("#own-differs, #service-differs")).to_have_count(0)
    assert "key_differs" not in [event for event, _ in await happened(runtime)]
