"""What the desk refuses, and our own mistakes."""

import sqlite3
from contextlib import closing

from playwright.async_api import expect

from tests.desk.states.walking import NOBODY, Table, Walk

TABLE = Table()


@TABLE.state("GET /requests", "olga", 403)
async def a_page_of_another_role(walk: Walk) -> None:
    await walk.go("/requests")


@TABLE.state("GET /conduct", "andris", 400)
async def a_form_that_was_not_understood(walk: Walk) -> None:
    await walk.post("/conduct")


@TABLE.state("GET /requests/{reference}", "zane", 409)
async def a_colleague_who_was_faster(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['taken']}/take")


@TABLE.state("GET /requests/{reference}", "anna", 410)
async def a_request_that_was_withdrawn(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['withdrawn']}/take")


@TABLE.state("GET /requests/{reference}", "anna", 400)
async def a_reason_that_is_none(walk: Walk) -> None:
    await walk.post(f"/requests/{walk.requests['new']}/lower", reason="no")


@TABLE.state("GET /me", "eva", 409)
async def a_new_app_whose_code_was_wrong(walk: Walk) -> None:
    await walk.confirm("eva")
    await walk.go("/me")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/me/app'] button")
    await walk.page.fill("#app [name=code]", "000000")
    async with walk.page.expect_navigation():
        await walk.page.click("#app button")
    await expect(walk.page.locator("#app [role=alert]")).to_be_visible()
    await expect(walk.page.locator("#app svg")).to_be_visible()


@TABLE.state("GET /me", "eva", 409)
async def a_new_password_that_is_too_easy(walk: Walk) -> None:
    await walk.confirm("eva")
    await walk.go("/me")
    for name in ("password", "again"):
        await walk.page.fill(f"#new-password [name={name}]", "blakus blakus blakus")
    async with walk.page.expect_navigation():
        await walk.page.click("#new-password button")


@TABLE.state("GET /me", "andris", 401)
async def a_press_after_signing_out(walk: Walk) -> None:
    await walk.go("/me")
    await walk.become(NOBODY)
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/me/codes'] button")


@TABLE.state("GET /audit", "dace")
async def a_broken_audit_for_the_officer(walk: Walk) -> None:
    with closing(sqlite3.connect(walk.file, isolation_level=None)) as beneath:
        beneath.execute("DROP TRIGGER IF EXISTS audit_stays")
        beneath.execute("UPDATE audit SET actor = 'nobody' WHERE id = 3")
    await walk.go("/audit")
    await expect(walk.page.locator("#chain[role=alert]")).to_be_visible()


@TABLE.state("GET /operation", "olga")
async def a_broken_audit_for_the_operator(walk: Walk) -> None:
    await walk.go("/operation")
    await expect(walk.page.locator("#chain[role=alert]")).to_be_visible()


@TABLE.state("GET /content", "eva", 500)
async def our_own_mistake(walk: Walk) -> None:
    walk.runtime.content = None  # type: ignore[assignment]
    await walk.go("/content")
