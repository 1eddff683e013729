"""Notes in a real browser: sealed there, read there, and nothing that is typed is lost when saving fails."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Route, expect
from pyrage import encrypt
from pyrage.x25519 import Recipient

from bot.usecases.casework import notes
from bot.usecases.person import contact
from bot.usecases.services.keys import SEALED
from storage.notes import Note
from tests.begun import begun
from tests.desk.browsing import LEFT_BEHIND, NOTHING, Desk, accessible, leads_on
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, a_key_holder, a_request, the_request

UNREADABLE = "Šo piezīmi ar jūsu atslēgu nevar atvērt."
NOTED = "Kanārijpiezīme: zvanīt „pēc maiņas”\nun tikai otrdien"


@pytest.fixture
async def waiting(desk: Desk, clock: Clock) -> str:
    """The code of a request that waits; ilze is signed in."""
    ilze, _ = await begun(desk.runtime, clock, a_key_holder)
    code = await a_request(desk.runtime)
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    return code


async def open_it(desk: Desk) -> None:
    await desk.go(f"/requests/{await the_request(desk.runtime)}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()


async def note(desk: Desk, text: str) -> None:
    await desk.page.fill("#notes textarea", text)
    await desk.page.click("#notes form button")


async def test_a_note_is_sealed_here_and_read_again_on_the_next_day(
    desk: Desk, waiting: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = desk.page
    await open_it(desk)
    await note(desk, NOTED)
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    await note(desk, "é" * 1000)  # the longest
    await expect(page.locator("#notes li")).to_have_count(2)
    await note(desk, "€" * 1000)  # the longest in bytes
    await expect(page.locator("#notes li")).to_have_count(3)
    await expect(page.locator("#notes textarea")).to_have_value("")
    await accessible(page)
    await open_it(desk)
    assert await page.locator("#notes li .story").all_inner_texts() == [NOTED, "é" * 1000, "€" * 1000]
    assert "Ilze" in await page.locator("#notes li").first.inner_text()

    reference = await the_request(desk.runtime)
    async with desk.runtime.database.store() as store:
        found = await store.notes.of_request(reference)
    assert {len(row.sealed) for row in found} == {notes.SEALED_SIZE}
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    sent = "\n".join(desk.sent)
    assert "Kanārijpiezīme" not in sent
    assert "Kanārijpiezīme".encode() not in files
    assert "Kanārijpiezīme" not in caplog.text
    assert await page.evaluate(LEFT_BEHIND) == NOTHING | {"databases": 1}


async def test_what_could_not_be_saved_is_still_there(desk: Desk, waiting: str) -> None:
    page = desk.page
    await open_it(desk)
    await page.route("**/notes", lambda route: route.abort())
    await note(desk, NOTED)
    await expect(page.locator("#notes [role=status]")).to_contain_text("nav saglabāta")
    await expect(page.locator("#notes textarea")).to_have_value(NOTED)
    async with page.expect_event("dialog") as asking:  # leaving by mistake: the browser asks first
        await page.evaluate("void setTimeout(() => { location.href = '/requests'; })")
    dialog = await asking.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()
    await expect(page.locator("#notes textarea")).to_have_value(NOTED)
    await page.unroute("**/notes")
    await page.click("#notes form button")
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    desk.troubles.clear()  # the browser's own word on the lost connection


async def test_what_is_typed_while_a_note_is_being_saved_is_kept(desk: Desk, waiting: str) -> None:
    page = desk.page
    await open_it(desk)
    let_it_arrive = asyncio.Event()

    async def held(route: Route) -> None:
        await let_it_arrive.wait()
        await route.continue_()

    await page.route("**/notes", held)
    async with page.expect_request("**/notes"):
        await note(desk, NOTED)
    await page.fill("#notes textarea", "otra")
    let_it_arrive.set()
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    await expect(page.locator("#notes textarea")).to_have_value("otra")
    await page.click("#notes form button")
    await expect(page.locator("#notes li .story")).to_have_text([NOTED, "otra"])


async def test_a_withdrawal_takes_the_notes_and_what_is_being_typed(desk: Desk, waiting: str) -> None:
    page = desk.page
    await open_it(desk)
    await note(desk, NOTED)
    await expect(page.locator("#notes li")).to_have_count(1)
    await contact.withdraw(desk.runtime, waiting)
    await note(desk, "vēl viena")
    await expect(page.locator("#told")).to_contain_text("Tā saturs no lapas ir noņemts.")
    assert "Kanārijpiezīme" not in await page.content()
    assert await page.locator("#notes").count() == 0


async def test_a_closed_request_shows_its_notes_and_takes_no_more(desk: Desk, waiting: str) -> None:
    page, reference = desk.page, await the_request(desk.runtime)
    await open_it(desk)
    await page.click("#take button")
    await expect(page.locator("#close")).to_be_visible()
    await note(desk, NOTED)
    await expect(page.locator("#notes li")).to_have_count(1)
    await page.select_option("#close select", "met")
    await page.click("#close button")
    await leads_on(page, "#ask button:not(.other)")
    await desk.go(f"/requests/{reference}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await expect(page.locator("#notes li .story")).to_have_text(NOTED)
    await expect(page.locator("#notes textarea")).to_have_count(0)


async def test_a_note_moved_to_another_request_is_not_shown(desk: Desk, waiting: str) -> None:
    reference = await the_request(desk.runtime)
    await open_it(desk)
    await note(desk, NOTED)
    await expect(desk.page.locator("#notes li")).to_have_count(1)
    await a_request(desk.runtime, called="Cits")
    async with desk.runtime.database.store() as store:
        other = next(request.id for request in await store.requests.waiting("balvi") if request.id != reference)
        (row,) = await store.notes.of_request(reference)
        row.request_id = other
    await desk.go(f"/requests/{other}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await expect(desk.page.locator("#notes .story")).to_have_text("Šo piezīmi ar jūsu atslēgu nevar atvērt.")


async def test_an_unreadable_note_hides_nothing_else_and_can_be_removed(desk: Desk, waiting: str) -> None:
    """Also one that is well sealed and holds no note."""
    page, reference = desk.page, await the_request(desk.runtime)
    await open_it(desk)
    await note(desk, NOTED)
    await note(desk, "otra")
    await expect(page.locator("#notes li")).to_have_count(2)
    async with desk.runtime.database.store() as store:
        first, second = await store.notes.of_request(reference)
        well_sealed = encrypt(b"{".ljust(notes.SIZE), [Recipient.from_str(first.sealed_to)])
        first.sealed = SEALED.ljust(notes.SEALED_SIZE, b"x")
        await store.notes.add(
            Note(request_id=reference, worker_id=second.worker_id, sealed=well_sealed, sealed_to=first.sealed_to,
                 made_at=second.made_at)
        )  # fmt: skip
    await open_it(desk)
    stories = page.locator("#notes .story")
    assert await stories.all_inner_texts() == [UNREADABLE, "otra", UNREADABLE]
    await expect(page.locator("#phone")).to_be_visible()
    await accessible(page)
    page.on("dialog", lambda dialog: dialog.accept())
    for left in (1, 0):
        await page.locator("#notes li button").first.click()
        await expect(page.locator("#notes li button")).to_have_count(left)
    await expect(page.locator("#notes [role=status]")).to_have_text("Piezīme ir noņemta.")
    assert await stories.all_inner_texts() == ["otra"]
    await open_it(desk)
    assert await stories.all_inner_texts() == ["otra"]


async def test_a_number_stands_in_no_note_and_days_and_hours_do(desk: Desk, waiting: str) -> None:
    page = desk.page
    await open_it(desk)
    for number in ("29 123 456", "+371 29123456", "010190-12345", "1234 5678 9012 3456"):
        await note(desk, f"Anna {number}")
        await expect(page.locator("#notes [role=status]")).to_contain_text("līdzīgs tālruņa numuram")
        await expect(page.locator("#notes textarea")).to_have_value(f"Anna {number}")
    assert await page.locator("#notes li").count() == 0
    await note(desk, "zvanīt 18.12.2026 10:00-14:00")
    await note(desk, "zvanīt 2026-12-18 9-12 14-16")
    await expect(page.locator("#notes li")).to_have_count(2)
