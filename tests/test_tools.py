"""The tools the other tests lean on are real: a browser, a PostgreSQL, an age that opens what the bundle sealed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from aiohttp import web
from sqlalchemy import text

from storage.database import make_engine
from storage.urls import with_driver
from tests.conftest import ROOT, OpenPage
from tests.pages import HtmlChecker, unusable

VENDOR = ROOT / "bot" / "desk" / "static" / "vendor"
WRITES_ITS_LANGUAGE = "<p>none</p><script>document.querySelector('p').textContent = navigator.language</script>"
SEALS = """async (text) => {
    const age = await import("/vendor/age.js");
    const identity = await age.generateX25519Identity();
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(await age.identityToRecipient(identity));
    return [identity, age.armor.encode(await encrypter.encrypt(text))];
}"""


async def test_a_page_runs_its_script_in_a_real_browser(browser_page: OpenPage) -> None:
    page = await browser_page(locale="ru-RU")
    await page.set_content(WRITES_ITS_LANGUAGE)
    assert await page.inner_text("p") == "ru-RU"


async def test_a_page_can_be_opened_without_javascript(browser_page: OpenPage) -> None:
    page = await browser_page(java_script_enabled=False)
    await page.set_content(WRITES_ITS_LANGUAGE)
    assert await page.inner_text("p") == "none"


@pytest.mark.parametrize(
    "html, rule",
    [
        ("<p>one<div>two</div></p>", "close-order"),
        ("<ul><p>no item</p></ul>", "element-permitted-content"),
        ('<p id="a"></p><p id="a"></p>', "no-dup-id"),
        ('<input type="number" name="a" maxlength="2">', "input-attributes"),
        ('<label for="nobody">a</label>', "no-missing-references"),
    ],
)
async def test_the_html_checker_finds_what_the_standard_forbids(checker: HtmlChecker, html: str, rule: str) -> None:
    page = '<!doctype html><html lang="lv"><head><title>x</title></head><body>{}</body></html>'
    assert await checker.problems(page.format("<p>nothing</p>")) == []
    assert rule in "".join(await checker.problems(page.format(html)))


async def test_axe_finds_what_somebody_could_not_use(browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.set_content('<html lang="lv"><title>x</title><main><h1>x</h1><input></main>')
    assert [one.partition(":")[0] for one in await unusable(page)] == ["label"]


def test_postgresql_is_real_and_empty(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        version = connection.execute("SELECT version()").fetchone()
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert version is not None
    assert version[0].startswith("PostgreSQL ")
    assert tables == (0,)


async def test_either_database_answers_through_sqlalchemy(database_url: str) -> None:
    engine = make_engine(with_driver(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda at_once: at_once.scalar(text("SELECT 20 + 22"))) == 42
    await engine.dispose()


async def test_debians_age_opens_what_the_browser_sealed(
    browser_page: OpenPage, tool: Callable[[str], str], tmp_path: Path
) -> None:
    age = tool("age")
    site = web.Application()
    site.router.add_static("/vendor", VENDOR)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    page = await browser_page()
    await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/vendor/age.js")  # any page of this origin will do
    identity, sealed = await page.evaluate(SEALS, "labdien, здравствуйте")
    await runner.cleanup()

    (tmp_path / "key").write_text(identity)
    opened = subprocess.run(
        [age, "-d", "-i", tmp_path / "key"], input=sealed, capture_output=True, text=True, check=True
    )
    assert opened.stdout == "labdien, здравствуйте"
