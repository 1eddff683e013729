"""Whole conversations look the same through every face. `pytest --rewrite` writes them anew; the diff is reviewed."""

from collections.abc import AsyncIterator

import pyrage
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels import form
from bot.channels.webchat import public_app
from bot.content import Content
from bot.engine.dialogue import World
from bot.runtime import Runtime
from bot.usecases.services import offers
from storage.social_services import ServiceKey, SocialService
from storage.workers import Worker
from tests.channels.browser_face import BrowserFace, PlainFace, told
from tests.channels.telegram_face import telegram_face
from tests.channels.web import another_site
from tests.conftest import OpenPage
from tests.faces import NOON, Clock, ConverseFace, EngineFace, Face, TerminalFace, Transcript, transcripts
from tests.storage.rows import reachable

BALVI = "balvu-novads"
WEEK = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

LOCALES = {"lv": "lv-LV", "ru": "ru-RU", "en": "en-GB", "uk": "uk-UA"}
NO_SCRIPT = ("not-by-button.lv", "no-service.ru", "half-an-hour.lv", "hidden.lv")

each = pytest.mark.parametrize("transcript", transcripts(), ids=lambda transcript: transcript.name)
IN_BROWSERS = [
    pytest.param(transcript, True, id=f"script-{transcript.name}")
    for number, transcript in enumerate(transcripts())
    if transcript.language == "lv" or number // 2 % 2 == 0
] + [
    pytest.param(transcript, False, id=f"no-script-{transcript.name}")
    for transcript in transcripts()
    if transcript.name.partition(".")[0] == "danger" or transcript.name in NO_SCRIPT
]
"""With a script each story in one language, and every other one in the others. Without one, a browser only shows what
the server says and posts what its forms hold, and plain forms tell each story: here it does in each language, and where
words are typed, the list is unfolded, time passes, or the conversation is hidden."""


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


@pytest.fixture
async def public(balvi: Runtime) -> AsyncIterator[str]:
    """The address of the web chat, whose exit leads to another site on this machine."""
    form_page, routes = form.pages_of(balvi)
    async with TestServer(another_site([]), host="localhost") as elsewhere:
        exit_url = str(elsewhere.make_url("/today"))
        balvi.settings = balvi.settings.model_copy(update={"exit_url": exit_url})
        async with TestServer(public_app(balvi, form_page, routes)) as server:
            yield str(server.make_url("/"))


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


@each
async def test_plain_forms_tell_the_same(transcript: Transcript, public: str, clock: Clock) -> None:
    async with ClientSession(headers={"Accept-Language": LOCALES[transcript.language]}) as session:
        await seen_as_told(PlainFace(session, public, clock), transcript)


@pytest.mark.parametrize("transcript, script", IN_BROWSERS)
async def test_a_real_browser_tells_the_same(
    transcript: Transcript, public: str, clock: Clock, browser_page: OpenPage, script: bool
) -> None:
    page = await browser_page(java_script_enabled=script, locale=LOCALES[transcript.language])
    await seen_as_told(BrowserFace(page, public, clock, script), transcript)


async def seen_as_told(face: BrowserFace | PlainFace, transcript: Transcript) -> None:
    for number, turn in enumerate(transcript.turns, start=1):
        seen = await face.do(turn.does)
        assert seen is None or seen == told(turn.shows), f"{transcript.name}, turn {number}: > {turn.does}"


async def tells(face: Face, transcript: Transcript) -> None:
    for number, turn in enumerate(transcript.turns, start=1):
        seen = await face.do(turn.does)
        assert seen == turn.shows, f"{transcript.name}, turn {number}: > {turn.does}"
