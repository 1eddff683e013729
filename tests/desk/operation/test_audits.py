"""The data-protection officer reads the whole audit: in words, filtered, page by page, and as a file."""

import ast
import csv
import io
import re
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.desk.operation.audit_words import EVENTS
from bot.runtime import Runtime
from bot.usecases.casework.letters import PURPOSES
from bot.usecases.casework.papers import KINDS
from bot.usecases.operation import audit
from tests.conftest import ROOT
from tests.faces import Clock
from tests.people import Colleague, a_colleague, a_desk_mate, a_service, browser_of, serving, sign_in

MANY = 230
ROW = re.compile(r"<tr><td>.*?</tr>", re.S)
OLDER = re.compile(r'rel="next" href="([^"]+)"')
NAMED_ELSEWHERE = {
    "event",
    "NOTED",
    "TOLD",
    "SENT",
    "CONFIRMED",
    "UNFLAGGED",
    "RAISE_TAKEN_BACK",
    "TAKEN_BACK",
    "MARKED",
    "HANDED_OVER",
    "JOINED",
}


@pytest.fixture
async def dace(runtime: Runtime, clock: Clock) -> Colleague:
    """The officer; before she came, a worker's reasons and many openings were noted, the first two years ago."""
    await a_service(runtime)
    anna = await a_desk_mate(runtime, "anna", "worker", "balvi")
    async with runtime.database.store() as store:
        for number in range(MANY):
            at = clock() + timedelta(minutes=number)
            store.audit.add("letter_fetched", anna.id, f"{number:032x}"[::-1], at=at)
        store.audit.add("priority_lowered", anna.id, "abcdef" + "0" * 26, "=HYPERLINK(1)", at=clock())
        store.audit.add("an_event_of_long_ago", "system", "balvi", at=clock() - timedelta(days=200))
    return await a_colleague(runtime, clock, "dace", "dpo", None)


async def seen(browser: ClientSession, query: str = "") -> tuple[list[str], str]:
    async with browser.get(f"/audit{query}") as answer:
        text = await answer.text()
        assert answer.status == 200
    return ROW.findall(text), text


async def test_every_entry_is_reached_page_by_page_and_said_in_words_with_its_year(
    runtime: Runtime, clock: Clock, dace: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        rows, text = await seen(browser)
        everything = [*rows]
        while older := OLDER.search(text):
            more, text = await seen(browser, older[1].replace("&amp;", "&").removeprefix("/audit"))
            everything += more
    assert len(rows) == audit.PAGE
    assert sum("vēstule atvērta" in row for row in everything) == MANY
    assert all("letter_fetched" not in row for row in everything)
    assert all(f"{clock():%Y}. gada" in row for row in everything)
    (old,) = [row for row in everything if "an_event_of_long_ago" in row]
    assert "balvi" in old, "the name of a service is whole"


async def test_entries_are_chosen_by_request_person_action_and_days(
    runtime: Runtime, clock: Clock, dace: Colleague
) -> None:
    async with runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
    long_ago = f"{clock() - timedelta(days=200):%Y-%m-%d}"
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        for query, count in (
            ("?about=abcdef", 1),
            (f"?who={anna.id}&event=priority_lowered", 1),
            ("?who=system&event=priority_lowered", 0),
            (f"?from={long_ago}&to={long_ago}", 1),
            (f"?to={long_ago}", 1),
            ("?about=a%25", 0),
        ):
            assert len((await seen(browser, query))[0]) == count, query
        rows, text = await seen(browser, f"?who={anna.id}&from=nonsense&before=nonsense")
        assert len(rows) == audit.PAGE
        older = OLDER.search(text)
        assert older
        assert f"who={anna.id}" in older[1], "the next page keeps what was chosen"


async def test_the_page_shows_the_last_link_of_the_chain(runtime: Runtime, clock: Clock, dace: Colleague) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        number, link = await audit.newest_link(runtime)
        _, text = await seen(browser)
    assert link in text
    assert f"Ieraksts {number}:" in text


async def test_the_file_holds_every_page_and_nothing_a_spreadsheet_would_compute(
    runtime: Runtime, clock: Clock, dace: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        async with browser.post("/audit/file", data={}) as answer:
            assert answer.headers["Content-Disposition"].endswith('.csv"')
            rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
        async with browser.post("/audit/file", data={"about": "abcdef"}) as answer:
            (one,) = csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig")))
    assert rows[0]["event"] == "audit_exported"
    assert [int(row["number"]) for row in rows] == [*range(len(rows), 0, -1)]
    assert sum(row["event"] == "letter_fetched" for row in rows) == MANY
    assert (one["event"], one["who"], one["reason"]) == ("priority_lowered", "Anna", "'=HYPERLINK(1)")


def test_everything_that_is_written_into_the_audit_has_words() -> None:
    codes: set[str] = set()
    named: set[str] = set()
    for file in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("audit.add", "audit.add_later")):
                event = node.args[0]
                if isinstance(event, ast.Name):
                    named.add(event.id)
                elif not isinstance(event, ast.JoinedStr):
                    codes |= {str(part.value) for part in ast.walk(event) if isinstance(part, ast.Constant)}
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record_later"):
                codes |= {str(part.value) for part in node.args if isinstance(part, ast.Constant)}
    assert len(codes) > 70
    assert named == NAMED_ELSEWHERE, "give the words of a new one below"
    codes |= {"key_wished", "key_wish_taken_back", "flood_told", "notice_tried", "address_confirmed"}
    codes |= {
        "restore_tried",
        "service_told_not_ready",
        "conflict_unflagged",
        "priority_raise_taken_back",
        "attempt_taken_back",
        "sides_marked",
        "request_taken",
        "request_taken_over",
        "request_reopened",
        "request_handed_over",
        "letters_joined",
    }
    codes |= {f"{kind}_saved" for kind in KINDS} | {f"letter_looked_through_{purpose}" for purpose in PURPOSES}
    assert codes == EVENTS.keys()


async def test_days_and_numbers_beyond_the_calendar_ask_for_nothing(
    runtime: Runtime, clock: Clock, dace: Colleague
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        for query in ("?to=9999-12-31", "?from=0001-01-01", "?before=999999999999999"):
            rows, _ = await seen(browser, query)
            assert len(rows) == audit.PAGE, query


async def test_a_colleague_whose_name_is_a_word_of_the_programs_is_not_taken_for_it(
    runtime: Runtime, clock: Clock, dace: Colleague
) -> None:
    async with runtime.database.store() as store:
        anna = await store.workers.by_login("anna")
        assert anna
        anna.name = "system"
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        (row,), _ = await seen(browser, "?about=abcdef")
    assert "<td>system</td>" in row
