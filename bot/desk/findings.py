"""What an editor is told of a text while she writes it: its length, how hard it reads, what the gate will say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.content import Content
from bot.engine import check_words
from bot.engine.check_words import mean_sentence
from bot.engine.rules import RULES
from bot.texts import placeholders

Texts = Mapping[tuple[str, str], str]
"""What was typed, by key and language."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Of one text in one language. `most` is 0 where no length is set."""

    length: int
    most: int
    sentence: int
    wrong: tuple[str, ...]


def typed_into(content: Content, texts: Texts) -> Content:
    """The content as if this had been saved already."""
    words = {language: dict(said) for language, said in content.words.items()}
    for (key, language), text in texts.items():
        if text.strip():
            words[language][key] = text
        else:
            words[language].pop(key, None)
    return replace(content, words=words)


def findings(content: Content, key: str, language: str) -> Findings:
    """What there is to say about one text of this content."""
    text = content.words[language].get(key, "")
    filled = check_words.filled(content, text, language)
    wrong = [_sentence(key, *one) for one in check_words.wrong_text(content, key, text, language)] if text else []
    if not text:
        wrong.append(f"the text “{key}” is missing in {language}")
    cited = sorted(placeholders(text))
    for other, words in content.words.items():
        if other != language and text and key in words and sorted(placeholders(words[key])) != cited:
            wrong.append(f"“{key}” fills in other facts in {language} than in {other}")
    sentence = round(mean_sentence(check_words.KNOWN_PLACEHOLDER.sub("0", text)))
    return Findings(len(filled), _most(content, key), sentence, tuple(wrong))


def _sentence(key: str, rule: str, values: Mapping[str, object]) -> str:
    return RULES[rule].format(key=key, **values).removeprefix(f"“{key}”: ")


def _most(content: Content, key: str) -> int:
    if key in content.dialogue.screens:
        return check_words.LONGEST_SCREEN
    return check_words.LONGEST_POPUP if key.endswith(check_words.POPUPS) else check_words.LONGEST_BUTTON
