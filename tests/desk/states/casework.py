"""The queue, a request in every state, reports, and the call list."""

from playwright.async_api import expect

from bot.usecases.accounts import workers
from bot.usecases.casework import requests as casework
from storage.slips import TOTAL, QuarterEdition
from tests.desk.states.walking import Table, Walk
from tests.people import PASSPHRASE, reads

TABLE = Table()

# --- The queue and a request ------------------------------------------------------------------------------------------

TABLE.plain("GET /requests", "anna", "the queue")
TABLE.plain("GET /requests", "zane", "the queue of who holds no key")


@TABLE.state("GET /requests", "anna")
async def a_filter_that_leaves_nothing(walk: Walk) -> None:
    await walk.go("/requests?state=met&priority=today")


@TABLE.state("GET /requests", "anna")
async def what_came_in_a_flood(walk: Walk) -> None:
    await walk.go("/requests")
    await walk.page.click(".fold summary")


@TABLE.state("GET /requests", "anna")
async def what_came_in_a_flood_on_pages_of_its_own(walk: Walk) -> None:
    await walk.go("/requests?flood=yes&priority=in_order&done=together.12")


@TABLE.state("GET /requests", "anna")
async def everything_of_a_flood_was_read(walk: Walk) -> None:
    await walk.go("/requests?done=nothing_unread")


@TABLE.state("GET /requests", "anna")
async def the_question_before_several_are_closed(walk: Walk) -> None:
    await walk.go("/requests?flood=yes&priority=in_order")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/requests/together'] button")


@TABLE.state("GET /requests", "anna")
async def nothing_that_can_be_closed_together(walk: Walk) -> None:
    await walk.post("/requests/together", request=walk.requests["new"])


@TABLE.state("GET /requests", "anna")
async def what_has_ended(walk: Walk) -> None:
    await walk.go("/requests?state=ended&done=close.1a2b3c")


TABLE.plain("GET /colleagues", "haralds", "a head's people, of whom one has two requests")
TABLE.plain("GET /colleagues", "rolands", "the people of a service without a key")


@TABLE.state("GET /colleagues", "haralds")
async def an_invitation_that_was_made(walk: Walk) -> None:
    await walk.confirm("haralds")
    await walk.go("/colleagues")
    await walk.page.fill("#invite [name=name]", "Jauna kolēģe")
    await walk.page.fill("#invite [name=login]", f"jauna-{len(await workers.list_workers(walk.runtime))}")
    async with walk.page.expect_navigation():
        await walk.page.click("#invite button")
    await expect(walk.page.locator("#link svg")).to_be_visible()


@TABLE.state("GET /colleagues", "haralds", 409)
async def an_invitation_with_a_login_that_is_none(walk: Walk) -> None:
    await walk.confirm("haralds")
    await walk.go("/colleagues")
    await walk.page.fill("#invite [name=name]", "Kārlis")
    await walk.page.fill("#invite [name=login]", "kārlis ozols")
    async with walk.page.expect_navigation():
        await walk.page.click("#invite button")


TABLE.plain("GET /quarters", "rolands", "a service of which no quarter is over")


@TABLE.state("GET /quarters", "haralds")
async def the_quarters_of_a_service(walk: Walk) -> None:
    told = {TOTAL: "13", "in_contact": "8", "conversation": "nothing of 8", "new_family": "most", "lawyer": "few"}
    async with walk.runtime.database.store() as store:
        if not await store.slips.is_frozen("balvi", "2026Q3"):
            edition = QuarterEdition(service_id="balvi", quarter="2026Q3", told=told, frozen_at=walk.runtime.now())
            await store.slips.freeze(edition)
    await walk.go("/quarters")


TABLE.plain("GET /referrals/new", "zane", "the form of a report for who holds no key")


@TABLE.state("GET /referrals/new", "anna")
async def the_form_of_a_report(walk: Walk) -> None:
    await walk.go("/referrals/new")
    for name, answer in (("asked_alone", "yes"), ("wish", "contact"), ("basis", "agreed"), ("contact_mode", "call")):
        await walk.page.check(f"#referral [name={name}][value={answer}]")
    await walk.page.click("#referral > button")
    await expect(walk.page.locator("#wrong")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_sealed_request(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")
    await expect(walk.page.locator("#unlock")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_wrong_passphrase(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")
    await walk.page.fill("#passphrase", "not the passphrase")
    await walk.page.click("#unlock button")
    await expect(walk.page.locator("#told")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def an_open_request(walk: Walk) -> None:
    await walk.open("new")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_of_a_flood(walk: Walk) -> None:
    await walk.open("in a flood")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_with_its_number_shown(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#reveal")
    await expect(walk.page.locator("#phone a")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "haralds")
async def a_request_as_the_head_sees_it(walk: Walk) -> None:
    await walk.open("taken")


@TABLE.state("GET /requests/{reference}", "haralds")
async def a_request_that_a_colleague_contacted(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['contacted']}")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_reason_that_was_refused_in_place(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#more summary")
    await walk.page.fill("form[action$='/lower'] input", "call me on 26123456")
    await walk.page.click("form[action$='/lower'] button")
    await expect(walk.page.locator("form[action$='/lower'] .wrong")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_whose_person_comes(walk: Walk) -> None:
    await walk.open("coming")
    await expect(walk.page.locator("#herself")).to_have_attribute("open", "")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_whose_person_is_awaited(walk: Walk) -> None:
    await walk.open("awaited")


@TABLE.state("GET /requests/{reference}", "haralds")
async def a_request_where_somebody_else_answered(walk: Walk) -> None:
    await walk.open("answered")
    await expect(walk.page.locator("#lock")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_with_new_times_and_a_wrong_word(walk: Walk) -> None:
    await walk.open("widened")
    await expect(walk.page.locator("#added")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_about_to_be_erased_at_a_wish(walk: Walk) -> None:
    await walk.open("taken")
    await walk.page.click("#erase summary")
    await walk.page.click("form[action$='/erase'] button")
    await expect(walk.page.locator("#ask")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def the_question_before_everything_is_erased(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/erase")


@TABLE.state("GET /requests/{reference}", "haralds")
async def the_question_before_a_request_is_taken_over(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/takeover")


@TABLE.state("GET /requests/{reference}/sides", "haralds")
async def the_page_on_which_two_requests_become_two_sides(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['taken']}/sides")
    await expect(walk.page.locator("form[action$='/sides'] select")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_closed_request_that_can_be_opened_again(walk: Walk) -> None:
    await walk.open("closed")
    await expect(walk.page.locator("#undo")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_report_that_could_be_joined(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['reported']}")
    await walk.page.click("#join summary")
    await expect(walk.page.locator("#join [name=to]").first).to_be_visible()


@TABLE.state("GET /requests/{reference}", "haralds")
async def a_report_that_the_head_could_join_after_reading(walk: Walk) -> None:
    await reads(walk.runtime, await walk.who("haralds"), walk.requests["reported"])
    await walk.go(f"/requests/{walk.requests['reported']}")
    await walk.page.click("#join summary")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_report_that_is_joined(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['joined']}")
    await expect(walk.page.locator("#joined a")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_with_a_report(walk: Walk) -> None:
    await walk.open("widened")
    await expect(walk.page.locator("#joined a")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "anna")
async def the_question_before_a_report_is_joined(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['reported']}/join", to=walk.requests["widened"])


@TABLE.state("GET /requests/{reference}", "haralds")
async def the_question_before_they_are_taken_apart(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['joined']}/part")


@TABLE.state("GET /requests/{reference}", "anna", 409)
async def a_joined_report_that_is_to_be_taken(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['joined']}/take")


@TABLE.state("GET /requests/{reference}", "anna", 423)
async def the_number_of_a_report_whose_own_request_is_gone(walk: Walk) -> None:
    await casework.take(walk.runtime, await walk.who("anna"), walk.requests["left over"])
    await walk.post(f"/requests/{walk.requests['left over']}/reveal")


@TABLE.state("GET /requests/{reference}", "haralds")
async def a_request_that_was_erased_at_a_wish(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['erased']}")


@TABLE.state("GET /requests", "haralds")
async def what_has_ended_as_the_head_sees_it(walk: Walk) -> None:
    await walk.go("/requests?state=ended&done=erase.1a2b3c")


@TABLE.state("GET /requests", "anna")
async def a_code_that_leads_nowhere(walk: Walk) -> None:
    await walk.go("/requests?done=not_found")


@TABLE.state("GET /requests", "anna")
async def a_word_that_fits_nothing(walk: Walk) -> None:
    await walk.go("/requests")
    await walk.page.click("#find summary")
    await walk.page.fill("#find [name=word]", "nekas")
    await walk.page.select_option("#find [name=language]", "lv")
    if await walk.page.locator("#find [name=passphrase]").is_visible():
        await walk.page.fill("#find [name=passphrase]", PASSPHRASE)
    await walk.page.click("#find-by-word button")
    await expect(walk.page.locator("#find-told")).to_be_visible()


@TABLE.state("GET /requests/{reference}", "zane")
async def a_request_without_a_key(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['new']}")


@TABLE.state("GET /requests/{reference}", "zane")
async def a_request_that_someone_else_took(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['taken']}")


@TABLE.state("GET /requests/{reference}", "anna")
async def a_request_that_was_closed(walk: Walk) -> None:
    await walk.go(f"/requests/{walk.requests['closed']}")


@TABLE.state("GET /requests/{reference}", "anna", 404)
async def a_request_that_is_not_there(walk: Walk) -> None:
    await walk.go("/requests/none")


@TABLE.state("GET /requests/{reference}", "anna", 400)
async def a_reason_that_was_refused_on_a_page_of_its_own(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/lower", reason="call me on 26123456")


@TABLE.state("GET /requests/{reference}", "anna", 403)
async def an_action_that_was_refused_with_what_was_typed(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['new']}/extend", reason="kept for the answer of the court")


# --- The call list ----------------------------------------------------------------------------------------------------

TABLE.plain("GET /calls", "zane", "the call list of who holds no key")


@TABLE.state("GET /calls", "anna")
async def the_call_list(walk: Walk) -> None:
    await walk.go("/calls")
    await expect(walk.page.locator("#unlock, #calls").filter(visible=True).first).to_be_visible()
    if await walk.page.locator("#passphrase").is_visible():
        await walk.page.fill("#passphrase", PASSPHRASE)
        await walk.page.click("#unlock button")
    await expect(walk.page.locator("#calls")).to_be_visible()
