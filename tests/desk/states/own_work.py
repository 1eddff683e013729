"""What belongs to a worker herself, and what operators and officers look at."""

import sqlite3
from contextlib import closing
from datetime import date

from playwright.async_api import expect

from bot.usecases.operation import yearly
from tests.desk.states.walking import Table, Walk

TABLE = Table()

TABLE.plain("GET /about", "anna", "about the desk")
TABLE.plain("GET /directory", "anna", "the other services")
TABLE.plain("GET /me", "eva", "a sign-in with passkeys, codes and two browsers")


@TABLE.state("GET /me", "eva")
async def where_passkeys_are_added(walk: Walk) -> None:
    home = walk.url
    walk.url = home.replace("127.0.0.1", "localhost")
    await walk.become("eva")
    await walk.go("/me")
    await expect(walk.page.locator("#add-passkey")).to_be_visible()
    walk.url = home


TABLE.plain("GET /confirm", "olga", "asked whether it is she")


@TABLE.state("GET /confirm", "dace", 403)
async def asked_before_codes_are_made(walk: Walk) -> None:
    await walk.post("/me/codes")
    await expect(walk.page.locator("#confirm [name=next]")).to_have_value("/me")


@TABLE.state("GET /confirm", "dace", 403)
async def a_wrong_answer_to_that(walk: Walk) -> None:
    await walk.post("/confirm", password="a guess", next="/me")


@TABLE.state("GET /confirm", "eva", 200)
async def asked_where_passkeys_work(walk: Walk) -> None:
    home = walk.url
    walk.url = home.replace("127.0.0.1", "localhost")
    await walk.become("eva")
    await walk.go("/confirm")
    await expect(walk.page.locator("#confirm-passkey")).to_be_visible()
    walk.url = home


@TABLE.state("GET /key/lost", "zane")
async def asked_on_the_page_before_a_second_key(walk: Walk) -> None:
    await walk.go("/key/lost")
    await walk.page.check("[name=sure]")
    for name in ("passphrase", "again"):
        await walk.page.fill(f"#make-own [name={name}]", "entirely other words now")
    await walk.page.click("#make-own button")
    await expect(walk.page.locator("dialog#confirm")).to_be_visible()


@TABLE.state("GET /me", "olga")
async def ten_new_codes(walk: Walk) -> None:
    await walk.post("/me/codes")
    await expect(walk.page.locator("#codes li")).to_have_count(10)


TABLE.plain("GET /content", "eva", "the content as an editor sees it")
TABLE.plain("GET /accounts", "olga", "all accounts as the operator sees them")
TABLE.plain("GET /accounts", "dace", "all accounts as the officer sees them")
TABLE.plain("GET /operation", "olga", "operation")


@TABLE.state("GET /operation", "olga", 409)
async def a_test_mail_without_a_server(walk: Walk) -> None:
    await walk.go("/operation")
    await walk.page.fill("#mail [name=address]", "olga@example.org")
    async with walk.page.expect_navigation():
        await walk.page.click("#mail button")


TABLE.plain("GET /operation/numbers", "olga", "the numbers of a year that is not over")
TABLE.plain("GET /operation/numbers", "eva", "the numbers as an editor sees them")


@TABLE.state("GET /operation/numbers", "olga")
async def the_numbers_of_a_year_that_was_told(walk: Walk) -> None:
    weeks = {"start:go": 120, "menu:court": 35, "*:danger": 40, "of-earlier:content": 20}
    year = walk.runtime.now().year - 1
    async with walk.runtime.database.store() as store:
        await store.counts.publish(date(year, 6, 1), date(year, 6, 7), weeks)
        told = {"sent": 35, "closed:cases": 40, "closed:new_family": 30}
        numbers = {f"{yearly.MARK}:balvi:{row}": number for row, number in told.items()}
        await store.counts.publish_blurred(date(year, 1, 1), {yearly.MARK: 0, **numbers})
    await walk.go(f"/operation/numbers?year={year}")
    await expect(walk.page.locator("main details")).to_have_count(1)


@TABLE.state("GET /operation", "olga")
async def a_look_whether_people_would_be_helped(walk: Walk) -> None:
    await walk.go("/operation")
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/operation/look'] button")
    await expect(walk.page.locator(".looked li").first).to_contain_text("BOT_MODE=service")


TABLE.plain("GET /audit", "dace", "the audit")


@TABLE.state("GET /clocks", "dace")
async def a_clock_that_does_not_run(walk: Walk) -> None:
    with closing(sqlite3.connect(walk.file)) as beneath:
        beneath.execute("INSERT OR REPLACE INTO job_runs (name, ran_at) VALUES ('forget_old', '2020-01-01 00:00:00')")
        beneath.execute("INSERT OR REPLACE INTO daily_counts (day, name, count) VALUES ('2020-01-01', '*', 0)")
        beneath.commit()
    await walk.go("/clocks")
    await expect(walk.page.locator("#job-publish_counts strong")).to_be_visible()
    await expect(walk.page.locator("#job-forget_old strong")).to_be_visible()


@TABLE.state("GET /audit", "dace")
async def a_filter_of_the_audit_that_nothing_fits(walk: Walk) -> None:
    await walk.go("/audit?who=system&event=letter_read&from=2020-01-01&before=2")
