"""The script of a call: said in the person's language, exactly what she allowed, and never her number."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import expect

from bot import demo
from bot.content import Content
from bot.desk.casework import opened_words, request_words
from bot.engine.languages import LANGUAGES
from bot.samples import SAMPLE_PHONES
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.desk.browsing import Desk, accessible, choose_language
from tests.desk.test_words import translations

NUMBER = "+447700900123"
SERVICE = {
    "lv": "Parauga sociālais dienests",
    "ru": "Вымышленная социальная служба",
    "en": "Sample social service",
    "uk": "Вигадана соціальна служба",
}
CALL = {
    "contact_mode": "call", "device_watched": "no", "phone": NUMBER, "phone_is": "mine_private", "windows": [],
    "valid_until": "2026-11-30", "voicemail_ok": "no", "sms_ok": "no", "if_other_answers": "say_wrong_number",
    "caller_id": "no_preference", "if_call_drops": "do_not_call_again", "code_word": "bērzs", "age_band": "adult",
}  # fmt: skip
DRAWN = """async ([answers, language, outcomes]) => {
    const { drawn } = await import("/static/script.js");
    const words = JSON.parse(document.getElementById("words").textContent);
    const script = drawn(answers, { language }, words, outcomes);
    const texts = (within, kind) => [...within.querySelectorAll(kind)].map((one) => one.textContent);
    return Object.fromEntries([...script.querySelectorAll("li")].map((one) => [one.id.replace("step-", ""), {
        heading: one.querySelector("h3").textContent,
        say: texts(one, ".say"), meaning: texts(one, ".meaning"), mind: texts(one, ".soft"),
        spoken: one.querySelector(".say")?.lang,
    }]));
}"""

Script = dict[str, dict[str, Any]]


async def script(desk: Desk, language: str, form: str = "lv", before: Sequence[str] = (), **differs: Any) -> Script:
    """The script of an invented letter, step by step, as the page draws it. `form` is the language it was filled in,
    `before` are the outcomes of earlier attempts."""
    answers = CALL | {"language": language} | differs
    drawn: Script = await desk.page.evaluate(DRAWN, [answers, form, list(before)])
    assert all(step["heading"] and all(step["say"]) and all(step["mind"]) for step in drawn.values())
    everything = str(drawn)
    assert NUMBER not in everything
    assert "{" not in everything.replace("{'", "").replace("': {", "")
    return drawn


@pytest.fixture
async def opened(desk: Desk) -> Desk:
    """The page of a request, for its words."""
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    await desk.page.click(".queue a")
    await expect(desk.page.locator("#unlock")).to_be_visible()
    return desk


WRONG_NUMBER = {"lv": "sajaukts numurs", "ru": "неверный номер", "en": "wrong number", "uk": "помилковий дзвінок"}
RETIRED = ("survey", "clinic_reception", "delivery")
"""Covers that could be checked by calling back. Older letters hold them."""


@pytest.mark.parametrize("worker", ["lv", "ru", "en"])
async def test_whoever_answers_hears_only_what_the_person_allowed(opened: Desk, worker: str) -> None:
    await choose_language(opened.page, worker)
    await expect(opened.page.locator("#unlock")).to_be_visible()
    for language, service in SERVICE.items():
        drawn = await script(opened, language)
        assert [WRONG_NUMBER[language] in line for line in drawn["other"]["say"]] == [True], language
        heard_by_anyone = [
            sentence for step, text in drawn.items() if step != "talk" for sentence in [*text["say"], *text["meaning"]]
        ]
        assert not [line for line in heard_by_anyone for name in SERVICE.values() if name in line]
        assert service in drawn["talk"]["say"][1]
        assert drawn["open"]["spoken"] == language
        assert bool(drawn["open"]["meaning"]) == (language != worker), "her own language beside another one"
        silent = await script(opened, language, if_other_answers="hang_up")
        assert silent["other"]["say"] == []


async def test_a_cover_that_can_be_checked_is_not_said_any_more(opened: Desk) -> None:
    for cover in RETIRED:
        other = (await script(opened, "lv", if_other_answers=cover))["other"]
        assert other["say"] == []
        assert other["mind"][0].startswith("Neko nesakiet")
        assert translations("lv")[request_words.OPTIONS["if_other_answers"][cover]] == "vairs nelieto: neko neteikt"


async def test_what_somebody_else_has_heard_once_is_not_said_again(opened: Desk) -> None:
    assert (await script(opened, "ru", before=["no_answer"]))["other"]["say"]
    again = await script(opened, "ru", before=["other_person", "no_answer"])
    assert again["other"]["say"] == []
    assert again["other"]["mind"][0].startswith("Neko nesakiet")


async def test_a_message_is_left_in_the_very_words_that_were_chosen(opened: Desk) -> None:
    content = opened.runtime.content
    allowed = {"voicemail_ok": "yes_neutral", "sms_ok": "yes_neutral_text"}
    for message in content.request.fields["neutral_message"].options:
        for form in content.dialogue.languages:
            words = content.text(f"request.neutral_message:{message}", form)
            call = await script(opened, "uk", form=form, neutral_message=message, **allowed)
            assert call["voicemail"]["say"] == call["unanswered"]["say"] == [words]
            other = await script(opened, "en", form=form, neutral_message=message, contact_mode="sms")
            assert (other["write"]["say"], other["write"]["spoken"]) == ([words], form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_may_be_said_is_a_reviewed_text(shipped: Content, language: str) -> None:
    assert [key for key in opened_words.SPOKEN if not shipped.has(f"request.script.{key}", language)] == []
    reviewed = {key.removeprefix("request.script.") for key in shipped.words[language] if ".script." in key}
    assert reviewed == {*opened_words.SPOKEN}


async def test_nothing_that_was_not_allowed_is_said(opened: Desk) -> None:
    nobody_may_know = await script(opened, "lv")
    assert nobody_may_know["voicemail"]["say"] == []
    assert "unanswered" not in nobody_may_know
    assert nobody_may_know["drop"]["mind"] == ["Vēlreiz nezvaniet."]
    careless = {"voicemail_ok": "yes_neutral", "sms_ok": "yes_neutral_text"}
    allowed = await script(opened, "lv", **careless)
    assert allowed["voicemail"]["say"] == ["Labdien! Nekas steidzams. Visu labu!"]
    assert allowed["unanswered"]["say"] == ["Labdien! Vai tagad ir piemērots laiks?"]
    for refused in (
        {"device_watched": "not_sure"},
        {"phone_is": "mine_shared"},
        {"phone_is": "trusted_person"},
        {"phone": "+37167105048"},
    ):
        assert "unanswered" not in await script(opened, "lv", **careless | refused)
    broken = await script(opened, "lv", if_other_answers=None, voicemail_ok=None, if_call_drops=None)
    assert (broken["other"]["say"], broken["voicemail"]["say"]) == ([], [])
    assert broken["drop"]["mind"] == ["Vēlreiz nezvaniet."]


@pytest.mark.parametrize("about", ["own_behaviour", "somebody_else"])
async def test_where_it_is_not_done_to_the_person_the_talk_begins_with_its_own_words(opened: Desk, about: str) -> None:
    content = opened.runtime.content
    for language in LANGUAGES:
        words = content.text(f"request.script.{about}", language)
        for way in ("call", "i_will_come"):
            drawn = await script(opened, language, about=about, contact_mode=way)
            assert words in drawn["talk"]["say"]
            before = [step for step in drawn if step != "talk"]
            assert not [step for step in before if words in drawn[step]["say"]], "nobody else hears it"
            danger = content.text("request.script.danger_any", language).replace("{fact:emergency_phone}", "112")
            assert drawn["danger"]["say"] == [danger]
            assert translations("lv")[opened_words.MIND[about]] in drawn["talk"]["mind"]
        hers = await script(opened, language, about="done_to_me")
        assert hers == await script(opened, language), "a letter from before says nothing of it"
        assert words not in hers["talk"]["say"]


async def test_the_word_is_asked_for_and_without_one_the_service_waits_to_be_named(opened: Desk) -> None:
    with_word = await script(opened, "ru")
    assert with_word["check"]["say"] == ["Скажите, пожалуйста, что мне здесь отметить."]
    assert with_word["check"]["mind"][0] == "Sarunas parole, kas jādzird atbildē: bērzs"
    assert not [line for step in with_word.values() for line in step["say"] if "bērzs" in line], "she says it, not we"
    without = await script(opened, "ru", code_word=None)
    assert without["check"]["say"] == ["Вы ждали звонка в это время?"]
    assert without["check"]["mind"] == [
        "Sarunas parole nav norunāta. Dienestu nosauciet tikai tad, kad droši zināt, kas atbild."
    ]
    assert [step for step in with_word if step in ("cannot", "danger", "end")] == ["cannot", "danger", "end"]
    assert "112" in with_word["danger"]["say"][0]


async def test_who_wants_writing_is_not_rung_and_who_calls_herself_is_not_called(opened: Desk) -> None:
    writing = await script(opened, "en", contact_mode="sms")
    assert list(writing) == ["before", "write", "check", "talk", "other_writes", "danger"]
    assert writing["write"]["say"] == ["Hello! Is now a good time?"]
    assert not [line for step in writing.values() for line in step["say"] if SERVICE["en"] in line]
    text_only = await script(opened, "en", access_needs=["text_only"])
    assert "nezvaniet" in text_only["before"]["mind"][0]
    comes = await script(opened, "en", contact_mode="i_will_call_you", phone=None)
    assert list(comes) == ["before", "check", "talk", "cannot", "danger", "end"]


async def test_ukrainian_is_said_in_ukrainian_with_the_meaning_in_the_workers_language_below(opened: Desk) -> None:
    """No worker is expected to speak it, so that she is told to have somebody beside her who does."""
    drawn = await script(opened, "uk", form="uk", interpreter="yes")
    assert drawn["open"]["spoken"] == "uk"
    assert drawn["open"]["say"] == [opened.runtime.content.text("request.script.open", "uk")]
    assert drawn["open"]["meaning"] == [opened.runtime.content.text("request.script.open", "lv")]
    assert drawn["before"]["mind"][0].startswith("Cilvēks runā citā valodā: ukraiņu")
    assert "tulks" in drawn["before"]["mind"][1]


async def test_a_language_without_words_of_ours_falls_back_to_the_forms(opened: Desk) -> None:
    for form in LANGUAGES:
        drawn = await script(opened, "other", form=form, interpreter="yes")
        assert drawn["open"]["spoken"] == form
        assert drawn["before"]["mind"][0].startswith("Cilvēks runā citā valodā: ")
        assert "tulks" in drawn["before"]["mind"][1]


async def test_the_script_stands_beside_the_call_and_opens_with_the_number(desk: Desk) -> None:
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("ilze")
    page = desk.page
    await page.click(".queue li:nth-child(2) a")
    await desk.unlock(DEMO_PASSWORD)
    await desk.opened()
    await expect(page.locator("#script summary")).to_have_text("Ko teikt, valoda: latviešu")
    assert not await page.locator("#script ol").is_visible()
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#script ol")).to_be_visible()
    assert SAMPLE_PHONES[0] not in await page.inner_text("#script")
    await accessible(page)
