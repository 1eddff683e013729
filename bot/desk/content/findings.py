"""What an editor is told of a text while she writes it: its length, how hard it reads, what the gate will say."""

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
"""What was typed, by key and language."""
Unknown = Mapping[tuple[str, str], tuple[str, ...]]
"""Words that no dictionary has, by text and language."""
Said = Mapping[tuple[str, str], tuple[Problem, ...]]
"""What the check says, by key and language."""
MOST_REMEMBERED = 5000

_spelt: dict[tuple[str, str], tuple[str, ...]] = {}
"""What the dictionaries said of a text: reading one takes a while, and of a page one text changes."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Of one text in one language. `most` is 0 where no length is set."""

    length: int
    most: int
    sentence: int
    wrong: tuple[Problem, ...]


def typed_into(content: Content, texts: Texts) -> Content:
    """The content as if this had been saved already."""
    words = {language: dict(said) for language, said in content.words.items()}
    for (key, language), text in texts.items():
        if text.strip():
            words[language][key] = text
        else:
            words[language].pop(key, None)
    return replace(content, words=words)


async def unknown_words(content: Content, keys: Iterable[str]) -> Unknown:
    """Words of these texts that no dictionary has. Nothing where the machine has none; asked once for each text."""
    texts = [(words[key], code) for code, words in content.words.items() for key in keys if key in words]
    if len(_spelt) > MOST_REMEMBERED:
        _spelt.clear()
    for code in content.words:
        if new := {text: text for text, language in texts if language == code and (text, code) not in _spelt}:
            wrong = await asyncio.to_thread(misspelt, new, code) or {}
            _spelt.update({(text, code): tuple(wrong.get(text, ())) for text in new})
    return {place: _spelt.get(place, ()) for place in texts}


async def said_of(runtime: Runtime, content: Content, keys: Iterable[str]) -> Said:
    """What the check says of these texts as they were typed; patterns are looked for in the child process only."""
    texts = {(key, code): words[key] for key in keys for code, words in content.words.items() if words.get(key)}
    return await apart.check_texts(runtime, content.files, texts)


def findings(content: Content, key: str, language: str, unknown: Unknown, said: Said) -> Findings:
    """What there is to say about one text of this content."""
    text = content.words[language].get(key, "")
    filled = check_words.filled(content, text, language)
    wrong = list(said.get((key, language), ()))
    if not text and (not key.endswith(WITHOUT) or any(key in words for words in content.words.values())):
        wrong.append(broken("missing text", key=key, language=language))
    cited = sorted(placeholders(text))
    others = (other for other, words in content.words.items() if key in words and text)
    if differing := [one for one in others if sorted(placeholders(content.words[one][key])) != cited]:
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
