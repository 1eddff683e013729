"""What is wrong with the content, in the editor's own language."""

from collections.abc import Iterable
from functools import partial

from bot.desk.page import say
from bot.engine.problems import Problem


def in_words(language: str, problem: Problem, beside: bool = False) -> str:
    """One problem, without the file it stands in. `beside`: it is shown at the text it is about."""
    return problem.said(partial(say, language), beside)


def all_in_words(language: str, problems: Iterable[Problem]) -> str:
    """Several problems, one after the other."""
    return "; ".join(in_words(language, one) for one in problems)
