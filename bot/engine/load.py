"""From the YAML of an editor to a Dialogue. Text in, values out; every problem at once, with its line."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from ruamel.yaml.error import YAMLError

from bot.engine.dialogue import Choice, Dialogue, Municipality, Screen, Way
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
    words: bool = False


class _Chapter(_Strict):
    screens: dict[str, _Screen]


class _Head(_Strict):
    first: str = "start"
    danger: str = "danger"
    human: str = "human"
    languages: tuple[str, ...] = ("lv", "ru")


HEAD = "dialogue.yaml"


def load(chapters: Mapping[str, str], municipalities: Mapping[str, Municipality] | None = None) -> Dialogue:
    """Read `dialogue.yaml` and the chapters, given as file name -> text. Raises BrokenContent with every problem."""
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
        except BrokenContent as broken:
            problems.extend(broken.problems)
        except OutOfTime:
            raise broken_content("slow file", file) from None
    if problems:
        raise BrokenContent(tuple(problems))
    return Dialogue(screens, municipalities or {}, head.languages, head.first, head.danger, head.human)


def _add(screens: dict[str, Screen], file: str, text: str, problems: list[Problem]) -> None:
    lines = _screen_lines(text)
    for name, raw in _parse(_Chapter, file, text).screens.items():
        line = lines.get(name, 0)
        if name in screens:
            problems.append(broken("screen twice", file, line, name=name, other=f"{screens[name].chapter}.yaml"))
        screens[name] = _screen(name, file.removeprefix("dialogs/").removesuffix(".yaml"), line, raw)


def _screen(name: str, chapter: str, line: int, raw: _Screen) -> Screen:
    return Screen(
        id=name,
        chapter=chapter,
        line=line,
        topic=raw.topic,
        facts=raw.facts,
        choices=tuple(Choice(one.id, one.to, one.enter, one.returns, one.form, one.tells) for one in raw.choices),
        asks=raw.asks,
        several=raw.several,
        options=raw.options,
        place=raw.place,
        to=raw.to,
        skip=raw.skip,
        branch=tuple(Way(way.to, tuple(way.when.items())) for way in raw.branch),
        informs=raw.informs,
        words=raw.words,
    )


@lru_cache(maxsize=256)
def _parse(model: type[Model], file: str, text: str) -> Model:
    """Remembered: of a draft that is read again and again, one chapter at most has changed."""
    try:
        return model.model_validate(read_yaml(text))
    except ValidationError as error:
        raise BrokenContent(tuple(_readable(file, text, error))) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BrokenContent((not_yaml(file, error),)) from error


def _readable(file: str, text: str, error: ValidationError) -> Iterator[Problem]:
    lines = _screen_lines(text)
    for one in error.errors():
        path = [str(part) for part in one["loc"]]
        where = ".".join(path[1:]) if path[:1] == ["screens"] else ".".join(path)
        line = lines.get(path[1], 0) if path[:1] == ["screens"] and len(path) > 1 else 0
        yield broken("wrong value", file, line, where=where, message=one["msg"])


def _screen_lines(text: str) -> dict[str, int]:
    """Screens stand two spaces deep under `screens:`; their lines are where an editor has to look."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("  ") and not line.startswith(("   ", "  #", "  -")) and line.rstrip().endswith(":"):
            lines.setdefault(line.strip().removesuffix(":").strip("\"'"), number)
    return lines
