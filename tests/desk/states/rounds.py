"""Rounds of practitioners, and the practice with invented cases."""

from playwright.async_api import expect

from tests.desk.states.walking import NOBODY, Table, Walk

TABLE = Table()

# --- Rounds of practitioners ------------------------------------------------------------------------------------------


@TABLE.state("GET /content/drafts/{draft}/rounds", "eva")
async def the_rounds_of_a_draft(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['draft']}/rounds")


@TABLE.state("GET /content/drafts/{draft}/rounds", "eva", 400)
async def a_round_that_could_not_be_opened(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/rounds")
    for box in await walk.page.locator("[name=card]").all():
        await box.uncheck()
    await walk.page.fill("[name=title]", "Kārta")
    async with walk.page.expect_navigation():
        await walk.page.click("form.opening > button")


@TABLE.state("GET /content/rounds/{round}", "eva")
async def a_round_with_comments(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")


@TABLE.state("GET /content/rounds/{round}", "andris")
async def a_round_as_an_approver_sees_it(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")


@TABLE.state("GET /content/rounds/{round}", "eva")
async def a_link_that_was_made(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}")
    await walk.page.fill("[name=service]", "Rīgas Sociālais dienests")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action$='/invite'] button")


@TABLE.state("GET /content/rounds/{round}/report", "eva")
async def the_report_of_a_round(walk: Walk) -> None:
    await walk.go(f"/content/rounds/{walk.rounds['round']}/report")


@TABLE.state("GET /round/join/{token}", NOBODY)
async def a_link_into_a_round(walk: Walk) -> None:
    await walk.go(walk.rounds["link"])


@TABLE.state("GET /round", NOBODY)
async def a_practitioners_first_page(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round")


@TABLE.state("GET /round/walk", NOBODY)
async def a_screen_of_the_draft(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/walk")


@TABLE.state("GET /round/walk", NOBODY, 400)
async def a_comment_that_could_not_be_kept(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/walk")
    await walk.page.check("[name=kind][value=wrong]")
    await walk.page.fill("#comment [name=text]", "Zvanīt 29123456")
    async with walk.page.expect_navigation():
        await walk.page.click("#comment button")


@TABLE.state("GET /round/practice", NOBODY)
async def the_invented_cases_in_a_round(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice")


@TABLE.state("GET /round/practice/{case}/{step}", NOBODY)
async def a_step_of_an_invented_case_in_a_round(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice/own_violence/closing")


@TABLE.state("GET /round/practice/{case}/{step}", NOBODY, 400)
async def a_comment_on_an_invented_case_that_could_not_be_kept(walk: Walk) -> None:
    await walk.practise()
    await walk.go("/round/practice/own_violence/call")
    await walk.page.check("[name=kind][value=wrong]")
    await walk.page.fill("#comment [name=text]", "Zvanīt 29123456")
    async with walk.page.expect_navigation():
        await walk.page.click("#comment button")


TABLE.plain("GET /round/thanks", NOBODY, "the end of a round")


@TABLE.state("GET /round", NOBODY)
async def a_round_that_is_closed(walk: Walk) -> None:
    async with walk.runtime.database.store() as store:
        await store.rounds.close(walk.rounds["draft"], walk.runtime.now())
    await walk.practise()
    await walk.go("/round")


# --- Practice ---------------------------------------------------------------------------------------------------------

TABLE.plain("GET /practice", "anna", "the invented cases")


@TABLE.state("GET /practice/{case}/{step}", "anna")
async def the_sealed_letter_of_an_invented_case(walk: Walk) -> None:
    await walk.go("/practice/other_answers/letter")
    await expect(walk.page.locator("#sealed")).to_be_visible()


@TABLE.state("GET /practice/{case}/{step}", "haralds")
async def the_opened_letter_of_an_invented_case(walk: Walk) -> None:
    await walk.go("/practice/two_accounts/letter")
    await walk.page.click("#letter button")
    await expect(walk.page.locator("#letter .story")).to_be_visible()


@TABLE.state("GET /practice/{case}/{step}", "eva")
async def what_colleagues_would_consider(walk: Walk) -> None:
    await walk.go("/practice/known_family/conversation")
    for fold in await walk.page.locator(".choice > summary").all():
        await fold.click()
