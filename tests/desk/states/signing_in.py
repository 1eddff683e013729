"""The first look at an installation, invitations, and signing in."""

from playwright.async_api import expect

from bot.usecases.services import trials
from tests.desk.states.walking import NOBODY, Table, Walk

TABLE = Table()

# --- Before anything has happened -------------------------------------------------------------------------------------

TABLE.plain("GET /sign-in", NOBODY, "the first look", before=True)
TABLE.plain("GET /operation", "olga", "an installation without a service", before=True)
TABLE.plain("GET /audit", "dace", "an audit without entries", before=True)
TABLE.plain("GET /clocks", "dace", "clocks before any job has run", before=True)
TABLE.plain("GET /requests", "anna", "an empty queue of a service without a key", before=True)
TABLE.plain("GET /key", "anna", "a service without a key, a worker without one", before=True)
TABLE.plain("GET /me", "anna", "a sign-in without passkeys and codes", before=True)


# --- Signing in -------------------------------------------------------------------------------------------------------


@TABLE.state("GET /sign-in", NOBODY, 403)
async def a_sign_in_that_failed(walk: Walk) -> None:
    await walk.go("/sign-in")
    await walk.page.fill("[name=login]", "nobody")
    await walk.page.fill("[name=password]", "a guess that is long")
    await walk.page.fill("[name=code]", "000000")
    async with walk.page.expect_navigation():
        await walk.page.click("main form button:not([type])")


@TABLE.state("GET /sign-in", NOBODY)
async def a_sign_in_after_joining(walk: Walk) -> None:
    await walk.go("/sign-in?done=joined")


@TABLE.state("GET /sign-in", NOBODY)
async def a_sign_in_after_half_an_hour_without_a_press(walk: Walk) -> None:
    await walk.go("/sign-in?done=idle")


@TABLE.state("GET /sign-in", NOBODY)
async def a_sign_in_where_passkeys_work(walk: Walk) -> None:
    await walk.page.goto(walk.url.replace("127.0.0.1", "localhost") + "/sign-in")
    await expect(walk.page.locator("#use-passkey")).to_be_visible()


@TABLE.state("GET /join/{token}", NOBODY)
async def an_invitation(walk: Walk) -> None:
    await walk.go(walk.invitation)
    await expect(walk.page.locator("#join")).to_have_count(0)


@TABLE.state("GET /join/{token}", NOBODY)
async def an_invitation_where_passkeys_work(walk: Walk) -> None:
    await walk.page.goto(walk.url.replace("127.0.0.1", "localhost") + walk.invitation)
    await expect(walk.page.locator("#join-passkey")).to_be_visible()


@TABLE.state("GET /join/{token}", NOBODY)
async def the_secret_of_an_invitation(walk: Walk) -> None:
    await walk.go(walk.invitation)
    async with walk.page.expect_navigation():
        await walk.page.click("[name=show]")
    await expect(walk.page.locator("#secret")).to_be_visible()


@TABLE.state("GET /join/{token}", NOBODY)
async def an_invitation_whose_secret_was_shown(walk: Walk) -> None:
    await walk.go(walk.invitation)
    await expect(walk.page.locator("#join")).to_be_visible()


@TABLE.state("GET /join/{token}", NOBODY, 409)
async def an_invitation_with_a_wrong_code(walk: Walk) -> None:
    await walk.go(walk.invitation)
    for name, value in (("code", "000000"), ("password", "x" * 12), ("again", "x" * 12)):
        await walk.page.fill(f"[name={name}]", value)
    async with walk.page.expect_navigation():
        await walk.page.click("#join button")


@TABLE.state("GET /join/{token}", NOBODY, 404)
async def an_invitation_that_was_used(walk: Walk) -> None:
    await walk.go("/join/never-was")


@TABLE.state("GET /address/{token}", NOBODY)
async def a_test_mail_that_arrived(walk: Walk) -> None:
    await walk.go((await trials.make_link(walk.runtime, "balvi", "balvi@example.org")).rpartition("8081")[2])


@TABLE.state("GET /address/{token}", NOBODY)
async def a_test_mail_that_was_confirmed(walk: Walk) -> None:
    link = await trials.make_link(walk.runtime, "balvi", "balvi@example.org")
    await trials.confirm(walk.runtime, link.rpartition("/")[2])
    await walk.go(link.rpartition("8081")[2])


@TABLE.state("GET /address/{token}", NOBODY, 404)
async def a_test_mail_of_long_ago(walk: Walk) -> None:
    await walk.go("/address/never-was")


TABLE.plain("GET /conduct", "eva", "the code of conduct")
