"""Another revision is published while people are on the way: nobody gets stuck, and nobody agreed to other words."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot import jobs
from bot.content import parse
from bot.editing import Edit, apply
from bot.engine.check import check
from bot.engine.languages import ABROAD
from bot.runtime import Runtime
from tests.channels.forms import CALL, Visitor, furnish, visiting
from tests.channels.telegram_bot import Talk
from tests.channels.web import web_chat
from tests.faces import TODAY
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
    await until(lambda: "Līdzās" in {call["name"] for call in talk.called("setMyName")})


def before_ukrainian(files: Mapping[str, str]) -> dict[str, str]:
    """A package as it was published when we spoke three languages."""
    old = {name: text for name, text in files.items() if not name.startswith("locales/uk/")}
    for name, text in old.items():
        if name.endswith(".po"):
            old[name] = re.sub(r'msgid "language:uk"\nmsgstr "[^"]*"\n', "", text)
        elif name.endswith(".yaml"):
            without_values = re.sub(r', uk: "[^"]*"', "", text)
            old[name] = re.sub(r"(?m)^( *)uk:.*\n(?:\1 +.*\n|\n)*", "", without_values)
    old["dialogs/dialogue.yaml"] = old["dialogs/dialogue.yaml"].replace(", uk]", "]")
    return old


async def test_a_package_from_before_ukrainian_is_read_and_serves_its_three_languages(tmp_path: Path) -> None:
    async with web_chat(tmp_path) as chat:
        old = parse(before_ukrainian(chat.runtime.content.files))
        assert old.dialogue.languages == ("lv", "ru", "en")
        assert check(old, TODAY).texts > 1000
        asks, first = chat.runtime.content.dialogue.language, chat.runtime.content.dialogue.first
        chat.runtime.content = old
        for language, said in {"lv": "viņš mani sit", "ru": "он меня бьёт", "en": "he hits me"}.items():
            page = await chat.get("/", **{"Accept-Language": language})
            assert (page.status, page.language, page.screen) == (200, language, first)
            assert "language.uk" not in page.choices
            menu = await chat.at("menu", language)
            found = await chat.post({"token": menu.token, "screen": menu.screen, "text": said})
            assert (found.status, found.language) == (200, language)
            assert "112" in found.text
        foreign = await chat.get("/", **{"Accept-Language": "uk"})
        assert (foreign.status, foreign.language, foreign.screen) == (200, ABROAD, asks)
        assert "language.uk" not in foreign.choices
        stood = await chat.at("menu", "uk")  # her conversation began before the older package came back
        assert (stood.status, stood.language, stood.screen) == (200, ABROAD, "menu")
        assert stood.words[0] in old.text("menu", ABROAD)
        pressed = await chat.press(stood, "human")
        assert (pressed.language, "116006" in pressed.text) == (ABROAD, True)
