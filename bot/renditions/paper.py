"""What every rendition changes: no sentence names a button of the chat, and the text carries its dates."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from bot.content import Content, Values
from bot.engine.facts import Sourced
from bot.texts import placeholders

DAY = {"lv": "dd.MM.y", "ru": "dd.MM.y", "uk": "dd.MM.y"}
SENTENCE = re.compile(r"(?<=[.!?])[^\S\n]+")


def without_buttons(content: Content) -> Content:
    """Return the content without the sentences that name the button “Hide”, which paper does not have."""
    words = {
        language: {key: _without(text, f"[„«“]{re.escape(content.text('exit:hide', language))}[”»]")
                   for key, text in texts.items()}
        for language, texts in content.words.items()
    }  # fmt: skip
    return replace(content, words=words)


def _without(text: str, name: str) -> str:
    if not re.search(name, text):
        return text
    lines = (
        " ".join(sentence for sentence in SENTENCE.split(line) if not re.search(name, sentence))
        for line in text.split("\n")
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def dates(content: Content, keys: Iterable[str], language: str, today: date, besides: Iterable[Sourced] = ()) -> Values:
    """Return placeholder values: today, the earliest verification and the earliest expiry of what these texts cite.

    Withheld facts do not count.
    """
    texts = [content.text_on(key, language, today)[0] for key in keys]
    cited = {name for text in texts for kind, name in placeholders(text) if kind == "fact"}
    facts = [*(content.facts[name] for name in sorted(cited & content.facts.keys())), *besides]
    shown = [fact for fact in facts if fact.standing(today) != "withheld"]
    return {
        "setting:today": _day(today, language),
        "setting:checked": _day(min((fact.verified_on for fact in shown), default=today), language),
        "setting:until": _day(min((fact.expires_on for fact in shown), default=today), language),
    }


def _day(day: date, language: str) -> str:
    return format_date(day, DAY.get(language, "d MMMM y"), locale=language)
