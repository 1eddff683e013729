"""Whole conversations look the same through every face. `pytest --rewrite` writes them anew; the diff is reviewed."""

import pyrage
import pytest
from aiohttp.test_utils import TestServer

from bot.channels import form
from bot.channels.webchat import public_app
from bot.content import Content
from bot.engine.dialogue import World
from bot.runtime import Runtime
from bot.usecases.services import offers
from storage.social_services import ServiceKey, SocialService
from storage.workers import Worker
from tests.channels.browser_face import BrowserFace, told
from tests.channels.telegram_face import telegram_face
from tests.conftest import OpenPage
from tests.faces import NOON, Clock, ConverseFace, EngineFace, Face, TerminalFace, Transcript, transcripts
from tests.storage.rows import reachable

BALVI = "balvu-novads"
WEEK = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

each = pytest.mark.parametrize("transcript", transcripts(), ids=lambda transcript: transcript.name)
IN_BROWSERS = [
    pytest.param(transcript, script, id=f"{'script' if script else 'no-script'}-{transcript.name}")
    for number, transcript in enumerate(transcripts())
    for script in (True, False)
    if transcript.language == "lv" or script == (number // 2 % 2 == 0)
]
"""Each story with a script and without in one language, and in turn in the others: the words are the server's."""


@pytest.fixture
async def balvi(runtime: Runtime) -> Runtime:
    """One municipality's service reads requests; all others can only be rung up."""
    async with runtime.database.store() as store:
        names = {
            "lv": "Parauga sociālais dienests",
            "ru": "Образец социальной службы",
            "en": "Sample social service",
            "uk": "Зразок соціальної служби",
        }
        await store.services.put(
            SocialService(
                id="sample", names=names, places=[BALVI], phone="60000000", hours=WEEK, reads_within_minutes=60
            )
        )
        recipient = str(pyrage.x25519.Identity.generate().to_public())
        for login in ("paraugs", "piemers"):
            worker = Worker(name="Paraugs", login=login, role="worker", service_id="sample", created_at=NOON)
            await store.workers.add(worker)
            key = ServiceKey(service_id="sample", recipient=recipient, wrapped=b"-", held_by=worker.id, made_at=NOON)
            await store.services.add_key(key)
        await reachable(store, "sample")
    return runtime


@each
async def test_the_pure_engine_tells_the_transcript(
    transcript: Transcript, shipped: Content, balvi: Runtime, request: pytest.FixtureRequest
) -> None:
    words = {
        (place, language): await offers.service_words(balvi, place, language)
        for place in (BALVI, "jelgava")
        for language in shipped.dialogue.languages
    }
    face = EngineFace(shipped, transcript.language, World(frozenset({BALVI})), words)
    if request.config.getoption("--rewrite"):
        seen = [await face.do(turn.does) for turn in transcript.turns]
        transcript.path.write_text(transcript.rewritten(seen))
    else:
        await tells(face, transcript)


@each
async def test_conversing_with_a_database_tells_the_same(transcript: Transcript, balvi: Runtime, clock: Clock) -> None:
    await tells(ConverseFace(balvi, clock, transcript.language), transcript)


@each
async def test_the_terminal_tells_the_same(transcript: Transcript, balvi: Runtime, clock: Clock) -> None:
    face = TerminalFace(balvi, clock, transcript.language)
    for number, turn in enumerate(transcript.turns, start=1):
        seen = await face.do(turn.does)
        assert seen is None or told(seen) == told(turn.shows), f"{transcript.name}, turn {number}: > {turn.does}"


@each
async def test_telegram_tells_the_same_in_one_message(transcript: Transcript, balvi: Runtime, clock: Clock) -> None:
    async with telegram_face(balvi, clock, transcript.language) as face:
        await tells(face, transcript)
        assert face.person.chat.most_alive <= 2


@pytest.mark.parametrize("transcript, script", IN_BROWSERS)
async def test_a_real_browser_tells_the_same(
    transcript: Transcript, balvi: Runtime, clock: Clock, browser_page: OpenPage, script: bool
) -> None:
    form_page, routes = form.pages_of(balvi)
    locale = {"lv": "lv-LV", "ru": "ru-RU", "en": "en-GB", "uk": "uk-UA"}[transcript.language]
    async with TestServer(public_app(balvi, form_page, routes)) as server:
        page = await browser_page(java_script_enabled=script, locale=locale)
        await page.route("**/*.lv/**", lambda route: route.fulfill(body="elsewhere"))
        face = BrowserFace(page, str(server.make_url("/")), clock, script)
        for number, turn in enumerate(transcript.turns, start=1):
            seen = await face.do(turn.does)
            assert seen is None or seen == told(turn.shows), f"{transcript.name}, turn {number}: > {turn.does}"


async def tells(face: Face, transcript: Transcript) -> None:
    for number, turn in enumerate(transcript.turns, start=1):
        seen = await face.do(turn.does)
        assert seen == turn.shows, f"{transcript.name}, turn {number}: > {turn.does}"
