"""The desk: a queue of ten thousand requests, and opening one in a real browser."""

import asyncio
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pyotp
from aiohttp import ClientSession, CookieJar
from playwright.async_api import async_playwright, expect

from bench import targets
from bench.scenarios import Bench
from bench.way import SECRET
from bot.demo import SERVICE, WORKERS
from bot.runtime import Secrets, utc_now
from bot.usecases.accounts.workers import DEMO_PASSWORD
from storage.contact_requests import ContactRequest
from storage.database import Database

MANY = 10_000
LOGIN = WORKERS[0][0]
CODE = re.compile(rf"{LOGIN}.*?<td[^>]*>\s*(\d{{6}})\s*</td>\s*</tr>", re.DOTALL)
ALONE = {"BOT_MODE": "demo", "BOT_PUBLIC_URL": "", "BOT_TELEGRAM_TOKEN": ""}
"""Demo mode, without public address or Telegram: its sign-in page shows the workers' codes."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


async def desk(bench: Bench) -> None:
    """Measure both on the real program, with the workers of the demonstration."""
    bench.table.heading(f"The desk, with {MANY:,} requests in the queue")
    async with targets.blakus(bench.load.api, "desk", **ALONE):
        pass  # this filled in the demonstration
    await _fill_queue(targets.VAR / "desk" / "blakus.sqlite")
    async with targets.blakus(bench.load.api, "desk", keep=True, **ALONE) as target:
        url = f"http://127.0.0.1:{target.desk}"
        await _queue(bench, url)
        await _opening(bench, url)


async def _fill_queue(file: Path) -> None:
    database = Database(f"sqlite:///{file}", Secrets(SECRET).storage)
    await database.open()
    now = utc_now()
    async with database.store() as store:
        for number in range(MANY):
            await store.requests.add(
                ContactRequest(
                    id=f"{number:032x}", once_hash=b"o%d" % number, receipt_hash=b"r%d" % number, service_id=SERVICE,
                    sealed=b"x" * 4096, priority="in_order", language="lv", created_hour=now,
                    read_by=now + timedelta(days=1), purge_at=now + timedelta(days=29),
                )
            )  # fmt: skip
    await database.close()


async def _queue(bench: Bench, url: str) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with ClientSession(url, cookie_jar=CookieJar(unsafe=True), headers=headers) as browser:
        async with browser.get("/sign-in") as answer:
            found = CODE.search(await answer.text())
        code = found[1] if found else pyotp.random_base32()
        form = {"login": LOGIN, "password": DEMO_PASSWORD, "code": code}
        async with browser.post("/sign-in", data=form) as answer:
            await answer.read()
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            async with browser.get("/requests") as answer:
                text = await answer.text()
            took.append((time.perf_counter() - begun) * 1000)
    if text.count("/requests/") < 100:
        raise RuntimeError("the queue was not shown")
    took.sort()
    bench.table.say(f"  the queue: p50 {took[10]:.0f} ms, p95 {took[18]:.0f} ms, {len(text.encode()) / 1024:.0f} kB")
    bench.table.at_most("desk: a queue of 10,000, server time p95", 50, took[18], " ms")


async def _opening(bench: Bench, url: str) -> None:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        bench.table.say("  !!! opening a request: not measured here, there is no Chromium")
        bench.table.at_most("desk: opening a request in Chromium", 500, None, " ms")
        return
    await asyncio.sleep(31)  # a code is valid only once
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--no-first-run"])
        page = await chromium.new_page()
        await page.goto(f"{url}/sign-in")
        row = page.locator("table.demo tr", has_text=LOGIN)
        await page.fill("[name=code]", await row.locator("td").last.inner_text())
        await page.fill("[name=login]", LOGIN)
        await page.fill("[name=password]", DEMO_PASSWORD)
        await page.click("main form button")
        await page.goto(f"{url}/requests")
        tagged = page.locator(".queue li", has=page.locator(".tag")).locator("h2 a")
        addresses = [await link.get_attribute("href") for link in await tagged.all()]
        took = []
        for number in range(4):
            await page.goto(f"{url}{addresses[number % len(addresses)]}")
            await expect(page.locator("#unlock button").first).to_be_visible(timeout=20_000)
            if await page.locator("#passphrase").is_visible():
                await page.fill("#passphrase", DEMO_PASSWORD)
            begun = time.perf_counter()
            await page.click("#unlock button")
            await expect(page.locator("#header-line")).to_be_visible(timeout=20_000)
            took.append((time.perf_counter() - begun) * 1000)
        await chromium.close()
    first, *after = took
    bench.table.say(
        f"  opening: {first:.0f} ms with the passphrase, then {', '.join(f'{elapsed:.0f}' for elapsed in after)} ms"
    )
    bench.table.at_most("desk: opening a request in Chromium", 500, sorted(after)[len(after) // 2], " ms")
