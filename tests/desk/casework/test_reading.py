"""A request counts as read when a browser has drawn it, and no sooner: not by a wrong passphrase, nor by a fetch."""

from playwright.async_api import expect

from tests.desk.browsing import Waiting, open_and_take
from tests.people import PASSPHRASE


async def test_a_wrong_passphrase_is_no_reading_and_no_fetch(waiting: Waiting) -> None:
    desk = waiting.desk
    await desk.go(f"/requests/{waiting.reference}")
    await desk.unlock("not the passphrase of the key")
    await expect(desk.page.locator("#told")).to_contain_text("Šī frāze atslēgu neatver")
    row = await waiting.row()
    assert (row.opened_count, row.opened_in_time) == (0, None)
    assert not [name for name in await waiting.events() if name.startswith("letter_")]
    assert f"{waiting.reference}/open" not in "".join(desk.sent)
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await expect(desk.page.locator("#told")).to_be_hidden()
    assert [name for name in await waiting.events() if name.startswith("letter_")] == ["letter_fetched", "letter_read"]


async def test_a_letter_that_was_fetched_and_not_confirmed_counts_its_worker_and_is_not_read(waiting: Waiting) -> None:
    desk = waiting.desk
    await desk.page.route("**/read", lambda route: route.abort())
    await waiting.open()
    await expect(desk.page.locator("#told")).to_contain_text("vēl nezina, ka pieprasījums ir izlasīts")
    row = await waiting.row()
    assert (row.opened_count, row.opened_in_time) == (1, None)
    assert "letter_read" not in await waiting.events()
    desk.troubles.clear()  # the browser says that a fetch failed

    await desk.page.unroute("**/read")
    await desk.page.reload()
    await desk.unlock("")
    await desk.opened()
    await expect(desk.page.locator("#told")).to_be_hidden()
    row = await waiting.row()
    assert (row.opened_count, row.opened_in_time) == (1, True)


async def test_a_letter_that_does_not_open_or_belongs_elsewhere_is_not_read(waiting: Waiting) -> None:
    desk = waiting.desk
    async with desk.runtime.database.store() as store:
        row = await store.requests.by_id(waiting.reference)
        assert row
        row.sealed = b"age-encryption.org/v1\nnothing of ours"
    await desk.go(f"/requests/{waiting.reference}")
    await desk.unlock(PASSPHRASE)
    await expect(desk.page.locator("#told")).to_contain_text("nevar atvērt")
    row = await waiting.row()
    assert (row.opened_count, row.opened_in_time) == (1, None)
    assert "letter_read" not in await waiting.events()


async def test_a_worker_who_opens_it_again_and_again_is_one(waiting: Waiting) -> None:
    await open_and_take(waiting)
    for _ in range(2):
        await waiting.open()
    assert (await waiting.row()).opened_count == 1
