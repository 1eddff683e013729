"""What no edit takes away: every protected place refuses a text that lost its meaning, and takes a better sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from bot.content import Content
from bot.engine.check import check
from bot.engine.check_words import wrong_text
from bot.engine.dialogue import Choice
from bot.engine.invariants import MEANINGS, Meaning, meanings_of, screens_with_a_part
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent
from bot.proof import prove
from bot.texts import placeholders

TODAY = date(2026, 11, 29)
EMPTY = {
    "lv": "Lūdzu, uzgaidiet.",
    "ru": "Пожалуйста, подождите.",
    "en": "Please wait.",
    "uk": "Будь ласка, зачекайте.",
}


def protected(content: Content) -> Mapping[str, tuple[Meaning, ...]]:
    """Every text that has something to say, by its key."""
    screens = {screen.id for _, screen in screens_with_a_part(content.dialogue)}
    keys = screens | {key for key in MEANINGS if not key.startswith("@")}
    return {key: meanings_of(content.dialogue, key) for key in sorted(keys)}


def with_text(content: Content, key: str, said: Mapping[str, str]) -> Content:
    words = {code: {**content.words[code], key: said.get(code, content.words[code][key])} for code in content.words}
    return replace(content, words=words)


def test_every_part_of_the_table_is_played_by_a_screen_and_every_text_is_there(shipped: Content) -> None:
    played = {part for part, _ in screens_with_a_part(shipped.dialogue)}
    assert played == {part for part in MEANINGS if part.startswith("@")}
    for key, meanings in protected(shipped).items():
        assert meanings
        assert all(key in words for words in shipped.words.values()), key


def test_the_table_names_only_facts_that_there_are_and_every_language(shipped: Content) -> None:
    for meaning in (entry for meanings in MEANINGS.values() for entry in meanings):
        cited = [name for citation in meaning.cites for kind, name in placeholders(f"{{{citation}}}") if kind == "fact"]
        assert {*cited} <= {*shipped.facts}
        assert meaning.cites or {*meaning.words} == {*shipped.dialogue.languages}
        assert all(word == word.lower() for words in meaning.words.values() for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_protected_text_can_lose_what_it_has_to_say(shipped: Content, language: str) -> None:
    """What a real edit does: the same few words in the place of each, in one language only."""
    for key, meanings in protected(shipped).items():
        said = list(wrong_text(shipped, key, EMPTY[language], language))
        for meaning in meanings:
            assert any(f"must say {meaning.what} in {language}" in problem.sentence for problem in said), (
                key,
                meaning.what,
            )
        package = with_text(shipped, key, {language: EMPTY[language]})
        assert [*wrong_text(package, key, shipped.words[language][key], language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_a_text_has_to_say_is_looked_for_on_its_own(shipped: Content, language: str) -> None:
    """The shipped text without one of its citations or words lacks just that."""
    for key, meanings in protected(shipped).items():
        for meaning in meanings:
            text = shipped.words[language][key]
            for citation in meaning.cites:
                text = text.replace(f"{{{citation}}}", "—")
            for word in meaning.words.get(language, ()):
                text = "".join(part for part in text.casefold().split(word))
            assert not meaning.is_said(text, language), (key, meaning.what)


@pytest.mark.parametrize("text", ["The request has been sent.", "It was sent a moment ago."])
def test_the_opposite_is_not_taken_for_what_has_to_be_said(shipped: Content, text: str) -> None:
    said = list(wrong_text(shipped, "request.page.closed.text", text, "en"))
    assert any("must say that nothing was sent" in problem.sentence for problem in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_edited_by_hand_in_its_protected_places_is_refused_with_each_of_them_by_name(
    shipped: Content, language: str
) -> None:
    """All places of a language at once: each is judged by its own text, and one whole check tells them all."""
    package = shipped
    for key in protected(shipped):
        package = with_text(package, key, {language: EMPTY[language]})
    with pytest.raises(BrokenContent) as refused:
        check(package, TODAY)
    too_little = [problem for problem in refused.value.problems if problem.rule == "says too little"]
    assert {problem.file.split("/")[1] for problem in too_little} == {language}
    named = Counter(problem.key for problem in too_little)
    assert named == {key: len(meanings) for key, meanings in protected(shipped).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_in_for_a_protected_text_is_held_to_the_same(shipped: Content, language: str) -> None:
    """The second text of a protected one may lack what ran out, and nothing else."""
    for key in ("danger", "human", "request.minor", "request.screen.report", "request.children?"):
        said = list(wrong_text(shipped, f"{key}:without", EMPTY[language], language))
        assert any(
            problem.rule == "says too little" and ("language", language) in problem.values for problem in said
        ), key


EDITED: Mapping[str, Mapping[str, str]] = {
    "danger": EMPTY,
    "notice.trouble": EMPTY,
    "exit:danger": {"lv": "Briesmas", "ru": "Опасность", "en": "Danger", "uk": "Небезпека"},
    "request.consent.limits": {
        "lv": "Izņēmumi ir.",
        "ru": "Есть исключения.",
        "en": "There are exceptions.",
        "uk": "Є винятки.",
    },
    "request.receipt.danger": EMPTY,
    "page.lost": EMPTY,
    "notice.despair-heard": EMPTY,
    "notice.both-heard": dict.fromkeys(LANGUAGES, "{fact:crisis_116123_phone}."),
    "thoughts-of-death": EMPTY,
}
"""Edits that were once proved."""


def test_an_edit_that_takes_the_help_away_is_refused_with_the_place_and_what_is_missing(shipped: Content) -> None:
    """All at once: each is judged by its own text, and a proof takes long."""
    package = shipped
    for key, said in EDITED.items():
        package = with_text(package, key, said)
    with pytest.raises(BrokenContent) as refused:
        prove(package, TODAY)
    too_little = [problem for problem in refused.value.problems if problem.rule == "says too little"]
    named = {(problem.key, problem.file.split("/")[1]) for problem in too_little}
    assert named == {*product(EDITED, LANGUAGES)}


def test_a_minor_is_always_led_to_the_childrens_line_and_told_of_the_duty_to_report(shipped: Content) -> None:
    """Whatever the screen is called, and also where only one of the ages leads to another one."""
    dialogue = shipped.dialogue
    elsewhere = tuple(
        replace(choice, to="request.place") if choice.id == "13_15" else choice
        for choice in dialogue.screens["request.age"].choices
    )
    age = replace(dialogue.screens["request.age"], choices=elsewhere)
    changed = replace(shipped, dialogue=replace(dialogue, screens={**dialogue.screens, "request.age": age}))
    with pytest.raises(BrokenContent) as refused:
        prove(changed, TODAY)
    wanted = {"the children's line", "the duty to report", "the number 112"}
    said = " ".join(problem.sentence for problem in refused.value.problems if problem.key == "request.place")
    assert all(f"must say {what}" in said for what in wanted)


def test_no_second_way_to_the_form_leaves_out_what_she_has_to_know(shipped: Content) -> None:
    dialogue = shipped.dialogue
    more = dialogue.screens["request.more"]
    opens = replace(more, choices=(Choice("form", form="request"), *more.choices))
    changed = replace(shipped, dialogue=replace(dialogue, screens={**dialogue.screens, "request.more": opens}))
    said = [meaning.what for meaning in meanings_of(changed.dialogue, "request.more")]
    assert "how long it is kept at most" in said
    found = wrong_text(changed, "request.more", EMPTY["lv"], "lv")
    assert any("must say who runs this" in problem.sentence for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        "Tālrunis ir 67105048.",
        "Звоните 67105048.",
        "Nāciet uz Brīvības ielu 34.",
        "Baznīcas ielā 4a gaida.",
        "Приходите: ул. Бривибас 34.",
        "На улице Бривибас, 34.",
        "Улица Бривибас 34.",
        "Come to 34 Brivibas Street.",
        "Brivibas Street 34.",
        "Rīga, LV-1010.",
    ],
)
@pytest.mark.parametrize(
    "key", ["court", "request.call", "request.receipt.danger", "request.page.human", "request.call:leave"]
)
def test_a_telephone_or_an_address_is_typed_into_no_text(shipped: Content, key: str, text: str) -> None:
    assert {problem.rule for problem in wrong_text(shipped, key, text, "lv")} & {"typed number", "typed address"}


@pytest.mark.parametrize(
    "text",
    ["Ejiet ielās, kur ir cilvēki.", "Сидит на улице уже 2 часа.", "Gada laikā 12 mēneši.", "Uz ielas 3 cilvēki."],
)
def test_a_street_alone_is_no_address(shipped: Content, text: str) -> None:
    assert not {problem.rule for problem in wrong_text(shipped, "court", text, "lv")} & {
        "typed number",
        "typed address",
    }
