"""Keys in a real browser: made there, unlocked once, given on, lost and found, changed. The server sees none open."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from bot.engine.request import Values, Window
from bot.usecases.person import additions, contact
from storage.additions import Addition
from storage.notes import Note
from tests.desk.browsing import LEFT_BEHIND, NOTHING, Desk, accessible
from tests.desk.office import Office, a_made_key, both_hold, given, is_unlocked, make_own_key, opens, register
from tests.faces import Clock
from tests.pages import StillClock
from tests.people import (
    CANARIES,
    PASSPHRASE,
    PASSWORD,
    Colleague,
    a_colleague,
    a_key,
    a_request,
    a_service,
    acting,
    the_request,
)

RAW_KEYS = """async () => {
    const opening = indexedDB.open("desk", 1);
    await new Promise((done) => { opening.onsuccess = done; });
    const all = opening.result.transaction("kept").objectStore("kept").getAll();
    await new Promise((done) => { all.onsuccess = done; });
    opening.result.close();
    return all.result.map((one) => [...new Uint8Array(one.locked)]);
}"""
EXPORTED = """async () => {
    const { kept } = await import("/static/keyring.js");
    const key = await kept();
    try { await crypto.subtle.exportKey("pkcs8", key); return "exported"; } catch { return String(key.extractable); }
}"""


async def test_two_workers_make_the_key_and_read_what_is_sealed_to_it(
    office_as_it_is: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office = office_as_it_is
    runtime, page = office.runtime, office.anna.page
    await expect(page.locator("#missing h2")).to_have_text("Dienestam tagad neviens nevar rakstīt")
    await page.click(".notice a")
    await make_own_key(office.anna, PASSPHRASE, "something else")
    await expect(page.locator("#told")).to_have_text("Frāzes atšķiras.")
    secret = await both_hold(office)
    assert await office.holders() == ("Anna", "Head")
    async with runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
        assert anna.own_wrapped
        assert anna.own_wrapped.splitlines()[1].endswith(b" 17"), "each guess at a passphrase takes 128 MiB"

    receipt = await a_request(runtime)
    assert "Sarunas parole: Zaļkods." in await opens(office.head, await the_request(runtime))
    assert "Sarunas parole: Zaļkods." in await opens(office.anna, await the_request(runtime))
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text("+447700900123")
    await page.click("#rest > summary")
    await page.click("#note summary")
    await expect(page.locator("#note .story")).to_have_text("Ļoti slepena zīmīte")

    left = await page.evaluate(LEFT_BEHIND)
    assert left == NOTHING | {"databases": 1}  # the locked key, and nothing else
    readable = ("AGE-SECRET-KEY", secret, PASSPHRASE, *CANARIES)
    sent = "\n".join([*office.anna.sent, *office.head.sent])
    assert not [canary for canary in readable if canary in sent]
    assert all(f" {office.anna.url}/" in request for request in office.anna.sent)
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) > 100_000
    assert not [canary for canary in (*readable, PASSWORD) if canary.encode() in files or canary in caplog.text]

    assert await contact.withdraw(runtime, receipt)  # while the page is open
    await page.click("#reveal")  # hide
    await page.click("#reveal")
    await expect(page.locator("#told")).to_contain_text("Tā saturs no lapas ir noņemts.")
    assert not [canary for canary in CANARIES if canary in await page.content()]


async def test_one_holder_is_not_enough_and_the_desk_says_so(office: Office) -> None:
    await a_made_key(office)
    assert not (await contact.get_offer(office.runtime, "balvu-novads", "lv")).open
    said = {"/key": "Vajag vēl vienu atslēgas turētāju", "/requests": "Atslēga ir 1 no divām personām."}
    for path, sentence in said.items():
        await office.anna.go(path)
        await expect(office.anna.page.locator("main")).to_contain_text(sentence)
        await accessible(office.anna.page)


async def test_the_recovery_sheet_is_what_is_printed_and_nothing_else(office: Office) -> None:
    page = office.anna.page
    await office.anna.go("/key")
    await make_own_key(office.anna)
    await is_unlocked(office.anna)
    await page.click("#make")
    await accessible(page)
    await page.emulate_media(media="print")
    assert await page.locator("#secret").is_visible()
    assert "Izdrukāts: 2026. gada 23. novembris." in await page.inner_text("#recovery"), "which of two is the newer"
    assert not await page.locator("header").is_visible()
    assert not await page.locator("#print").is_visible()
    await page.emulate_media(media="screen")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert "AGE-SECRET-KEY" not in await page.inner_text("main")
    assert await office.holders() == ()  # never registered


async def test_the_key_is_unlocked_once_per_sign_in(desk: Desk, clock: Clock) -> None:
    anna = await holder(desk, clock)
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    await desk.unlock("not the passphrase")
    await expect(desk.page.locator("#told")).to_have_text("Šī frāze atslēgu neatver. Mēģiniet vēlreiz.")
    await desk.unlock(PASSPHRASE)
    await is_unlocked(desk)
    await desk.go("/key")
    await is_unlocked(desk)
    assert await desk.page.evaluate(EXPORTED) == "false"
    assert len((await desk.page.evaluate(RAW_KEYS))[0]) == 48 + 16  # a locked one

    copied = await desk.page.evaluate(RAW_KEYS)
    assert bytes(copied[0])[:16] != bytes.fromhex("302e020100300506032b656e04220420")
    await desk.sign_out()
    assert await desk.page.evaluate(LEFT_BEHIND) == NOTHING
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    await expect(desk.page.locator("#passphrase")).to_be_visible()


async def holder(desk: Desk, clock: Clock) -> Colleague:
    """Anna holds a key, as does someone else; she is not signed in."""
    await a_service(desk.runtime)
    anna = await a_colleague(desk.runtime, clock, "anna", "worker", "balvi")
    await a_key(desk.runtime, await acting(desk.runtime, clock, anna))
    return anna


async def test_a_session_that_was_ended_leaves_a_worthless_lock(desk: Desk, clock: Clock) -> None:
    anna = await holder(desk, clock)
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    await desk.unlock(PASSPHRASE)
    await is_unlocked(desk)
    await desk.page.context.clear_cookies(name="desk")  # another session, in the same browser, over what was left
    await desk.page.route("**/static/session.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    await expect(desk.page.locator("#passphrase")).to_be_visible()


async def test_half_an_hour_without_a_touch_signs_out(desk: Desk, clock: Clock) -> None:
    anna = await holder(desk, clock)
    still = await StillClock(desk.page).stop()
    await desk.sign_in("anna", PASSWORD, anna.code(clock))
    await desk.go("/key")
    await desk.unlock(PASSPHRASE)
    await is_unlocked(desk)
    await still.move(minutes=29, seconds=59)
    await expect(desk.page.locator("#number")).to_be_visible()
    await still.move(seconds=16)
    await expect(desk.page.locator("[name=login]")).to_be_visible()
    assert await desk.page.evaluate(LEFT_BEHIND) == NOTHING


async def test_after_a_lost_passphrase_a_colleague_gives_the_key_again(office: Office) -> None:
    await both_hold(office)
    await a_request(office.runtime)
    await office.anna.go("/key")
    await office.anna.page.click("#lost")
    await expect(office.anna.page.locator("#goes-dark")).to_contain_text("neviens nevarēs rakstīt")
    await expect(office.anna.page.locator("#helpers li")).to_have_text(["Head"])
    await accessible(office.anna.page)
    await make_own_key(office.anna, "entirely other words now")
    async with office.runtime.database.store() as store:
        assert len((await store.services.holders())["balvi"]) == 2, "nothing is lost before it is ticked"
    await office.anna.page.check("[name=sure]")
    await make_own_key(office.anna, "entirely other words now")
    await expect(office.anna.page.locator("#holders li")).to_have_text(["Head"])
    await is_unlocked(office.anna)
    await given(office.head, office.anna)
    assert "Zaļkods" in await opens(office.anna, await the_request(office.runtime))


async def test_after_a_lost_passphrase_the_recovery_sheet_brings_the_key_back(office: Office) -> None:
    secret = await both_hold(office)
    await a_request(office.runtime)
    page = office.anna.page
    await office.anna.go("/key")
    await page.click("#lost")
    await page.check("[name=sure]")
    await make_own_key(office.anna, "entirely other words now")
    await expect(page.locator("#holders li")).to_have_text(["Head"])
    await is_unlocked(office.anna)
    await page.fill("#typed", secret[:-1] + ("Q" if secret[-1] != "Q" else "P"))
    await page.click("#restore button")
    await expect(page.locator("#told")).to_contain_text("Tā nav jūsu dienesta pašreizējā atslēga.")
    await page.fill("#typed", f"  {secret[:20]} {secret[20:].lower()} ")  # as one types from paper
    await page.click("#restore button")
    await expect(page.locator("#holders li")).to_have_text(["Anna", "Head"])
    assert "AGE-SECRET-KEY" not in "\n".join(office.anna.sent)
    assert "Zaļkods" in await opens(office.anna, await the_request(office.runtime))


async def test_a_changed_key_reseals_what_waits_and_the_old_sheet_opens_nothing(
    office: Office, tool: Callable[[str], str], tmp_path: Path
) -> None:
    old = await both_hold(office)
    for called in ("Pirmā", "Otrā", "Trešā"):
        await a_request(office.runtime, called=called)
    page = office.head.page
    await office.head.go("/key")
    await page.click("#change")
    new = await register(office.head)
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")
    assert await page.locator("#progress").evaluate("one => [one.value, one.max]") == [3, 3]
    assert new not in await page.content()
    await accessible(page)
    async with office.runtime.database.store() as store:
        waiting = [request.id for request in await store.requests.waiting("balvi")]
        letters = [row.sealed for reference in waiting if (row := await store.requests.by_id(reference))]
    assert len(letters) == 3
    for letter in letters:
        assert letter
        assert opened_by_age(tool("age"), tmp_path, old, letter) is None
        opened = opened_by_age(tool("age"), tmp_path, new, letter)
        assert opened
        assert opened["request"] in waiting
    assert "Zaļkods" in await opens(office.anna, waiting[0])  # a colleague goes on without doing anything


def opened_by_age(age: str, folder: Path, secret: str, letter: bytes) -> dict[str, object] | None:
    """As the recovery sheet says."""
    (folder / "key.txt").write_text(secret)
    (folder / "request.age").write_bytes(letter)
    command = [age, "--decrypt", "--identity", str(folder / "key.txt"), str(folder / "request.age")]
    done = subprocess.run(command, capture_output=True, check=False)
    opened: dict[str, object] | None = json.loads(done.stdout) if done.returncode == 0 else None
    return opened


async def test_additions_and_notes_are_resealed_too_and_a_withdrawal_in_between_wins(
    office: Office, tool: Callable[[str], str], tmp_path: Path
) -> None:
    runtime, page = office.runtime, office.head.page
    old = await both_hold(office)
    valid = (runtime.now() + timedelta(days=3)).date().isoformat()
    times: Values = {"windows": (Window("mon", "00:00", "24:00"),), "valid_until": valid}
    first = await a_request(runtime)
    reference = await the_request(runtime)
    assert await additions.change_times(runtime, first, times, "lv")
    second = await a_request(runtime, called="Atsauktā")
    assert await additions.change_times(runtime, second, times, "lv")
    await opens(office.anna, reference)
    await office.anna.page.fill("#notes textarea", "Piezīme paliek")
    await office.anna.page.click("#notes form button")
    await expect(office.anna.page.locator("#notes li")).to_have_count(1)

    async def withdrawn_meanwhile(route: Route) -> None:
        assert await contact.withdraw(runtime, second)
        await route.continue_()

    await page.route("**/additions-2/sealed", withdrawn_meanwhile)
    await office.head.go("/key")
    await page.click("#change")
    new = await register(office.head)
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")
    assert await page.locator("#progress").evaluate("one => [one.value, one.max]") == [5, 5]
    async with runtime.database.store() as store:
        requests = await store.requests.of_service("balvi", {"new", "withdrawn"})
        beside: dict[str, list[bytes]] = {}
        for request in requests:
            rows = [*await store.additions.of_request(request.id), *await store.notes.of_request(request.id)]
            beside[request.id] = [row.sealed for row in rows if isinstance(row, Addition | Note)]
    kept = beside.pop(reference)
    assert len(kept) == 2
    assert list(beside.values()) == [[]], "nothing of the withdrawn request is there"
    for sealed in kept:
        assert opened_by_age(tool("age"), tmp_path, old, sealed) is None
        assert opened_by_age(tool("age"), tmp_path, new, sealed)
    await opens(office.anna, reference)
    await expect(office.anna.page.locator("#notes li .story")).to_have_text("Piezīme paliek")
    await expect(office.anna.page.locator("#added")).to_contain_text("Drošie laiki pēc nosūtīšanas ir mainīti")
    await office.head.go("/key")
    await expect(page.locator("#go-on")).to_have_count(0)


async def test_an_interrupted_change_goes_on_later(office: Office) -> None:
    await both_hold(office)
    await a_request(office.runtime)
    page = office.head.page
    await page.route("**/sealed", lambda route: route.abort())  # the network fails in the middle
    await office.head.go("/key")
    await page.click("#change")
    await register(office.head)
    await expect(page.locator("#told")).to_contain_text("neizdevās atvērt")
    assert "Zaļkods" in await opens(office.anna, await the_request(office.runtime))  # the earlier copy still opens it
    await page.unroute("**/sealed")
    await office.head.go("/key")
    await page.click("#go-on")
    await expect(page.locator("#told")).to_have_text("Visi pieprasījumi ir aizzīmogoti jaunajai atslēgai.")


async def test_one_request_is_saved_sealed_and_age_opens_it_with_the_sheet(
    office: Office, tool: Callable[[str], str], tmp_path: Path
) -> None:
    secret = await both_hold(office)
    await a_request(office.runtime)
    reference = await the_request(office.runtime)
    page = office.anna.page
    await office.anna.go(f"/requests/{reference}")
    await page.click("details:has(#export) summary")
    async with page.expect_download() as saving:
        await page.click("#export button")
    file = await saving.value
    assert file.suggested_filename == f"request-{reference[:6]}.age"
    await file.save_as(tmp_path / "saved.age")
    letter = opened_by_age(tool("age"), tmp_path, secret, (tmp_path / "saved.age").read_bytes())
    assert letter
    assert letter["request"] == reference
    async with office.runtime.database.store() as store:
        assert "request_exported" in [entry.event for entry in await store.audit.entries(subject=reference)]
