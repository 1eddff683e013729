"""What is wrong with a content package, in sentences an editor understands."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where it stands, what it is, and the name of the rule where it has one."""

    file: str
    line: int
    sentence: str
    rule: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


class OutOfTime(BaseException):
    """Whoever watches over this work gave it no more time. No library may take it for an error of its own."""


class BrokenContent(Exception):
    """The content is wrong. Carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def too_slow(file: str, sentence: str = "this file takes too long to read", rule: str = "") -> BrokenContent:
    """What is raised where work on a file was stopped, because it took too long."""
    return BrokenContent((Problem(file, 0, sentence, rule),))
