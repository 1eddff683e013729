"""The contact request as shown: questions with their reasons and answers, and the lines of the review."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content import Content, filled_words
from bot.engine.code_words import CODE_WORD, NO_WORD, OWN_WORD, proposed_word
from bot.engine.request import ABOUT, Condition, Field, Filled, RequestForm, Value, Values, days_ahead, removable
from bot.engine.request_pages import Questions
from bot.engine.safe_times import BEGINNINGS, DAYS, ENDS, WINDOW_ROWS, Window
from bot.engine.spelling import order
from bot.texts import Words
from bot.usecases.services.sayings import said_day, said_hour

PREFIX = "a."
"""Begins the name of every input of the request, to tell them from the fields of the page itself."""
SHORT, SHORT_BUTTON = 15, 18
"""Characters of a label, and of one without a circle to tick, that still fits beside another on a phone."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One safe time: its days, its start and its end."""

    name: str
    label: str
    days: tuple[Option, ...]
    begins: tuple[Option, ...]
    ends: tuple[Option, ...]
    first: bool

    @property
    def used(self) -> bool:
        return any(option.chosen for option in (*self.days, *self.begins, *self.ends))


@dataclass(frozen=True, slots=True)
class Way:
    """A press that corrects a question: the answer it gives instead, in words."""

    press: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the page. `anchor` reveals nothing about it, because an address may hold it."""

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
    ways: tuple[Way, ...] = ()
    own: "Question | None" = None
    """A text field shown before the answers to choose; its text wins over them."""

    @property
    def id(self) -> str:
        """The name of the question itself, which the press that answers it posts."""
        return self.name.removeprefix(PREFIX)

    @property
    def answered(self) -> bool:
        return any(option.chosen for option in self.options)

    @property
    def short(self) -> bool:
        """Whether the answers fit side by side on a phone."""
        return all(len(option.label) <= SHORT for option in self.options)

    @property
    def short_buttons(self) -> bool:
        """Whether they do as buttons."""
        return all(len(option.label) <= SHORT_BUTTON for option in self.options)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together. The `folded` ones can wait; those in `after` follow them."""

    id: str
    questions: tuple[Question, ...]
    folded: tuple[Question, ...]
    folded_when: str
    open: bool
    after: tuple[Question, ...]

    @property
    def all(self) -> tuple[Question, ...]:
        return (*self.questions, *self.folded, *self.after)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the review: exactly what would be sent."""

    name: str
    label: str
    said: tuple[str, ...]
    removable: bool


def groups(
    content: Content,
    filled: Filled,
    today: date,
    language: str,
    problems: Mapping[str, str],
    once: str,
    asked: Questions,
) -> list[Group]:
    """The questions of one page, in the order in which they are asked.

    `problems` are texts by field. `once`, the id of the form, decides which code word it proposes.
    """
    page = _Page(content, content.request, filled, today, language, problems, once)
    shown = dict.fromkeys(content.request.fields[name].group for name in asked)
    return [_group(page, group, asked) for group in shown]


def questions(
    content: Content, names: Sequence[str], filled: Filled, today: date, language: str, problems: Mapping[str, str]
) -> list[Question]:
    """Single questions by name, whatever else was answered."""
    page = _Page(content, content.request, filled, today, language, problems)
    return [_question(page, name, content.request.fields[name], ()) for name in names]


def review_lines(content: Content, filled: Filled, language: str) -> list[Line]:
    """What would be sent, line by line."""
    form = content.request
    return [
        Line(
            name,
            label(content, name, filled.values, language),
            value_text(content, name, filled.values[name], language),
            removable(form, name, filled.values),
        )
        for name, field in form.fields.items()
        if name in filled.values and field.sent
    ]


def label(content: Content, name: str, values: Values, language: str) -> str:
    """The words of a question. Some have others where the request is not about what is done to the person."""
    other = f"request.{name}.{values.get(ABOUT)}"
    return content.text(other if content.has(other, language) else f"request.{name}", language)


def value_text(content: Content, name: str, value: Value, language: str) -> tuple[str, ...]:
    """A value in words."""
    field = content.request.fields[name]
    if isinstance(value, tuple):
        return tuple(_item_text(content, name, item, language) for item in value)
    if field.type == "place":
        return (content.dialogue.municipalities[value].names[language],)
    if field.type == "date":
        return (said_day(content, date.fromisoformat(value), language),)
    return (_item_text(content, name, value, language) if field.options else value,)


def _item_text(content: Content, name: str, value: str | Window, language: str) -> str:
    if isinstance(value, Window):
        begins, ends = (said_hour(content, text, language) for text in (value.begins, value.ends))
        return f"{content.text(f'request.date.{value.day}', language)} {begins}–{ends}"
    return content.text(f"request.{name}:{value}", language)


@dataclass(frozen=True)
class _Page:
    """What every question is built from."""

    content: Content
    form: RequestForm
    filled: Filled
    today: date
    language: str
    problems: Mapping[str, str]
    once: str = ""

    def text(self, key: str) -> str:
        return self.content.text(key, self.language)

    def given(self, name: str) -> list[str]:
        return [text for input_name, text in self.filled.typed if input_name == name]

    def option(self, value: str, label: str, chosen: Sequence[str]) -> Option:
        return Option(value, label, value in chosen)


def _group(page: _Page, group: str, asked: Questions) -> Group:
    """Fold what can wait behind what cannot. If nothing would stand before the fold, nothing is folded."""
    fields = page.form.fields
    shown = {
        name: _question(page, name, fields[name], when)
        for name, when in asked.items()
        if fields[name].group == group and not (name == OWN_WORD and CODE_WORD in asked)
    }
    names = list(shown)
    fold = next((place for place, name in enumerate(names) if fields[name].fold), len(names)) or len(names)
    folded = tuple(shown[name] for name in names[fold:] if fields[name].fold)
    whens = {question.when for question in folded}
    return Group(
        id=group,
        questions=tuple(shown[name] for name in names[:fold]),
        folded=folded,
        folded_when=whens.pop() if len(whens) == 1 else "",
        open=any(question.problem for question in folded),
        after=tuple(shown[name] for name in names[fold:] if not fields[name].fold),
    )


def _question(page: _Page, name: str, field: Field, hangs_on: Sequence[Condition]) -> Question:
    """`hangs_on`: the answers of the same page that this question depends on."""
    when = [{f"{PREFIX}{asked}": wanted for asked, wanted in condition.items()} for condition in hangs_on]
    own = _question(page, OWN_WORD, page.form.fields[OWN_WORD], ()) if name == CODE_WORD else None
    return Question(
        name=PREFIX + name,
        anchor=f"f{list(page.form.fields).index(name)}",
        kind=field.type,
        label=label(page.content, name, page.filled.values, page.language),
        why=_why(page, name, field),
        required=field.required,
        when=json.dumps(when) if when else "",
        only=only_when(name, field) if when else "",
        problem=page.problems.get(name, "") or (own.problem if own else ""),
        options=_options(page, name, field),
        value=next(iter(page.given(name)), ""),
        longest=field.longest,
        rows=tuple(_row(page, number, row) for number, row in enumerate(WINDOW_ROWS, 1)) if name == "windows" else (),
        ways=_ways(page, name),
        own=own,
    )


def _why(page: _Page, name: str, field: Field) -> Words:
    key = f"request.{name}?"
    return filled_words(key, page.content.say(key, page.language, page.today), {"longest": str(field.longest)})


def only_when(name: str, field: Field) -> str:
    """The end of the key for the text that says, without a script, when to answer this question."""
    if len(field.when) > 1:
        return name
    return "-".join(answer for condition in field.when for wanted in condition.values() for answer in wanted)


def _ways(page: _Page, name: str) -> tuple[Way, ...]:
    if name not in page.problems:
        return ()
    return tuple(
        Way(f"set.{asked}.{option}", page.text(f"request.{asked}:{option}"))
        for wrong in page.filled.problems
        if wrong.field == name
        for asked, option in wrong.ways
    )


def _options(page: _Page, name: str, field: Field) -> tuple[Option, ...]:
    chosen = page.given(name) or ([field.default] if field.default else [])
    match field.type:
        case "one" if name == CODE_WORD:
            return _words(page, field)
        case "one" | "several":
            return tuple(page.option(value, page.text(f"request.{name}:{value}"), chosen) for value in field.options)
        case "place":
            towns = {place.names[page.language]: id_ for id_, place in page.content.dialogue.municipalities.items()}
            return tuple(page.option(towns[town], town, chosen) for town in sorted(towns, key=order))
        case "date":
            days = [page.today + timedelta(ahead) for ahead in days_ahead(field)]
            wanted = page.given(name) or [(page.today + timedelta(int(field.default or 0))).isoformat()]
            return tuple(
                page.option(day.isoformat(), said_day(page.content, day, page.language), wanted) for day in days
            )
        case _:
            return ()


def _words(page: _Page, field: Field) -> tuple[Option, ...]:
    """Two options: the code word this form proposes, chosen by default, and no word."""
    given = page.given(CODE_WORD)
    kept = [word for word in given if word in field.options and word != NO_WORD]
    word = kept[0] if kept else proposed_word(field.options, page.once)
    words = {"word": page.text(f"request.{CODE_WORD}:{word}")}
    label = page.content.filled("request.page.proposed", page.language, words)
    return (
        Option(word, label, bool(kept) or not given),
        Option(NO_WORD, page.text(f"request.{CODE_WORD}:{NO_WORD}"), bool(given) and not kept),
    )


def _row(page: _Page, number: int, row: str) -> Row:
    days, begins, ends = (page.given(f"{row}.{part}") for part in ("day", "from", "to"))
    return Row(
        name=PREFIX + row,
        label=page.content.filled("request.page.row", page.language, {"number": str(number)}),
        days=tuple(page.option(day, page.text(f"request.date.{day}"), days) for day in DAYS),
        begins=_times(page, BEGINNINGS, begins),
        ends=_times(page, ENDS, ends),
        first=number == 1,
    )


def _times(page: _Page, times: Sequence[str], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(page.option(time, said_hour(page.content, time, page.language), chosen) for time in times)
