"""The tools the other tests lean on are real: a browser, a PostgreSQL, an age that opens what the bundle sealed."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiohttp import web
from sqlalchemy import text

from storage.database import make_engine
from storage.urls import with_driver
from tests.conftest import ROOT, OpenPage
from tests.copies import Copies
from tests.pages import EVERYTHING, WORDS, HtmlChecker, unusable

AN_ENTRY = """
    INSERT INTO audit (id, at, actor, event, subject, previous, chain) VALUES (1, now(), 'a', 'b', 'c', '', '')
"""
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


@pytest.mark.parametrize("asked", [EVERYTHING, WORDS], ids=["everything", "words"])
@pytest.mark.parametrize(
    "html, rule",
    [
        ('<html lang="lv"><title>x</title><main><h1>x</h1><input></main>', "label"),
        ('<html lang="lv"><title>x</title><main><h1>x</h1><button></button></main>', "button-name"),
        ('<html lang="lv"><title>x</title><main><h1>x</h1><a href="/"><img src="a"></a></main>', "image-alt"),
        ('<html lang="lv"><title>x</title><main><h1>x</h1><p lang="xx-x">x</p></main>', "valid-lang"),
        ("<html><title>x</title><main><h1>x</h1></main>", "html-has-lang"),
        ('<html lang="lv"><title></title><main><h1>x</h1></main>', "document-title"),
    ],
)
async def test_axe_finds_what_somebody_could_not_use(
    browser_page: OpenPage, html: str, rule: str, asked: Mapping[str, Any]
) -> None:
    """Also where it is asked for less: for what a page can lose in one language alone."""
    page = await browser_page()
    await page.set_content(html)
    assert rule in {fault.partition(":")[0] for fault in await unusable(page, asked)}


async def test_axe_looks_at_colours_where_it_is_asked_for_everything(browser_page: OpenPage) -> None:
    page = await browser_page()
    await page.set_content('<html lang="lv"><title>x</title><main><h1 style="color: #ddd">words</h1></main>')
    assert [fault.partition(":")[0] for fault in await unusable(page)] == ["color-contrast"]


def test_postgresql_is_real_and_empty(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        version = connection.execute("SELECT version()").fetchone()
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert version is not None
    assert version[0].startswith("PostgreSQL ")
    assert tables == (0,)


def test_a_database_that_was_borrowed_is_handed_on_empty_and_with_nobody_in_it(postgres_copies: Copies) -> None:
    """Also the table to which the program itself can only add, and a row that a connection left locked."""
    with postgres_copies.lent() as url:
        left_open = psycopg.connect(url)
        left_open.execute(AN_ENTRY)
        left_open.commit()
        left_open.execute("SELECT * FROM audit FOR UPDATE")
    with postgres_copies.lent() as again, psycopg.connect(again) as connection:
        assert again == url
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.execute(others).fetchone() == (0,)
    left_open.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE workers ADD COLUMN more integer",
        "CREATE TABLE more (id integer)",
        "DROP INDEX ix_known_browsers_worker_id",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
    ],
)
def test_a_database_that_got_another_shape_is_handed_to_nobody(postgres_copies: Copies, change: str) -> None:
    with postgres_copies.lent() as url, psycopg.connect(url) as connection:
        connection.execute(change.encode())
    with postgres_copies.lent() as another:
        assert another != url


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
