"""Problems of the content in the editor's language."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from bot.desk.content.words import FIELDS
from bot.desk.page import say
from bot.engine.problems import Problem


def in_words(language: str, problem: Problem, beside: bool = False) -> str:
    """Describe a problem without its file, and a field by its label. `beside`: it need not name its text."""
    values = tuple((name, FIELDS.get(value, value) if name == "field" else value) for name, value in problem.values)
    return replace(problem, values=values).said(partial(say, language), beside)


def all_in_words(language: str, problems: Iterable[Problem]) -> str:
    """Describe several problems in one line."""
    return "; ".join(in_words(language, problem) for problem in problems)
