"""Whole conversations look the same through every face. `pytest --rewrite` writes them anew; the diff is reviewed."""

import pyrage
import pytest

from bot.content import Content
from bot.engine.dialogue import World
from bot.runtime import Runtime
from bot.usecases import social_services
from storage.social_services import ServiceKey, SocialService
from storage.workers import Worker
from tests.faces import NOON, Clock, ConverseFace, EngineFace, Face, Transcript, transcripts

BALVI = "balvu-novads"
WEEK = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

pytestmark = pytest.mark.parametrize("transcript", transcripts(), ids=lambda transcript: transcript.name)


@pytest.fixture
async def balvi(runtime: Runtime) -> Runtime:
    """One municipality's service reads requests; all others can only be rung up."""
    async with runtime.database.store() as store:
        names = {"lv": "Parauga sociālais dienests", "ru": "Образец социальной службы"}
        await store.services.put(
            SocialService(
                id="sample", names=names, places=[BALVI], phone="60000000", hours=WEEK, reads_within_minutes=60
            )
        )
        worker = Worker(name="Paraugs", login="paraugs", role="worker", service_id="sample", created_at=NOON)
        await store.workers.add(worker)
        recipient = str(pyrage.x25519.Identity.generate().to_public())
        key = ServiceKey(service_id="sample", recipient=recipient, wrapped=b"-", made_by=worker.id, made_at=NOON)
        await store.services.add_key(key)
    return runtime


async def test_the_pure_engine_tells_the_transcript(
    transcript: Transcript, shipped: Content, balvi: Runtime, request: pytest.FixtureRequest
) -> None:
    words = {
        (place, language): await social_services.words(balvi, place, language)
        for place in (BALVI, "jelgava")
        for language in ("lv", "ru")
    }
    face = EngineFace(shipped, transcript.language, World(frozenset({BALVI})), words)
    if request.config.getoption("--rewrite"):
        seen = [await face.do(turn.does) for turn in transcript.turns]
        transcript.path.write_text(transcript.rewritten(seen))
    else:
        await tells(face, transcript)


async def test_conversing_with_a_database_tells_the_same(transcript: Transcript, balvi: Runtime, clock: Clock) -> None:
    await tells(ConverseFace(balvi, clock, transcript.language), transcript)


async def tells(face: Face, transcript: Transcript) -> None:
    for number, turn in enumerate(transcript.turns, start=1):
        seen = await face.do(turn.does)
        assert seen == turn.shows, f"{transcript.name}, turn {number}: > {turn.does}"
