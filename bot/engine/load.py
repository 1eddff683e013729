"""Build a Dialogue from an editor's YAML. Text in, values out; every problem at once, with its line."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from ruamel.yaml.error import YAMLError

from bot.engine.dialogue import Choice, Dialogue, Municipality, Screen, Way
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent, OutOfTime, Problem, broken, broken_content
from bot.engine.reading import not_yaml
from bot.engine.reading import read_yaml as read_yaml

Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Choice(_Strict):
    id: str
    to: str | None = None
    enter: str | None = None
    returns: bool = False
    form: Literal["request", "receipt"] | None = None
    tells: bool = False


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_Values = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Way(_Strict):
    to: str
    when: dict[str, _Values] = {}


class _Screen(_Strict):
    topic: str | None = None
    facts: tuple[str, ...] = ()
    choices: tuple[_Choice, ...] = ()
    asks: str | None = None
    several: str | None = None
    options: tuple[str, ...] = ()
    place: str | None = None
    to: str | None = None
    skip: str | None = None
    branch: tuple[_Way, ...] = ()
    informs: tuple[str, ...] = ()
    about: str | None = None
    words: bool = False


class _Chapter(_Strict):
    screens: dict[str, _Screen]


class _Head(_Strict):
    first: str = "start"
    danger: str = "danger"
    human: str = "human"
    despair: str = "thoughts-of-death"
    language: str = ""
    languages: tuple[str, ...] = ("lv", "ru")


HEAD = "dialogue.yaml"


def load(chapters: Mapping[str, str], municipalities: Mapping[str, Municipality] | None = None) -> Dialogue:
    """Read `dialogue.yaml` and the chapters, given as file name -> text. Raise BrokenContent with every problem."""
    problems: list[Problem] = []
    head = _Head()
    screens: dict[str, Screen] = {}
    for name, text in sorted(chapters.items()):
        file = f"dialogs/{name}"
        try:
            if name == HEAD:
                head = _parse(_Head, file, text)
            else:
                _add(screens, file, text, problems)
        except BrokenContent as wrong:
            problems.extend(wrong.problems)
        except OutOfTime:
            raise broken_content("slow file", file) from None
    if problems:
        raise BrokenContent(tuple(problems))
    return Dialogue(
        screens, municipalities or {}, head.languages, head.first, head.danger, head.human, head.despair, head.language
    )


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages that `dialogue.yaml` names; all of ours if it cannot be read, which `load` reports."""
    try:
        return _parse(_Head, f"dialogs/{HEAD}", text).languages if text else LANGUAGES
    except (BrokenContent, OutOfTime):
        return LANGUAGES


def _add(screens: dict[str, Screen], file: str, text: str, problems: list[Problem]) -> None:
    lines = _screen_lines(text)
    for name, raw in _parse(_Chapter, file, text).screens.items():
        line = lines.get(name, 0)
        if name in screens:
            problems.append(broken("screen twice", file, line, name=name, other=f"{screens[name].chapter}.yaml"))
        screens[name] = _screen(name, file.removeprefix("dialogs/").removesuffix(".yaml"), line, raw)


def _screen(name: str, chapter: str, line: int, raw: _Screen) -> Screen:
    fields = dict(raw)
    fields["choices"] = tuple(Choice(**dict(choice)) for choice in raw.choices)
    fields["branch"] = tuple(Way(way.to, tuple(way.when.items())) for way in raw.branch)
    return Screen(name, chapter, line, **fields)


@lru_cache(maxsize=256)
def _parse(model: type[Model], file: str, text: str) -> Model:
    """Cached, because a draft is read again and again with at most one chapter changed."""
    try:
        return model.model_validate(read_yaml(text))
    except ValidationError as error:
        raise BrokenContent(tuple(_readable(file, text, error))) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BrokenContent((not_yaml(file, error),)) from error


def _readable(file: str, text: str, error: ValidationError) -> Iterator[Problem]:
    lines = _screen_lines(text)
    for detail in error.errors():
        path = [str(part) for part in detail["loc"]]
        where = ".".join(path[1:]) if path[:1] == ["screens"] else ".".join(path)
        line = lines.get(path[1], 0) if path[:1] == ["screens"] and len(path) > 1 else 0
        yield broken("wrong value", file, line, where=where, message=detail["msg"])


def _screen_lines(text: str) -> dict[str, int]:
    """Find the line of each screen: its id is indented by two spaces under `screens:`."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("  ") and not line.startswith(("   ", "  #", "  -")) and line.rstrip().endswith(":"):
            lines.setdefault(line.strip().removesuffix(":").strip("\"'"), number)
    return lines
