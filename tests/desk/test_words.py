"""Every word of the desk stands in Latvian and in Russian, with the same placeholders; every code has a word."""

import ast
import io
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.content import Content
from bot.desk import page, writing
from bot.desk.accounts import account_words
from bot.desk.casework import conversation_words, ending_words, opened_words, referral_words, request_words
from bot.desk.content import words as content_words
from bot.desk.content.problem_words import in_words
from bot.desk.operation import doctor_words, numbers_words
from bot.desk.services import quarter_words
from bot.engine import invariants
from bot.engine.file_rules import COMMANDS, FILE_RULES
from bot.engine.problems import SENTENCES, broken, broken_screen
from bot.engine.rules import ENGINE, RULES, TEXT
from bot.usecases.casework.requests import REASONS
from bot.usecases.operation import yearly
from bot.usecases.person import counting
from tests.conftest import ROOT

DESK = ROOT / "bot" / "desk"
ENGINE_CODE = ROOT / "bot" / "engine"
"""Its rules are said at the desk, and stand where they are broken."""
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}


def used() -> set[str]:
    """Every marked word of the desk's code and templates, and of the engine's rules."""
    found = (
        message
        for folder in (DESK, ENGINE_CODE)
        for _, _, message, _, _ in extract_from_dir(
            str(folder), METHODS, options_map={"templates/**.html": JINJA}, keywords={"_": None, "N_": None}
        )
    )
    return {message for message in found if isinstance(message, str)}


def translations(language: str) -> dict[str, str]:
    po = (ROOT / "locales" / language / "LC_MESSAGES" / "desk.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(po)) if entry.id and not entry.fuzzy}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_every_word_is_translated_and_none_is_left_over(language: str) -> None:
    said = translations(language)
    assert said.keys() == used()
    assert not [words for words, translation in said.items() if not translation.strip()]


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_translations_keep_the_placeholders(language: str) -> None:
    assert not [words for words, said in translations(language).items() if names(words) != names(said)]


def test_every_sentence_of_the_doctor_is_translated() -> None:
    calls = (
        node
        for file in (ROOT / "bot" / "usecases" / "operation").glob("doctor*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "says"
    )
    said = [node.args[0].value if isinstance(node.args[0], ast.Constant) else ast.dump(node) for node in calls]
    assert len(said) > 80
    assert {*said} == {*doctor_words.SENTENCES}


def test_every_row_of_the_yearly_table_is_explained(shipped: Content) -> None:
    assert numbers_words.REQUESTS.keys() == {*yearly.ROWS}
    assert numbers_words.ALWAYS.keys() <= set(counting.buttons(shipped.dialogue))


def test_every_field_and_option_of_the_form_has_words(shipped: Content) -> None:
    assert request_words.unnamed(shipped.request) == []
    assert {consent.id for consent in shipped.request.consents} <= request_words.CONSENTS.keys()
    assert {*REASONS} == request_words.REASONS.keys()


def test_everything_a_worker_fills_in_has_words(shipped: Content) -> None:
    assert referral_words.unnamed(shipped.referral) == []
    assert conversation_words.unnamed(shipped.conversation) == []
    assert quarter_words.unnamed(shipped.monitoring) == []


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_a_worker_asks_for_the_word_by_the_name_that_stood_on_the_form(shipped: Content, language: str) -> None:
    assert translations(language)["Agreed word"] == shipped.text("request.code_word", language)


@pytest.mark.parametrize("age", ["13_15", "16_17", "adult", "60_plus"])
def test_the_desk_says_the_same_years_as_the_form(shipped: Content, age: str) -> None:
    said = request_words.OPTIONS["age_band"][age]
    assert re.findall(r"\d+", said) == re.findall(r"\d+", shipped.text(f"request.age_band:{age}", "en"))


def test_pages_hold_no_script_no_style_and_nothing_from_elsewhere() -> None:
    for template in Path(DESK / "templates").rglob("*.html"):
        text = template.read_text()
        assert "style=" not in text, template.name
        assert "<style" not in text, template.name
        assert text.count("<script") == text.count('<script type="application/json"') + text.count(
            '<script type="module" src="/static/'
        ), template.name
        assert 'href="http' not in text, template.name


def test_no_priority_is_a_number_and_none_is_low() -> None:
    for language in ("lv", "ru"):
        said = translations(language)
        for words in request_words.PRIORITIES.values():
            assert not any(character.isdigit() for character in said[words])
    assert not {"low", "medium", "score"} & {words.lower() for words in request_words.PRIORITIES.values()}


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_every_rule_is_said_in_the_editors_language_with_the_same_values(language: str) -> None:
    """Save those that no content can cause, or that only the command line meets: both speak English."""
    met = {rule: sentence for rule, sentence in SENTENCES.items() if rule not in {**ENGINE, **COMMANDS}}
    said = translations(language)
    assert {rule for rule, sentence in met.items() if not said.get(sentence)} == set()
    for rule, sentence in met.items():
        values = {name: f"x{number}" for number, name in enumerate(sorted({*names(sentence), "key"}))}
        shown = in_words(language, broken(rule, "dialogs/all.yaml", 3, **values))
        assert all(values[name] in shown for name in names(sentence)), rule
        assert (values["key"] in shown) == (rule in TEXT or "key" in names(sentence)), rule
        assert "{" not in shown or rule == "no languages", rule


def test_no_rule_has_the_name_of_another() -> None:
    assert not RULES.keys() & FILE_RULES.keys()


@pytest.mark.parametrize("language,begins", [("lv", "ekrāns “menu”: "), ("ru", "экран «menu»: ")])
def test_a_problem_with_a_screen_names_it(language: str, begins: str, shipped: Content) -> None:
    problem = broken_screen("dead end", shipped.dialogue.screens["menu"])
    assert in_words(language, problem).startswith(begins)
    assert str(problem).endswith(": screen “menu”: is a dead end: it needs at least one way on")


def test_what_a_text_has_to_say_is_named_in_the_editors_own_language() -> None:
    meanings = {meaning.what for meanings in invariants.MEANINGS.values() for meaning in meanings}
    assert meanings <= translations("lv").keys() & translations("ru").keys()
    problem = broken("says too little", key="danger", what="the duty to report", language="lv", ways="“ziņo”")
    assert problem.sentence == "“danger”: must say the duty to report in lv, with “ziņo”"
    assert "обязанность сообщить" in in_words("ru", problem)


def test_no_two_features_hand_templates_a_format_of_one_name() -> None:
    handed = [name for feature in (writing, account_words, opened_words, ending_words, content_words)
              for name in feature.FORMATS]  # fmt: skip
    assert sorted(handed) == sorted(page.FORMATS)
