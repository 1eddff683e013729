"""What a monitor may ask for: numbers with labels of ours, behind a token, and no person in them."""

import logging
import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot import jobs
from bot.engine.heard import Pressed, Typed
from bot.metrics import AGES, LONGER, Events, age
from bot.runtime import Runtime
from bot.usecases.person import outage
from bot.usecases.person.converse import Address, Arrival
from storage.database import Database
from tests.faces import Clock
from tests.people import CANARIES, a_desk_mate, a_key, a_request, a_service, browser_of, serving

TOKEN = "a token of the monitor"
TYPED = "kanārijputniņš"


@pytest.fixture
def watched(runtime: Runtime) -> Runtime:
    """An installation with a monitor."""
    return replace(runtime, settings=runtime.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}))


async def asked(runtime: Runtime, token: str) -> tuple[int, str]:
    given = {"Authorization": f"Bearer {token}"}
    async with serving(runtime) as url, browser_of(url) as monitor, monitor.get("/metrics", headers=given) as answer:
        return answer.status, await answer.text()


async def test_without_the_token_there_is_no_such_page(runtime: Runtime, watched: Runtime) -> None:
    assert (await asked(watched, "a guess"))[0] == 404
    assert (await asked(runtime, ""))[0] == 404
    assert (await asked(watched, TOKEN))[0] == 200


async def test_turns_jobs_errors_and_queues_are_counted_and_no_person_is_in_them(
    watched: Runtime, clock: Clock
) -> None:
    await a_service(watched)
    await a_key(watched, await a_desk_mate(watched, "ilze", "worker", "balvi"))
    await a_request(watched)
    await outage.hear(watched, Address("web", "kanārija-čats"), Pressed("start", "go"), Arrival())
    await outage.hear(watched, Address("web", "kanārija-čats"), Typed(TYPED), Arrival())

    async def fails() -> None:
        raise ValueError(TYPED)

    events = Events(watched.metrics)
    logging.getLogger().addHandler(events)
    await jobs.run(watched, "sweep_requests", fails)
    logging.getLogger("aiohttp.server").error(TYPED)
    logging.getLogger().removeHandler(events)
    clock.move(days=3)
    _, text = await asked(watched, TOKEN)
    numbers = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert numbers["blakus_turns_total", "web", "kept"] == 2
    assert numbers["blakus_job_failures_total", "sweep_requests"] == 1
    assert numbers["blakus_events_total", "job_failed", "error"] == 1
    assert numbers["blakus_oldest_waiting", LONGER, "unread"] == 1
    assert numbers["blakus_oldest_waiting", "an hour", "unread"] == 0
    assert numbers["blakus_database",] == numbers["blakus_leads",] == 1
    for word in (*CANARIES, TYPED, "kanārija-čats", "balv", "start", "court"):
        assert word not in text
    assert set(re.findall(r"(\w+)=", text)) <= {"channel", "state", "event", "level", "job", "queue", "age", "le"}


async def test_with_the_database_gone_the_page_says_so(watched: Runtime) -> None:
    watched.database = Database("sqlite:////nowhere/at/all.sqlite", b"k" * 32)
    await outage.hear(watched, Address("web", "x"), Pressed("start", "go"), Arrival())
    _, text = await asked(watched, TOKEN)
    assert "blakus_database 0.0" in text
    assert 'blakus_turns_total{channel="web",state="memory"} 1.0' in text


def test_ages_are_coarse() -> None:
    assert [age(seconds) for seconds in (None, 0, 3600, 3601, 14_401, 90_000)] == [
        *("none", "an hour", "an hour", "four hours"), "a day", LONGER
    ]  # fmt: skip
    assert len(AGES) == 4
