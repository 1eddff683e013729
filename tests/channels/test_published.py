"""Another revision is published while people are on the way: nobody gets stuck, and nobody agreed to other words."""

from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot import jobs
from bot.content import parse
from bot.editing import Edit, apply
from bot.runtime import Runtime
from tests.channels.forms import CALL, Visitor, furnish, visiting
from tests.channels.telegram_bot import Talk
from tests.channels.web import web_chat
from tests.patience import until


def publish(runtime: Runtime, *edits: Edit) -> None:
    """What following a revision does in the end."""
    runtime.content = parse(apply(runtime.content.files, edits))


@pytest.fixture
async def identity(runtime: Runtime) -> Identity:
    """The key of the one service that can be addressed."""
    return await furnish(runtime)


async def test_on_telegram_a_screen_that_is_gone_leads_to_the_nearest_one(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Tiesa")
    publish(
        talk.runtime,
        Edit("screen", "help", {"chapter": "help", "choices": {"back": {"to": "menu"}}}),
        Edit("choice", "menu:help", {"to": "help"}),
        *(Edit("text", key, "Palīdzība", "lv") for key in ("help", "help:back", "menu:help")),
        Edit("retire", "court", {"to": "menu"}),
    )
    await talk.anna.press("Uz izvēlni")
    assert await talk.screen() == "menu"
    assert "Ko vēlaties zināt?" in talk.anna.sees
    await talk.anna.press("Palīdzība")
    assert await talk.screen() == "help"
    assert len(talk.anna.chat.alive) == 1


async def test_on_the_web_a_screen_that_is_gone_leads_to_the_nearest_one(tmp_path: Path) -> None:
    async with web_chat(tmp_path) as chat:
        page = await chat.at("court-protection")
        publish(chat.runtime, Edit("retire", "court-protection", {"to": "menu"}))
        after = await chat.press(page, "contact")
        assert (after.status, after.screen) == (200, chat.runtime.content.dialogue.first)
        assert "danger" in after.choices
        assert (await chat.press(after, "go")).screen == "menu"


async def test_what_was_read_before_another_wording_was_published_is_no_consent_to_it(
    runtime: Runtime, identity: Identity
) -> None:
    async with visiting(runtime) as visitor:
        await to_consent(visitor, runtime)
        key = "request.consent.retention"
        other = runtime.content.text(key, "lv").replace("%(days)s", "%(days)s pilnām")
        publish(runtime, Edit("text", key, other, "lv"))
        page = await visitor.agree()
        assert page.screen == "form.review"
        assert "pilnām" in page.text
        async with runtime.database.store() as store:
            assert await store.requests.waiting("balvi") == []


async def to_consent(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime, "lv")
    visitor.fill_in(CALL)
    await visitor.press("review")


async def test_the_bot_is_renamed_only_when_other_words_for_it_were_published(talk: Talk) -> None:
    named: list[str] = []

    def rename() -> None:
        named.append(talk.runtime.content.text("bot.name", "lv"))

    _, follow = jobs.timetable(talk.runtime, None, rename)["follow_revision"]
    publish(talk.runtime, Edit("text", "court", "Tiesa palīdz.", "lv"))
    await follow()
    assert named == []
    publish(talk.runtime, Edit("text", "bot.name", "Līdzās", "lv"))
    await follow()
    await follow()
    assert named == ["Līdzās"]
    talk.bot.rename()
    await until(lambda: "Līdzās" in {one["name"] for one in talk.called("setMyName")})
