"""The contact request as a form: its fields from `dialogs/request.yaml`, and what a person filled in. Pure.

What arrives from a browser is a bag of names and texts that anybody can have written. `read` never raises on it: it
answers with values that are right and problems that say, field by field, what is not.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ValidationError, model_validator
from pydantic import Field as Setting
from ruamel.yaml.error import YAMLError

from bot.engine.problems import BrokenContent, Problem
from bot.engine.reading import read_yaml

Value = str | tuple[str, ...] | tuple["Window", ...]
Values = Mapping[str, Value]
Pair = tuple[str, str]

FILE = "dialogs/request.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = tuple(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60 + 1, 30))
CODE_DIGITS = 16
WINDOW_ROWS = ("windows1", "windows2", "windows3")
SKIP = "skip"
SEPARATORS = ("Cc", "Zl", "Zp")

MOST_INPUTS = 300
LONGEST_INPUT = 2000
"""Beyond these nobody filled in our form by hand."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one weekday in which contact is safe, Latvian time."""

    day: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is not right with a field; `what` is the end of a text key."""

    field: str
    what: str


class Field(BaseModel, frozen=True, extra="forbid"):
    """One question. `purpose` is why we may ask it at all."""

    group: Literal["contact", "urgency", "access", "wishes"]
    type: Literal["one", "several", "text", "phone", "windows", "date", "place", "code", "auto"]
    purpose: str
    order: int
    options: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None
    when: Mapping[str, tuple[str, ...]] = {}
    longest: int = 0
    fold: bool = False
    sent: bool = True
    """False: the answer decides whether the letter goes, and stays out of it."""
    prefilled: str | None = Setting(default=None, alias="from")

    @model_validator(mode="after")
    def is_sound(self) -> Self:
        if not self.purpose.strip():
            raise ValueError("a field needs a purpose")
        if bool(self.options) != (self.type in ("one", "several", "auto")):
            raise ValueError(f"options do not fit the type {self.type}")
        if self.options and self.default is not None and self.default not in self.options:
            raise ValueError(f"the default {self.default} is not an option")
        if not set(self.minors) <= set(self.options):
            raise ValueError("minors are not among the options")
        if self.type in ("text", "date") and not self.longest:
            raise ValueError("a text and a date need a limit")
        return self


class ConsentAsked(BaseModel, frozen=True, extra="forbid"):
    """One purpose the person says yes to, by itself."""

    id: str
    required: bool = True
    when: Mapping[str, tuple[str, ...]] = {}


class RequestForm(BaseModel, frozen=True, extra="forbid"):
    """All that can be asked, in the order in which it is asked."""

    version: str
    erased_after_days: int
    fields: Mapping[str, Field]
    consents: tuple[ConsentAsked, ...]

    @model_validator(mode="after")
    def conditions_point_backwards(self) -> Self:
        seen: dict[str, Field] = {}
        for name, field in self.fields.items():
            _checked(name, field.when, seen)
            seen[name] = field
        for consent in self.consents:
            _checked(consent.id, consent.when, seen)
        return self

    def consents_for(self, values: Values) -> tuple[ConsentAsked, ...]:
        return tuple(one for one in self.consents if _holds(one.when, values))

    def for_letter(self, values: Values) -> Values:
        """What the service gets."""
        return {name: value for name, value in values.items() if self.fields[name].sent}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: values that hold, problems, and the inputs as they came, so that nothing is lost."""

    values: Values
    problems: tuple[Wrong, ...]
    typed: tuple[Pair, ...]
    minor: bool = False

    @property
    def ready(self) -> bool:
        return not self.problems and not self.minor


def read_request(text: str) -> RequestForm:
    """The form from the text of request.yaml. Raises BrokenContent with everything wrong."""
    try:
        return RequestForm.model_validate(read_yaml(text))
    except YAMLError as error:
        raise BrokenContent((Problem(FILE, 0, f"this is not readable YAML: {type(error).__name__}"),)) from error
    except ValidationError as error:
        problems = [([str(part) for part in one["loc"]], one["msg"]) for one in error.errors()]
        raise BrokenContent(
            tuple(Problem(FILE, _line(text, loc), f"“{'.'.join(loc)}”: {what}") for loc, what in problems)
        ) from error


def _line(text: str, location: Sequence[str]) -> int:
    """The line of a field or, at the top, of a setting; nothing where it is not there at all."""
    name, depth = (location[1], 2) if location[:1] == ["fields"] and len(location) > 1 else ("".join(location[:1]), 0)
    before, found, _ = f"\n{text}".partition(f"\n{' ' * depth}{name}:")
    return before.count("\n") + 1 if found and name else 0


def read(form: RequestForm, pairs: Iterable[Pair], today: date, places: Collection[str]) -> Filled:
    """Read what came. Fields whose condition does not hold are as if they had not been filled in."""
    typed = _ours(form, pairs)
    values: dict[str, Value] = {}
    problems: list[Wrong] = []
    for name, field in form.fields.items():
        if not _holds(field.when, values):
            continue
        value, what = _value(field, name, typed, today, places)
        if what is None and value is None and field.required:
            what = "missing"
        if what is not None:
            problems.append(Wrong(name, what))
        elif value is not None:
            values[name] = value
    problems += _unsafe(values)
    return Filled(values, tuple(problems), typed, is_minor(form, values))


def prefilled(form: RequestForm, answers: Mapping[str, Sequence[str]], language: str) -> tuple[Pair, ...]:
    """The first inputs, from what was pressed in the dialogue. Anything unknown is left out."""
    pairs = [("language", language)]
    for name, field in form.fields.items():
        given = answers.get(field.prefilled or "", ())
        pairs += [(name, answer) for answer in given if field.type == "place" or answer in field.options]
    return tuple(pairs)


def inputs(form: RequestForm, values: Values) -> tuple[Pair, ...]:
    """The inputs that read back to exactly these values: how a draft travels from page to page."""
    pairs: list[Pair] = []
    for name in form.fields:
        match values.get(name):
            case None:
                pass
            case str(text):
                pairs.append((name, text))
            case many:
                pairs += [(name, one) for one in many if isinstance(one, str)]
                pairs += _window_inputs([one for one in many if isinstance(one, Window)])
    return tuple(pairs)


def without(form: RequestForm, values: Values, removed: str) -> tuple[Pair, ...]:
    """The inputs after the person took one line away."""
    return inputs(form, {name: value for name, value in values.items() if name != removed})


def removable(form: RequestForm, name: str, values: Values) -> bool:
    """Whether a line can simply go: not what a request cannot do without, not what would fall back to itself."""
    field = form.fields[name]
    return not field.required or (bool(field.options) and field.default is not None and values[name] != field.default)


def is_minor(form: RequestForm, values: Values) -> bool:
    return any(values.get(name) in field.minors for name, field in form.fields.items() if field.minors)


def phone_number(text: str) -> str | None:
    """A number in E.164, or nothing. Latvian ones have eight digits and begin with 2 or 6."""
    number = re.sub(r"[\s().\-/\u2010-\u2015]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^00", "+", number)
    if re.fullmatch(r"371[26][0-9]{7}", number):
        number = f"+{number}"
    if re.fullmatch(r"[26][0-9]{7}", number):
        return f"+371{number}"
    if re.fullmatch(r"\+371[26][0-9]{7}", number):
        return number
    return number if re.fullmatch(r"\+(?!371)[1-9][0-9]{6,14}", number) else None


def receipt_code(text: str) -> str | None:
    """The 16 digits of a receipt, whatever stands between them. Anything else is nothing, and no mistake."""
    found = re.sub(r"[^0-9]", "", text)
    return found if len(found) == CODE_DIGITS else None


def plain(text: str) -> str:
    """One line of ordinary characters: no controls, nothing invisible that turns or hides words."""
    broken = (" " if unicodedata.category(one) in SEPARATORS else one for one in unicodedata.normalize("NFC", text))
    return " ".join("".join(one for one in broken if unicodedata.category(one)[0] != "C").split())


def days_ahead(field: Field) -> tuple[int, ...]:
    """The stretches offered for how long a safe time stays safe."""
    return tuple(days for days in (3, 7, 14, 21, 30) if days <= field.longest)


def _ours(form: RequestForm, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    names = {name for name, field in form.fields.items() if field.type != "windows"}
    names |= {f"{row}.{part}" for row in WINDOW_ROWS for part in ("day", "from", "to")}
    known = [(name, text[:LONGEST_INPUT]) for name, text in pairs if name in names]
    return tuple(dict.fromkeys(known[:MOST_INPUTS]))


def _holds(when: Mapping[str, tuple[str, ...]], values: Values) -> bool:
    return all(values.get(name) in wanted for name, wanted in when.items())


def _value(
    field: Field, name: str, typed: Sequence[Pair], today: date, places: Collection[str]
) -> tuple[Value | None, str | None]:
    """The value of a field and what is wrong with it; at most one of them, and neither when nothing was said."""
    if field.type == "windows":
        return _windows(typed)
    texts = [text for one, text in typed if one == name and text.strip()]
    if field.type == "several":
        chosen = tuple(option for option in field.options if option in texts)
        return chosen or None, None
    first = texts[0].strip() if texts else ""
    match field.type:
        case "one" | "auto":
            return _option(field, first), None
        case "text":
            text = plain(first)
            return (None, "long") if len(text) > field.longest else (text or None, None)
        case "code":
            return receipt_code(first), None
        case "phone":
            number = phone_number(first)
            return (None, "phone") if first and number is None else (number, None)
        case "date":
            return _date(field, first, today)
        case "place":
            return (first, None) if first in places else (None, None)


def _option(field: Field, text: str) -> str | None:
    chosen = text if text in field.options else field.default
    return None if chosen == SKIP and not field.required else chosen  # skipped is not an answer


def _date(field: Field, text: str, today: date) -> tuple[str | None, str | None]:
    if not text:
        return (today + timedelta(int(field.default))).isoformat() if field.default else None, None
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        return None, "date"
    if not timedelta(0) <= chosen - today <= timedelta(field.longest):
        return None, "date"
    return chosen.isoformat(), None


def _windows(typed: Sequence[Pair]) -> tuple[tuple[Window, ...] | None, str | None]:
    found: list[Window] = []
    for row in WINDOW_ROWS:
        days = [day for day in DAYS if (f"{row}.day", day) in typed]
        begins, ends = (_time(typed, f"{row}.{part}") for part in ("from", "to"))
        if not days and not begins and not ends:
            continue
        if not days:
            return None, "day"
        if not begins or not ends:
            return None, "time"
        if begins >= ends:
            return None, "order"
        found += [Window(day, begins, ends) for day in days]
    in_order = sorted(set(found), key=lambda one: (DAYS.index(one.day), one.begins, one.ends))
    return tuple(in_order) or None, None


def _time(typed: Sequence[Pair], name: str) -> str | None:
    return next((text for one, text in typed if one == name and text in TIMES), None)


def _window_inputs(windows: Sequence[Window]) -> list[Pair]:
    """One row of the form for each pair of times; there can be no more pairs than the rows they were read from."""
    pairs: list[Pair] = []
    times = dict.fromkeys((one.begins, one.ends) for one in windows)
    for row, (begins, ends) in zip(WINDOW_ROWS, times, strict=False):
        pairs += [(f"{row}.day", one.day) for one in windows if (one.begins, one.ends) == (begins, ends)]
        pairs += [(f"{row}.from", begins), (f"{row}.to", ends)]
    return pairs


def _unsafe(values: Values) -> list[Wrong]:
    """A text message goes only to a phone that nobody else looks at: not to one watched, perhaps watched, or unsaid."""
    if "device_watched" not in values or values["device_watched"] == "no":
        return []
    wishes = {"contact_mode": "sms", "sms_ok": "yes_neutral_text"}
    return [Wrong(name, "watched") for name, sms in wishes.items() if values.get(name) == sms]


def _checked(name: str, when: Mapping[str, tuple[str, ...]], known: Mapping[str, Field]) -> None:
    for asked, wanted in when.items():
        if asked not in known or not set(wanted) <= set(known[asked].options):
            raise ValueError(f"{name}: the condition on {asked} can never hold")
