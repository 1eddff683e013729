"""Every word that anybody reads is in a dictionary, or in our own list of words that are right without one."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot import content, dictionary
from bot.dictionary import LOCALES, misspelt, own_words, words_of
from bot.engine.languages import LANGUAGES


@pytest.fixture(scope="module", autouse=True)
def hunspell() -> None:
    """These tests need the machine's hunspell with its three dictionaries (`make tools`)."""
    missing = [language for language in LANGUAGES if misspelt({"": "abrakadabra"}, language) is None]
    if missing:
        pytest.skip(f"SPELLING IS NOT CHECKED: no hunspell or no dictionary for {', '.join(missing)} (`make tools`)")


def written(language: str) -> Iterator[tuple[str, str]]:
    """Every text of every catalogue, and what facts and services say, with its key."""
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes())):
            forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            yield from ((f"{path.name}: {message.id}", form or "") for form in forms if message.id)
    shipped = content.read()
    for name, fact in shipped.facts.items():
        yield f"facts.yaml: {name}", f"{fact.value[language]} {fact.doubt.get(language, '')}"
    for name, service in shipped.services.items():
        yield f"services.yaml: {name}", f"{service.names[language]} {service.hours.get(language, '')}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_word_that_nobody_knows(language: str) -> None:
    wrong = misspelt(dict(written(language)), language)
    assert not wrong, "\n".join(f"{key}: {', '.join(words)}" for key, words in (wrong or {}).items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_list_holds_only_what_is_written_somewhere_and_in_no_dictionary(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = {word for _, text in written(language) for word in words_of(text)}
    listed = {word for word in own_words(language) if word in used}
    lines = (LOCALES / language / "words.txt").read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    assert [word for word in words if word not in listed and word.capitalize() not in listed] == []
    monkeypatch.setattr(dictionary, "own_words", lambda _: frozenset[str]())
    unknown = misspelt({word: word for word in words}, language) or {}
    assert set(words) - set(unknown) == set()


@pytest.mark.parametrize(
    "language, text, wrong",
    [
        ("lv", "Zvaniet poliicijai, {fact:police_phone}.", ("poliicijai",)),
        ("lv", "Sveki! Skat. www.cietusajiem.lv", ("Sveki",)),
        ("ru", "Звоните в палицию, Tiesu administrācija поможет.", ("палицию",)),
        ("ru", "Позвоните, <strong>пожалста</strong>, %(name)s", ("пожалста",)),
        ("en", "Your neighbour doesn’t recieve it at the Administrācija.", ("recieve",)),
    ],
)
def test_misspelt_words_are_named_and_nothing_else_is(language: str, text: str, wrong: tuple[str, ...]) -> None:
    assert misspelt({"key": text}, language) == {"key": wrong}


@pytest.mark.parametrize("there", [False, True])
def test_without_hunspell_or_its_answer_nothing_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    if there:
        slow = tmp_path / "hunspell"
        slow.write_text("#!/bin/sh\nexec sleep infinity\n")  # killed when it is given up
        slow.chmod(0o755)
        monkeypatch.setattr(dictionary, "LONGEST_WAIT", 0.2)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert shutil.which("hunspell") == str(slow)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    assert misspelt({"key": "poliicijai"}, "lv") is None
