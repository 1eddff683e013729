"""Texts of the practice, and how a place that a comment of a round is about is named."""

from collections.abc import Mapping

from bot.content import Content
from bot.desk.content.naming import screen_name
from bot.desk.page import say
from bot.engine.marking import N_
from bot.engine.practice import Step

PRACTICE = N_("Practice")
STEPS: Mapping[Step, str] = {
    "letter": N_("The letter"),
    "call": N_("The call"),
    "conversation": N_("The conversation"),
    "plan": N_("The plan"),
    "closing": N_("Meeting and closing"),
}


def place_name(content: Content, place: str, language: str) -> str:
    """Name what a comment is about: a screen, a step of a practice case, or by its id what is there no more."""
    if place in content.dialogue.screens:
        return screen_name(content, place, language)
    found = content.practice.find(place)
    if found is None:
        return place
    case, step = found
    title = case.title.get(language) or case.title["lv"]
    return f"{say(language, PRACTICE)}: {title}, {say(language, STEPS[step])}"
