"""What an editor is told while she types is what the gate would say, and what the dictionaries do not know."""

import shutil

from bot.content import Content
from bot.desk.content.differences import pieces
from bot.desk.content.findings import Findings, check_texts, findings, unknown_words, with_texts
from bot.desk.content.naming import screen_name
from bot.desk.content.problem_words import in_words
from bot.engine.dialogue import label
from bot.runtime import Runtime
from tests.conftest import missing

TYPED = {
    "number": "Zvaniet 26123456 jebkurā laikā.",
    "promise": "Mēs garantējam drošību.",
    "spelling": "Šeit ir viens nepareizz vārds.",
    "facts": "Zvaniet {fact:emergency_phone}.",
}


async def told(runtime: Runtime, text: str) -> Findings:
    typed = with_texts(runtime.content, {("menu", "lv"): text})
    wrong = await check_texts(runtime, typed, ["menu"])
    return findings(typed, "menu", "lv", await unknown_words(typed, ["menu"]), wrong)


async def said(runtime: Runtime, text: str) -> list[str]:
    return [problem.sentence for problem in (await told(runtime, text)).wrong]


async def test_a_typed_number_a_promise_and_another_fact_are_said_while_typing(runtime: Runtime) -> None:
    assert any("“26123456” is typed into the text" in sentence for sentence in await said(runtime, TYPED["number"]))
    assert any("“garantējam” must not be said" in sentence for sentence in await said(runtime, TYPED["promise"]))
    assert any("fills in other facts in lv than in ru" in sentence for sentence in await said(runtime, TYPED["facts"]))
    assert await said(runtime, "") == ["the text “menu” is missing in lv"]


async def test_what_is_wrong_with_a_text_stands_beside_it_and_does_not_name_it(runtime: Runtime) -> None:
    (problem,) = [finding for finding in (await told(runtime, TYPED["number"])).wrong if finding.rule == "typed number"]
    assert in_words("lv", problem).startswith("“menu”: “26123456”")
    assert in_words("lv", problem, beside=True).startswith("“26123456”")


async def test_a_word_no_dictionary_knows_is_named(runtime: Runtime) -> None:
    if shutil.which("hunspell") is None:
        missing("hunspell")
    assert "not in the dictionary: nepareizz" in await said(runtime, TYPED["spelling"])


async def test_the_length_counts_facts_as_people_read_them(runtime: Runtime) -> None:
    found = await told(runtime, "Zvaniet {fact:emergency_phone}.")
    assert (found.length, found.most) == (len("Zvaniet 112."), 600)


async def test_texts_that_are_published_now_say_nothing(runtime: Runtime) -> None:
    assert (await told(runtime, runtime.content.text("menu", "lv"))).wrong == ()


def test_a_screen_is_called_by_its_first_sentence_or_by_the_button_that_leads_to_it(shipped: Content) -> None:
    assert screen_name(shipped, "menu", "lv") == "Par ko Jūs gribat uzzināt?"
    screens = shipped.dialogue.screens.values()
    ways = [label(screen.id, way.id) for screen in screens for way in screen.choices if way.to == "helplines"]
    assert screen_name(shipped, "helplines", "lv") in {shipped.text(way, "lv") for way in ways}


def test_a_change_is_shown_word_by_word() -> None:
    assert pieces("Tiesa sargā.", "Tiesa var sargāt.") == [
        ("same", "Tiesa "), ("gone", "sargā"), ("new", "var sargāt"), ("same", "."),
    ]  # fmt: skip
