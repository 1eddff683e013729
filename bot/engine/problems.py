"""Problems with content: the rule broken and its values, so that each face can report it in its own language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.engine.dialogue import Screen
from bot.engine.file_rules import FILE_RULES
from bot.engine.marking import N_
from bot.engine.rules import RULES, TEXT

SENTENCES: Mapping[str, str] = {**RULES, **FILE_RULES}
OF_A_SCREEN, OF_A_TEXT = N_("screen “{screen}”: {rest}"), N_("“{key}”: {rest}")
IN_WORDS = ("what", "field")
"""Values that may themselves be marked for translation."""

Broken = tuple[str, Mapping[str, object]]
"""The name of a rule, and the values for its sentence."""
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to fix: the file and line (0 if unknown), the rule, and the values for its sentence.

    The values include the screen, the text (`key`) and the language concerned, if any. They are all strings, so that
    problems can be compared, sorted and sent from one process to another.
    """

    file: str
    line: int
    rule: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.sentence}" if place else self.sentence

    def __lt__(self, other: Self) -> bool:
        return (self.file, self.line, self.sentence) < (other.file, other.line, other.sentence)

    @property
    def screen(self) -> str:
        """The id of the screen concerned; empty if there is none."""
        return dict(self.values).get("screen", "")

    @property
    def key(self) -> str:
        """The key of the text concerned; empty if there is none."""
        return dict(self.values).get("key", "")

    @property
    def sentence(self) -> str:
        """The problem in English, without the file."""
        return self.said()

    def said(self, translate: Translate = str, beside: bool = False) -> str:
        """Return the sentence in another language. `beside`: it is shown next to the text and need not name it."""
        values = {name: translate(value) if name in IN_WORDS else value for name, value in self.values}
        rest = translate(SENTENCES[self.rule]).format(**values)
        if self.rule in TEXT and not beside:
            return translate(OF_A_TEXT).format(key=self.key, rest=rest)
        return translate(OF_A_SCREEN).format(screen=self.screen, rest=rest) if self.screen else rest


class OutOfTime(BaseException):
    """The time limit for this work has passed. A BaseException, so that no library handles it as its own error."""


class BrokenContent(Exception):
    """The content is invalid. Carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def broken(rule: str, file: str = "", line: int = 0, /, **values: object) -> Problem:
    """Return the problem of content that breaks a rule in one place."""
    return Problem(file, line, rule, tuple((name, str(value)) for name, value in values.items()))


def broken_screen(rule: str, screen: Screen, **values: object) -> Problem:
    """Return the problem of a screen that breaks a rule."""
    return broken(rule, f"dialogs/{screen.chapter}.yaml", screen.line, screen=screen.id, **values)


def broken_content(rule: str, file: str = "", line: int = 0, /, **values: object) -> BrokenContent:
    """Return the exception for a single broken rule."""
    return BrokenContent((broken(rule, file, line, **values),))
