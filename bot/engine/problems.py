"""What is wrong with content: the rule that is broken and its values, so that each face can say it in its language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.engine.dialogue import Screen
from bot.engine.file_rules import FILE_RULES
from bot.engine.marking import N_
from bot.engine.rules import RULES, TEXT

SENTENCES: Mapping[str, str] = {**RULES, **FILE_RULES}
OF_A_SCREEN, OF_A_TEXT = N_("screen “{screen}”: {rest}"), N_("“{key}”: {rest}")
IN_WORDS = ("what",)
"""Values that are marked words themselves."""

Broken = tuple[str, Mapping[str, object]]
"""The name of a rule, and what its sentence has to be filled with."""
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the file and the line (0 where there is none), the rule, and what its sentence is filled with.

    Among the values are the screen, the text (`key`) and the language it is about, as far as it is about one. All of
    them are strings, so that problems can be told apart, sorted, and sent from one process to another.
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
        """The screen it is about; empty where it is about something else."""
        return dict(self.values).get("screen", "")

    @property
    def key(self) -> str:
        """The key of the text it is about; empty where it is about something else."""
        return dict(self.values).get("key", "")

    @property
    def sentence(self) -> str:
        """In English, without the file."""
        return self.said()

    def said(self, translate: Translate = str, beside: bool = False) -> str:
        """The sentence in another language. `beside`: it stands beside the text it is about, which it need not name."""
        values = {name: translate(value) if name in IN_WORDS else value for name, value in self.values}
        rest = translate(SENTENCES[self.rule]).format(**values)
        if self.rule in TEXT and not beside:
            return translate(OF_A_TEXT).format(key=self.key, rest=rest)
        return translate(OF_A_SCREEN).format(screen=self.screen, rest=rest) if self.screen else rest


class OutOfTime(BaseException):
    """Whoever watches over this work gave it no more time. No library may take it for an error of its own."""


class BrokenContent(Exception):
    """The content is wrong. Carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def broken(rule: str, file: str = "", line: int = 0, /, **values: object) -> Problem:
    """The problem with content that breaks a rule in one place."""
    return Problem(file, line, rule, tuple((name, str(value)) for name, value in values.items()))


def broken_screen(rule: str, screen: Screen, **values: object) -> Problem:
    """The problem with a screen that breaks a rule."""
    return broken(rule, f"dialogs/{screen.chapter}.yaml", screen.line, screen=screen.id, **values)


def broken_content(rule: str, file: str = "", line: int = 0, /, **values: object) -> BrokenContent:
    """What is raised where one broken rule is all there is to say."""
    return BrokenContent((broken(rule, file, line, **values),))
