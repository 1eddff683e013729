"""The contact request as a form: its fields from `dialogs/request.yaml`, and what a person filled in. Pure.

A browser sends names and texts that anybody could have written. `read` never raises on them: it returns the valid
values, and a problem for each field that is not valid.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, field_validator, model_validator
from pydantic import Field as Setting

from bot.engine import text_messages
from bot.engine.code_words import CODE_WORD, OWN_WORD
from bot.engine.phones import phone_number
from bot.engine.reading import read_model
from bot.engine.safe_times import DAYS, TIMES, WINDOW_ROWS, Pair, Window, read_windows, window_inputs

__all__ = ["DAYS", "TIMES", "WINDOW_ROWS", "Pair", "Window", "phone_number"]

Value = str | tuple[str, ...] | tuple[Window, ...]
Values = Mapping[str, Value]
Condition = Mapping[str, tuple[str, ...]]
"""Earlier answers that must all be given, each with one of these values."""

FILE = "dialogs/request.yaml"
ABOUT = "about"
"""What the request is about. The way tells it, so nobody is asked; it stands in the review and can be changed there."""
HARMED = "done_to_me"
"""What it is about unless the way tells otherwise."""
CODE_DIGITS = 16
SKIP = "skip"
SEPARATORS = ("Cc", "Zl", "Zp")

MOST_INPUTS = 300
LONGEST_INPUT = 16 * 1024
"""Limits beyond anything a person enters by hand. No press holds a longer text, so that none is cut in silence."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field. `what` is the end of a text key; each of `ways` fixes it with one press."""

    field: str
    what: str
    ways: tuple[Pair, ...] = ()


class Asked(BaseModel, frozen=True, extra="forbid"):
    """Something asked only in certain cases, listed in `when`; an empty `when` means always."""

    when: tuple[Condition, ...] = ()

    @field_validator("when", mode="before")
    @classmethod
    def one_case_needs_no_list(cls, when: object) -> object:
        return (when,) if isinstance(when, Mapping) else when

    def is_asked(self, values: Values) -> bool:
        return not self.when or any(holds(condition, values) for condition in self.when)


class Field(Asked, frozen=True):
    """One question. `purpose` is why we may ask it."""

    group: Literal["contact", "urgency", "access", "wishes"]
    type: Literal["one", "several", "text", "phone", "windows", "date", "place", "code", "auto"]
    purpose: str
    order: int
    options: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None
    longest: int = 0
    fold: bool = False
    sent: bool = True
    """False: the answer decides whether the letter is sent, but is not part of it."""
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


class ConsentAsked(Asked, frozen=True):
    """One purpose the person consents to separately."""

    id: str
    required: bool = True


class RequestForm(BaseModel, frozen=True, extra="forbid"):
    """Everything the form can ask, in order."""

    version: str
    erased_after_days: int
    pages: Mapping[str, tuple[str, ...]] = {}
    """The questions on each page, in order (bot.engine.request_pages)."""
    added: tuple[str, ...] = ()
    """Pages that nobody has to pass: the review offers their questions to whoever wants to add something."""
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
        return tuple(consent for consent in self.consents if consent.is_asked(values))

    @property
    def careful(self) -> Mapping[str, str]:
        """What is assumed about a call where nothing is said."""
        asked = {name: field for name, field in self.fields.items() if field.group == "contact" and field.type == "one"}
        return {name: field.default for name, field in asked.items() if field.default and name != CODE_WORD}

    def for_letter(self, values: Values) -> Values:
        """Return the answers the service receives."""
        return {name: value for name, value in values.items() if self.fields[name].sent}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: valid values, problems, and the inputs as they came, so that nothing is lost."""

    values: Values
    problems: tuple[Wrong, ...]
    typed: tuple[Pair, ...]
    minor: bool = False

    @property
    def ready(self) -> bool:
        return not self.problems and not self.minor


def read_request(text: str) -> RequestForm:
    """Read the form from the text of `request.yaml`. Raise BrokenContent with every problem."""
    return read_model(RequestForm, FILE, text, lambda place: line_of(text, place))


def line_of(text: str, location: Sequence[str]) -> int:
    """Return the line of a field, a page or a top-level setting; 0 if it is not there."""
    inside = len(location) > 1 and location[0] in ("fields", "pages")
    name, depth = (location[1], 2) if inside else ("".join(location[:1]), 0)
    around, section, rest = f"\n{text}".partition(f"\n{location[0]}:") if inside else ("", "", f"\n{text}")
    before, found, _ = rest.partition(f"\n{' ' * depth}{name}:")
    return (around + section + before).count("\n") + 1 if found and name else 0


def read(form: RequestForm, pairs: Iterable[Pair], today: date, places: Collection[str]) -> Filled:
    """Read the inputs. A field whose condition does not hold counts as not filled in."""
    typed = _ours(form, pairs)
    values: dict[str, Value] = {}
    problems: list[Wrong] = []
    for name, field in form.fields.items():
        if not field.is_asked(values):
            continue
        value, what = _value(field, name, typed, today, places)
        if what is None and value is None and field.required:
            what = "missing"
        if what is not None:
            problems.append(Wrong(name, what))
        elif value is not None:
            values[name] = value
    if OWN_WORD in values:
        values.pop(CODE_WORD, None)
    problems += _unsafe(values)
    return Filled(values, tuple(problems), typed, is_minor(form, values))


def prefilled(form: RequestForm, answers: Mapping[str, Sequence[str]], language: str) -> tuple[Pair, ...]:
    """Return the first inputs, taken from answers given in the dialogue. Anything unknown is left out."""
    pairs = [("language", language)]
    for name, field in form.fields.items():
        given = answers.get(field.prefilled or "", ())
        pairs += [(name, answer) for answer in given if field.type == "place" or answer in field.options]
    return tuple(pairs)


def inputs(form: RequestForm, values: Values) -> tuple[Pair, ...]:
    """Return the inputs that read back to exactly these values, to carry a draft from page to page."""
    pairs: list[Pair] = []
    for name in form.fields:
        match values.get(name):
            case None:
                pass
            case str(text):
                pairs.append((name, text))
            case several:
                pairs += [(name, option) for option in several if isinstance(option, str)]
                pairs += window_inputs([window for window in several if isinstance(window, Window)])
    return tuple(pairs)


def without(form: RequestForm, values: Values, removed: str) -> tuple[Pair, ...]:
    """Return the inputs after the person removed one answer."""
    return inputs(form, {name: value for name, value in values.items() if name != removed})


def removable(form: RequestForm, name: str, values: Values) -> bool:
    """Return whether an answer can be removed: not a required one, nor one that falls back to the same default.

    What the request is about is only changed: without it, somebody's own behaviour would turn into harm done to them.
    """
    field = form.fields[name]
    if name == ABOUT:
        return False
    if field.options and field.default is not None:
        return values[name] != field.default
    return not field.required


def is_minor(form: RequestForm, values: Values) -> bool:
    return any(values.get(name) in field.minors for name, field in form.fields.items() if field.minors)


def receipt_code(text: str) -> str | None:
    """Return the 16 digits of a receipt code, whatever separates them. Anything else is None, and not an error."""
    found = re.sub(r"[^0-9]", "", text)
    return found if len(found) == CODE_DIGITS else None


def plain(text: str) -> str:
    """Return one line of ordinary characters: no controls, nothing invisible that reorders or hides words."""
    composed = unicodedata.normalize("NFC", text)
    spaced = (" " if unicodedata.category(character) in SEPARATORS else character for character in composed)
    return " ".join("".join(character for character in spaced if unicodedata.category(character)[0] != "C").split())


def days_ahead(field: Field) -> tuple[int, ...]:
    """Return the numbers of days offered for how long a safe time stays safe."""
    return tuple(days for days in (3, 7, 14, 21, 30) if days <= field.longest)


def input_names(form: RequestForm, name: str) -> tuple[str, ...]:
    """Return the names of the inputs that answer one question."""
    if form.fields[name].type != "windows":
        return (name,)
    return tuple(f"{row}.{part}" for row in WINDOW_ROWS for part in ("day", "from", "to"))


def _ours(form: RequestForm, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    names = {input_ for name in form.fields for input_ in input_names(form, name)}
    known = [(name, text[:LONGEST_INPUT]) for name, text in pairs if name in names]
    return tuple(dict.fromkeys(known[:MOST_INPUTS]))


def holds(condition: Condition, values: Values) -> bool:
    """Return whether every answer the condition requires was given."""
    return all(values.get(name) in wanted for name, wanted in condition.items())


def _value(
    field: Field, name: str, typed: Sequence[Pair], today: date, places: Collection[str]
) -> tuple[Value | None, str | None]:
    """Return the value of a field or what is wrong with it; neither if nothing was filled in."""
    if field.type == "windows":
        return read_windows(typed)
    texts = [text for input_, text in typed if input_ == name and text.strip()]
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
    return None if chosen == SKIP and not field.required else chosen  # skipping is not an answer


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


def _unsafe(values: Values) -> list[Wrong]:
    """Report a wish for text messages that would not be safe, at the question that expressed it."""
    asked, why = text_messages.wished(values), text_messages.refusal(values)
    if asked is None or why is None:
        return []
    instead = text_messages.WAYS_INSTEAD[why] if asked == "contact_mode" else ("no",)
    return [Wrong(asked, why, tuple((asked, way) for way in instead))]


def _checked(name: str, when: Iterable[Condition], known: Mapping[str, Field]) -> None:
    for condition in when:
        for asked, wanted in condition.items():
            if asked not in known or not set(wanted) <= set(known[asked].options):
                raise ValueError(f"{name}: the condition on {asked} can never hold")
