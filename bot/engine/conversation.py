"""The risk conversation as a form: its parts and questions from `dialogs/conversation.yaml`. Pure.

The worker's browser fills it in and seals it; the server never reads one.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, model_validator

from bot.engine.reading import read_model

FILE = "dialogs/conversation.yaml"
ANSWERS = ("yes", "no", "not_known", "not_asked")
"""The answers to every question. Not asked is not a no."""


class ConversationForm(BaseModel, frozen=True, extra="forbid"):
    """The questions, by part, in order."""

    version: str
    parts: Mapping[str, tuple[str, ...]]

    @model_validator(mode="after")
    def asks_each_question_once(self) -> Self:
        questions = [question for asked in self.parts.values() for question in asked]
        if not questions or len(questions) != len(set(questions)):
            raise ValueError("each question stands in one part")
        return self


@lru_cache(maxsize=2)
def read_conversation(text: str) -> ConversationForm:
    """Read the form from the text of `conversation.yaml`. Raise BrokenContent."""
    return read_model(ConversationForm, FILE, text)
