"""The workers' cards beside an opened request, as the page's script gets them (bot.engine.guidance)."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.casework import opened_words
from bot.desk.page import language_of, say, writing_of
from bot.engine.guidance import rests_on


def words(request: web.Request) -> Mapping[str, Any]:
    """Return the workers' cards in the worker's language; the page's script shows those that fit."""
    runtime, language, style = request.app[RUNTIME], language_of(request), writing_of(request)
    content = runtime.content
    return {
        "heading": say(language, opened_words.GUIDANCE),
        "cards": [
            {
                "id": name,
                "when": card.when,
                "title": card.title[language],
                "text": card.text[language],
                "facts": [
                    say(language, opened_words.FACT).format(
                        said=said, source=fact.law or fact.source, day=style.full_day(fact.verified_on)
                    )
                    for said, fact in rests_on(card, content.facts, language, runtime.today())
                ],
                "about": say(language, opened_words.CARD).format(
                    source=card.source, day=style.full_day(card.verified_on), owner=card.owner
                ),
            }
            for name, card in content.guidance.cards.items()
        ],
    }
