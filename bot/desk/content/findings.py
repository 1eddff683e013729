"""Feedback on a text while an editor writes it: length, readability, and what the check will say."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.content import Content
from bot.dictionary import misspelt
from bot.engine import check_words
from bot.engine.check_words import mean_sentence
from bot.engine.problems import Problem, broken
from bot.engine.withheld import WITHOUT
from bot.runtime import Runtime
from bot.texts import placeholders
from bot.usecases.content import apart

Texts = Mapping[tuple[str, str], str]
"""Typed texts, by key and language."""
Unknown = Mapping[tuple[str, str], tuple[str, ...]]
"""Words in no dictionary, by text and language."""
Checked = Mapping[tuple[str, str], tuple[Problem, ...]]
"""Problems the check finds, by key and language."""
MOST_REMEMBERED = 5000

_spelt: dict[tuple[str, str], tuple[str, ...]] = {}
"""Unknown words by text and language. Spell-checking is slow, and usually only one text of a page has changed."""


@dataclass(frozen=True, slots=True)
class Findings:
    """About one text in one language: `length` and its limit `most` in characters, mean words per `sentence`."""

    length: int
    most: int
    sentence: int
    wrong: tuple[Problem, ...]


def with_texts(content: Content, texts: Texts) -> Content:
    """Return the content as if these texts were saved already; a blank one is removed."""
    words = {language: dict(said) for language, said in content.words.items()}
    for (key, language), text in texts.items():
        if text.strip():
            words[language][key] = text
        else:
            words[language].pop(key, None)
    return replace(content, words=words)


async def unknown_words(content: Content, keys: Iterable[str]) -> Unknown:
    """Find words of these texts that no dictionary knows; none if the machine has no dictionary. Results are cached."""
    texts = [(words[key], code) for code, words in content.words.items() for key in keys if key in words]
    if len(_spelt) > MOST_REMEMBERED:
        _spelt.clear()
    for code in content.words:
        if new := {text: text for text, language in texts if language == code and (text, code) not in _spelt}:
            wrong = await asyncio.to_thread(misspelt, new, code) or {}
            _spelt.update({(text, code): tuple(wrong.get(text, ())) for text in new})
    return {place: _spelt.get(place, ()) for place in texts}


async def check_texts(runtime: Runtime, content: Content, keys: Iterable[str]) -> Checked:
    """Run the content check on these texts, in a child process: matching patterns may take long."""
    texts = {(key, code): words[key] for key in keys for code, words in content.words.items() if words.get(key)}
    return await apart.check_texts(runtime, content.files, texts)


def findings(content: Content, key: str, language: str, unknown: Unknown, checked: Checked) -> Findings:
    """Collect the findings about one text of this content."""
    text = content.words[language].get(key, "")
    filled = check_words.filled(content, text, language)
    wrong = list(checked.get((key, language), ()))
    if not text and (not key.endswith(WITHOUT) or any(key in words for words in content.words.values())):
        wrong.append(broken("missing text", key=key, language=language))
    cited = sorted(placeholders(text))
    others = (other for other, words in content.words.items() if key in words and text)
    if differing := [other for other in others if sorted(placeholders(content.words[other][key])) != cited]:
        wrong.append(broken("other placeholders", key=key, language=language, first=differing[0]))
    if words := unknown.get((text, language)):
        wrong.append(broken("misspelt", words=", ".join(words)))
    sentence = round(mean_sentence(check_words.KNOWN_PLACEHOLDER.sub("0", text)))
    return Findings(len(filled), _most(content, key), sentence, tuple(wrong))


def _most(content: Content, key: str) -> int:
    key = key.removesuffix(WITHOUT)
    if key in content.dialogue.screens:
        return check_words.LONGEST_SCREEN
    return check_words.LONGEST_POPUP if key.endswith(check_words.POPUP) else check_words.LONGEST_BUTTON
