"""Content as paper says it: without the buttons of a chat, and with the days between which it holds."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from bot.content import Content, Values
from bot.engine.facts import Sourced
from bot.texts import placeholders

DAY = {"lv": "dd.MM.y", "ru": "dd.MM.y"}
SENTENCE = re.compile(r"(?<=[.!?])[^\S\n]+")


def without_buttons(content: Content) -> Content:
    """The same content, where no sentence speaks of the button that hides a chat: paper has none."""
    words = {
        language: {key: _without(text, f"[„«“]{re.escape(content.text('exit:hide', language))}[”»]")
                   for key, text in texts.items()}
        for language, texts in content.words.items()
    }  # fmt: skip
    return replace(content, words=words)


def _without(text: str, named: str) -> str:
    if not re.search(named, text):
        return text
    lines = (
        " ".join(sentence for sentence in SENTENCE.split(line) if not re.search(named, sentence))
        for line in text.split("\n")
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def dates(content: Content, keys: Iterable[str], language: str, today: date, besides: Iterable[Sourced] = ()) -> Values:
    """When what these texts cite was verified first of all, and the day after which the first of it runs out."""
    said_today = [content.standing(key, language, today)[0] for key in keys]
    cited = {name for text in said_today for kind, name in placeholders(text) if kind == "fact"}
    facts = [*(content.facts[name] for name in sorted(cited & content.facts.keys())), *besides]
    shown = [fact for fact in facts if fact.standing(today) != "withheld"]
    return {
        "setting:today": said(today, language),
        "setting:checked": said(min((fact.verified_on for fact in shown), default=today), language),
        "setting:until": said(min((fact.expires_on for fact in shown), default=today), language),
    }


def said(day: date, language: str) -> str:
    return format_date(day, DAY.get(language, "d MMMM y"), locale=language)
