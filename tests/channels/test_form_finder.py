"""The page behind a code in the wrong hands: whoever finds the code learns nothing and widens nothing."""

import re
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot.engine.languages import LANGUAGES
from bot.runtime import Runtime
from bot.usecases.casework import requests
from tests.channels.code_page import ILZE, added, change_times, looked, sent, taken, tried
from tests.channels.forms import Visitor
from tests.faces import Clock

SECRETS = {
    "note": "CANARY-note",
    "called": "CANARY-name",
    "code_word_own": "CANARY-word",
    "windows1.from": "13:30",
    "windows1.to": "15:30",
}
NOTHING_OF = ("CANARY", "26123456", "26 123 456", "13:30", "13.30", "15:30", "15.30", "Ilze", "Jānis", "Bērziņa")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_has_the_code_alone_sees_nothing_of_what_was_sent_or_of_who_works_on_it(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> None:
    covers = [
        runtime.content.text(f"request.if_other_answers:{cover}", language) for cover in ("say_wrong_number", "hang_up")
    ]
    code = await sent(visitor, runtime, language, **SECRETS)
    assert "CANARY" not in visitor.page.html, "the receipt does not repeat the agreed word"
    pages = [await looked(visitor, code, language)]
    reference = await taken(runtime)
    pages.append(await looked(visitor, code, language))
    for outcome in ("no_answer", "reached_not_safe", "reached_verified", "other_person"):
        await tried(runtime, outcome)
        pages.append(await looked(visitor, code, language))
        clock.move(minutes=61)
    await change_times(visitor, code, "CANARY-guess", language)
    pages += [visitor.page, await looked(visitor, code, language), await visitor.press("unsafe")]
    await looked(visitor, code, language)
    pages += [await visitor.press("withdraw"), await looked(visitor, code, language), await visitor.press("times")]
    await requests.close(runtime, ILZE, reference, "could_not_reach_safely")
    pages.append(await looked(visitor, code, language))
    hours = "08:30", "8.30", "8:30", "17.00", "17:00"  # of the service
    for page in pages:
        told = page.bare  # what is sealed spells any name of four letters some day
        if page.screen == "form.times":  # its list of hours to choose from is the same for everyone
            told = re.sub(r"<option[\s\S]*?</option>", "", told)
        for hour in hours:
            told = told.replace(hour, "")
        assert not [words for words in (*NOTHING_OF, *covers, "08:00", "09:30") if words in told], page.screen


async def test_what_was_sent_is_not_shown_again(visitor: Visitor, runtime: Runtime) -> None:
    await looked(visitor, await sent(visitor, runtime))
    page = await visitor.press("times")
    assert page.values("windows1.day") == []
    assert not [value for value in page.values("windows1.from") if value]


@pytest.mark.parametrize("word", ["", "CANARY-right", "CANARY-wrong", "<b>CANARY</b>"])
async def test_whatever_word_is_typed_the_answer_is_the_same_and_the_word_is_nowhere(
    visitor: Visitor, runtime: Runtime, identity: Identity, tmp_path: Path, caplog: pytest.LogCaptureFixture, word: str
) -> None:
    caplog.set_level(0)
    code = await sent(visitor, runtime, code_word_own="CANARY-right")
    page = await change_times(visitor, code, word)
    (letter,) = await added(runtime, identity)
    assert letter["word"] == word, "posted without a script it is not lost"
    visitor.page = page
    await change_times(visitor, code)
    assert page.bare == visitor.page.bare
    assert page.carried == visitor.page.carried
    await runtime.database.shrink()
    for place in (*(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()), caplog.text.encode()):
        assert b"CANARY" not in place
    assert "CANARY" not in page.html


async def test_without_a_script_the_word_is_not_asked_for_and_the_page_says_why(
    visitor: Visitor, runtime: Runtime
) -> None:
    await looked(visitor, await sent(visitor, runtime))
    page = await visitor.press("times")
    part = page.html.split("data-script hidden")[1].split("</fieldset>")[0]
    assert 'name="word"' in part
    assert "disabled" in part
    assert "JavaScript ir izslēgts" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_of_the_times_says_what_holds_without_the_word_and_without_any_word(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    await looked(visitor, await sent(visitor, runtime, language), language)
    page = await visitor.press("times")
    assert runtime.content.text("request.times.text", language) in page.text
    assert runtime.content.text("request.times.no-word", language) in page.text


async def test_a_word_that_is_too_long_is_cut_and_loses_nothing_else(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    code = await sent(visitor, runtime)
    await change_times(visitor, code, "ā" * 500)
    (letter,) = await added(runtime, identity)
    assert letter["word"] == "ā" * 20
    assert letter["answers"]["windows"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_receipt_says_what_a_finder_of_the_code_can_and_cannot_do(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    await sent(visitor, runtime, language)
    assert runtime.content.text("request.receipt.found", language) in visitor.page.text
    await sent(visitor, runtime, language, contact_mode="i_will_come")
    assert runtime.content.text("request.receipt.found.own", language) in visitor.page.text


async def test_in_every_state_the_page_is_of_even_length(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await taken(runtime)
    await tried(runtime, "other_person")
    assert len((await looked(visitor, code)).html.encode()) % 4096 == 0
