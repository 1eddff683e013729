"""Problems of the content in the editor's language."""

from collections.abc import Iterable
from functools import partial

from bot.desk.page import say
from bot.engine.problems import Problem


def in_words(language: str, problem: Problem, beside: bool = False) -> str:
    """Describe a problem without naming its file. `beside`: it is shown next to its text, so it need not name that."""
    return problem.said(partial(say, language), beside)


def all_in_words(language: str, problems: Iterable[Problem]) -> str:
    """Describe several problems in one line."""
    return "; ".join(in_words(language, problem) for problem in problems)
