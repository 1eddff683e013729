"""Keys and calendars of a service."""

from playwright.async_api import expect

from storage.social_services import ServiceKey
from tests.desk.states.walking import Table, Walk

TABLE = Table()

# --- Keys -------------------------------------------------------------------------------------------------------------

TABLE.plain("GET /key", "liga", "a worker without a key of her own")
TABLE.plain("GET /key", "rita", "nobody has a key")
TABLE.plain("GET /key/lost", "anna", "a passphrase that is lost")
TABLE.plain("GET /key/lost", "zane", "a passphrase that is lost by who holds nothing")


@TABLE.state("GET /key", "zane")
async def a_worker_who_has_not_said_that_she_wants_the_key(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await expect(walk.page.locator("#wish")).to_be_visible()


@TABLE.state("GET /key", "zane")
async def a_worker_who_waits_for_the_key(walk: Walk) -> None:
    await walk.go("/key")
    async with walk.page.expect_navigation():
        await walk.page.click("#wish")
    await walk.unlock()
    await expect(walk.page.locator("#number")).not_to_be_empty()
    await expect(walk.page.locator("#unwish")).to_be_visible()


@TABLE.state("GET /key", "haralds")
async def a_holder_about_to_give_the_key(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("form.grant .give")
    await expect(walk.page.locator("form.grant .check").first).to_be_visible()


@TABLE.state("GET /key", "haralds")
async def a_change_of_the_key_with_a_colleague_in_doubt(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        haralds = await store.workers.by_login("haralds")
        assert haralds
        first, second = [key for key in await store.services.keys("balvi") if key.held_by != haralds.id]
        first.endorsement, second.endorsement = None, bytes(32)
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("#change")
    await expect(walk.page.locator("#doubts [role=alert]")).to_be_visible()


@TABLE.state("GET /key", "zane")
async def a_worker_who_was_given_what_does_not_open(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        zane = await store.workers.by_login("zane")
        (living, *_) = await store.services.keys("balvi")
        assert zane
        given = ServiceKey(
            service_id="balvi", recipient=living.recipient, wrapped=b"age-encryption.org", held_by=zane.id,
            made_at=walk.runtime.now(), unopened=True,
        )  # fmt: skip
        await store.services.put_copy(given)
    await walk.go("/key")
    await walk.unlock()
    await expect(walk.page.locator("#told")).to_be_visible()
    await expect(walk.page.locator("#given")).to_be_visible()


@TABLE.state("GET /key", "haralds")
async def a_colleague_who_was_given_the_key_and_has_not_opened_it(walk: Walk) -> None:
    await walk.go("/key")
    await expect(walk.page.locator("form.grant")).to_be_attached()


@TABLE.state("GET /key", "haralds")
async def a_locked_key(walk: Walk) -> None:
    await walk.page.context.clear_cookies(name="desk")
    await walk.go("/sign-in")  # which forgets what was unlocked
    await expect(walk.page.locator("[name=login]")).to_be_visible()
    await walk.become("haralds")
    await walk.go("/key")
    await expect(walk.page.locator("#unlock")).to_be_visible()


@TABLE.state("GET /key", "rolands")
async def a_recovery_sheet(walk: Walk) -> None:
    await walk.go("/key")
    await walk.unlock()
    await walk.page.click("#make")
    await expect(walk.page.locator("#recovery")).to_be_visible()


# --- Calendars --------------------------------------------------------------------------------------------------------

TABLE.plain("GET /calendar", "olga", "the calendars of all services")


@TABLE.state("GET /calendar/{service}", "haralds")
async def a_calendar(walk: Walk) -> None:
    await walk.go("/calendar/balvi")


@TABLE.state("GET /calendar/{service}", "haralds")
async def a_calendar_of_a_service_whose_key_differs(walk: Walk) -> None:
    await differs(walk, True)
    await walk.go("/calendar/balvi")
    await expect(walk.page.locator("#key-differs")).to_be_visible()
    await differs(walk, False)


async def differs(walk: Walk, it_does: bool) -> None:
    async with walk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.key_differs_at = walk.runtime.now() if it_does else None
    walk.runtime.caches.forget_world()


@TABLE.state("GET /calendar/{service}", "haralds")
async def a_calendar_that_was_not_changed(walk: Walk) -> None:
    await walk.go("/calendar/balvi?said=same")


@TABLE.state("GET /calendar/{service}", "haralds")
async def a_calendar_looked_at_before_it_is_saved(walk: Walk) -> None:
    await walk.go("/calendar/balvi")
    async with walk.page.expect_navigation():
        await walk.page.click("button[value=look]")


@TABLE.state("GET /calendar/{service}", "haralds", 400)
async def a_calendar_with_what_is_no_day(walk: Walk) -> None:
    await walk.go("/calendar/balvi")
    await walk.page.fill("textarea[name=closed_days]", "sometimes")
    async with walk.page.expect_navigation():
        await walk.page.click("button[value=save]")


@TABLE.state("GET /calendar/{service}", "haralds", 409)
async def a_calendar_that_someone_else_changed(walk: Walk) -> None:
    await walk.post("/calendar/balvi", version="an earlier one")
