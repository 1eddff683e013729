"""What the officer reads about how long things are kept: the limits in use, that jobs run, and nothing of anybody."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.desk.operation.retention_words import JOBS, KINDS
from bot.engine.heard import Started
from bot.jobs import timetable
from bot.runtime import Runtime
from bot.usecases.operation import retention
from bot.usecases.operation.retention import BY_ITSELF
from bot.usecases.person import contact, converse
from bot.usecases.person.converse import Address
from bot.usecases.person.counting import flush
from bot.usecases.services import trials
from tests.faces import Clock
from tests.people import (
    CANARIES,
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    serving,
    sign_in,
)
from tests.test_docs import amount, constant, table

WELL = "Every job that erases ran lately, and nothing is kept beyond its time."


@pytest.fixture
async def officer(runtime: Runtime, clock: Clock) -> AsyncIterator[ClientSession]:
    dace = await a_colleague(runtime, clock, "dace", "dpo", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, dace)
        browser.cookie_jar.update_cookies({"language": "en"})
        yield browser


async def read(officer: ClientSession) -> str:
    async with officer.get("/clocks") as answer:
        assert answer.status == 200
        return await answer.text()


async def row(officer: ClientSession, kind: str) -> str:
    """What the page says of one kind, without its markup."""
    found = re.search(rf"<dt>{re.escape(KINDS[kind])}</dt>\s*<dd>(.*?)</dd>", await read(officer), re.S)
    assert found
    return re.sub("<[^>]+>", "", found[1])


async def all_jobs_run(runtime: Runtime) -> None:
    for name, (_, job) in timetable(runtime, None).items():
        await job()
        runtime.pending.ran[name] = runtime.now()
    await flush(runtime)


def test_the_list_holds_every_clock_of_the_table_in_the_documentation(runtime: Runtime) -> None:
    """Except what lies in memory alone, and is stored nowhere."""
    content = runtime.content
    said = [
        (constant(clock, content), job.strip("`– "))
        for _, where, after, clock, job, _ in table("What each clock erases")
        if clock.strip("– ") and where != "memory" and amount(after)
    ]
    shown = [(clock.lasts, job) for job, its in retention.clocks(content).items() for clock in its]
    assert sorted(shown) == sorted(said)


def test_every_job_of_the_list_is_one_of_the_program_and_has_words(runtime: Runtime) -> None:
    listed = retention.clocks(runtime.content)
    assert listed.keys() - {BY_ITSELF} <= timetable(runtime, None).keys()
    assert listed.keys() == JOBS.keys()
    assert {clock.kind for its in listed.values() for clock in its} == KINDS.keys()


async def test_the_page_says_the_limits_in_use_and_when_each_job_ran(
    runtime: Runtime, officer: ClientSession, clock: Clock
) -> None:
    assert "The job has not run yet." in await read(officer)
    assert WELL not in await read(officer)
    await all_jobs_run(runtime)
    assert WELL in await read(officer)
    assert await row(officer, "conversation") == "30 minutes – nothing is kept beyond its time"
    assert await row(officer, "invitation") == "2 days"
    assert (await row(officer, "audit")).startswith("366 days – next erased: November 2027")
    content = runtime.content
    runtime.content = replace(content, request=content.request.model_copy(update={"erased_after_days": 21}))
    assert (await row(officer, "open_request")).startswith("21 days")


async def test_a_job_that_did_not_run_lately_is_told(runtime: Runtime, officer: ClientSession, clock: Clock) -> None:
    await all_jobs_run(runtime)
    clock.move(minutes=11)
    said = await read(officer)
    assert WELL not in said
    assert "That is too long ago." in said.partition('id="job-sweep_requests"')[2].partition("<dl")[0]
    assert "That is too long ago." not in said.partition('id="job-forget_old"')[2].partition("<dl")[0], "it runs hourly"


async def a_conversation(runtime: Runtime, _: Clock) -> None:
    await converse.hear(runtime, Address("telegram", "700100200300"), Started())


async def a_letter(runtime: Runtime, _: Clock) -> None:
    await a_request(runtime)


async def a_withdrawn_request(runtime: Runtime, _: Clock) -> None:
    assert await contact.withdraw(runtime, await a_request(runtime))


async def a_test_mail(runtime: Runtime, _: Clock) -> None:
    await trials.make_link(runtime, "balvi", "new@example.org")


async def a_sign_in(runtime: Runtime, clock: Clock) -> None:
    await acting(runtime, clock, await a_colleague(runtime, clock, "zane", "worker", "balvi"))


async def a_press(runtime: Runtime, _: Clock) -> None:
    await flush(runtime)


KEPT: Mapping[str, Callable[[Runtime, Clock], Awaitable[None]]] = {
    "conversation": a_conversation,
    "open_request": a_letter,
    "tombstone": a_withdrawn_request,
    "consent": a_letter,
    "test_mail": a_test_mail,
    "session_row": a_sign_in,
    "presses": a_press,
    "audit": a_sign_in,
}


@pytest.mark.parametrize("kind", KEPT)
async def test_what_is_kept_beyond_its_time_is_told_until_the_job_has_erased_it(
    runtime: Runtime, clock: Clock, kind: str
) -> None:
    """A job that is noted as run, and has erased nothing, is what nobody would notice."""
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    await KEPT[kind](runtime, clock)
    ((lasts, rows),) = {
        (term.lasts, term.rows)
        for its in retention.clocks(runtime.content).values()
        for term in its
        if term.kind == kind
    }
    assert not await late(runtime, kind), rows
    clock.move(seconds=int((lasts + retention.PATIENCE + timedelta(days=2)).total_seconds()))
    async with runtime.database.store() as store:
        store.audit.add("demo_seeded", "system", "", at=runtime.now())
    assert await late(runtime, kind)
    for _ in range(2):  # what is erased leaves a tombstone, which has a clock of its own
        await all_jobs_run(runtime)
    assert not await late(runtime, kind)


async def late(runtime: Runtime, kind: str) -> bool:
    (found,) = [
        term.late for job in await retention.list_jobs(runtime) for term in job.clocks if term.clock.kind == kind
    ]
    return found


async def test_the_page_tells_nothing_of_anybody(runtime: Runtime, clock: Clock, officer: ClientSession) -> None:
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    before = await read(officer)
    await a_conversation(runtime, clock)
    assert await read(officer) == before, "not even that somebody writes"
    await a_request(runtime)
    said = await read(officer)
    assert not [word for word in (*CANARIES, "700100200300", "ilze", "balvi") if word in said]
