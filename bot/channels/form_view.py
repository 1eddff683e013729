"""The contact request as it is shown: questions with their reasons, what was filled in, and the lines of the review."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.content import Content
from bot.engine.request import (
    DAYS,
    TIMES,
    WINDOW_ROWS,
    Field,
    Filled,
    Pair,
    RequestForm,
    Value,
    Window,
    days_ahead,
    removable,
)
from bot.engine.spelling import order
from bot.texts import Words
from bot.usecases.social_services import said_day, said_hour

PREFIX = "a."
"""In front of every input of the request, so that none is taken for a field of the page itself."""
GROUPS = ("contact", "urgency", "access", "wishes")
NONE = ""
SHORT = 15


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One safe time: its days, its beginning and end."""

    name: str
    label: str
    days: tuple[Option, ...]
    begins: tuple[Option, ...]
    ends: tuple[Option, ...]
    first: bool

    @property
    def used(self) -> bool:
        return any(one.chosen for one in (*self.days, *self.begins, *self.ends))


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the page. `anchor` says nothing about it, because it may stand in an address."""

    name: str
    anchor: str
    kind: str
    label: str
    why: Words
    required: bool
    when: str
    only: str
    problem: str
    options: tuple[Option, ...] = ()
    value: str = ""
    longest: int = 0
    rows: tuple[Row, ...] = ()

    @property
    def short(self) -> bool:
        """Whether the answers fit side by side on a phone."""
        return all(len(one.label) <= SHORT for one in self.options)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; `folded` ones can wait."""

    id: str
    questions: tuple[Question, ...]
    folded: tuple[Question, ...]
    folded_when: str
    open: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the review: exactly what would be sent."""

    name: str
    label: str
    said: tuple[str, ...]
    removable: bool


def groups(content: Content, filled: Filled, today: date, language: str, problems: Mapping[str, str]) -> list[Group]:
    """All questions, in the order in which they are asked. `problems` are ready words, by field."""
    page = _Page(content, content.request, filled.typed, today, language, problems)
    return [_group(page, group) for group in GROUPS]


def asked(
    content: Content, names: Sequence[str], filled: Filled, today: date, language: str, problems: Mapping[str, str]
) -> list[Question]:
    """Some of the questions by themselves, asked whatever else was answered."""
    page = _Page(content, content.request, filled.typed, today, language, problems)
    questions = (_question(page, name, content.request.fields[name]) for name in names)
    return [replace(one, when="", only="") for one in questions]


def lines(content: Content, filled: Filled, language: str) -> list[Line]:
    """What would be sent, line by line."""
    form = content.request
    return [
        Line(
            name,
            content.text(f"request.{name}", language),
            said(content, name, filled.values[name], language),
            removable(form, name, filled.values),
        )
        for name in form.fields
        if name in filled.values
    ]


def said(content: Content, name: str, value: Value, language: str) -> tuple[str, ...]:
    """A value in words."""
    field = content.request.fields[name]
    if isinstance(value, tuple):
        return tuple(_said_one(content, name, one, language) for one in value)
    if field.type == "place":
        return (content.dialogue.municipalities[value].names[language],)
    if field.type == "date":
        return (said_day(content, date.fromisoformat(value), language),)
    return (_said_one(content, name, value, language) if field.options else value,)


def _said_one(content: Content, name: str, value: str | Window, language: str) -> str:
    if isinstance(value, Window):
        begins, ends = (said_hour(content, text, language) for text in (value.begins, value.ends))
        return f"{content.text(f'request.date.{value.day}', language)} {begins}–{ends}"
    return content.text(f"request.{name}:{value}", language)


@dataclass(frozen=True)
class _Page:
    """What every question is made from."""

    content: Content
    form: RequestForm
    typed: Sequence[Pair]
    today: date
    language: str
    problems: Mapping[str, str]

    def text(self, key: str) -> str:
        return self.content.text(key, self.language)

    def given(self, name: str) -> list[str]:
        return [text for one, text in self.typed if one == name]

    def option(self, value: str, label: str, chosen: Sequence[str]) -> Option:
        return Option(value, label, value in chosen)


def _group(page: _Page, group: str) -> Group:
    fields = {name: field for name, field in page.form.fields.items() if field.group == group}
    asked = {name: _question(page, name, field) for name, field in fields.items() if field.type != "auto"}
    folded = tuple(question for name, question in asked.items() if fields[name].fold)
    whens = {question.when for question in folded}
    return Group(
        id=group,
        questions=tuple(question for name, question in asked.items() if not fields[name].fold),
        folded=folded,
        folded_when=whens.pop() if len(whens) == 1 else "",
        open=any(question.problem for question in folded),
    )


def _question(page: _Page, name: str, field: Field) -> Question:
    when = {f"{PREFIX}{asked}": wanted for asked, wanted in field.when.items()}
    return Question(
        name=PREFIX + name,
        anchor=f"f{list(page.form.fields).index(name)}",
        kind=field.type,
        label=page.text(f"request.{name}"),
        why=page.content.say(f"request.{name}?", page.language, page.today),
        required=field.required,
        when=json.dumps(when) if when else "",
        only="-".join(one for wanted in field.when.values() for one in wanted),
        problem=page.problems.get(name, ""),
        options=_options(page, name, field),
        value=next(iter(page.given(name)), ""),
        longest=field.longest,
        rows=tuple(_row(page, number, row) for number, row in enumerate(WINDOW_ROWS, 1)) if name == "windows" else (),
    )


def _options(page: _Page, name: str, field: Field) -> tuple[Option, ...]:
    chosen = page.given(name) or ([field.default] if field.default else [])
    match field.type:
        case "one" | "several":
            own = tuple(page.option(one, page.text(f"request.{name}:{one}"), chosen) for one in field.options)
            none = (Option(NONE, page.text("request.page.none"), not any(chosen)),) if name == "code_word" else ()
            return none + own
        case "place":
            towns = {one.names[page.language]: id_ for id_, one in page.content.dialogue.municipalities.items()}
            return tuple(page.option(towns[town], town, chosen) for town in sorted(towns, key=order))
        case "date":
            days = [page.today + timedelta(ahead) for ahead in days_ahead(field)]
            wanted = page.given(name) or [(page.today + timedelta(int(field.default or 0))).isoformat()]
            return tuple(
                page.option(day.isoformat(), said_day(page.content, day, page.language), wanted) for day in days
            )
        case _:
            return ()


def _row(page: _Page, number: int, row: str) -> Row:
    days, begins, ends = (page.given(f"{row}.{part}") for part in ("day", "from", "to"))
    return Row(
        name=PREFIX + row,
        label=page.content.filled("request.page.row", page.language, {"number": str(number)}),
        days=tuple(page.option(day, page.text(f"request.date.{day}"), days) for day in DAYS),
        begins=_times(page, TIMES[:-1], begins),
        ends=_times(page, TIMES[1:], ends),
        first=number == 1,
    )


def _times(page: _Page, times: Sequence[str], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(page.option(one, said_hour(page.content, one, page.language), chosen) for one in times)
