"""Edits as values: each kind has one shape, and anything else is refused."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from bot.engine.file_rules import EDITS
from bot.engine.problems import broken_content
from bot.engine.spelling import composed

Kind = Literal[
    "topic",
    "split",
    "screen",
    "choice",
    "order",
    "text",
    "fact",
    "withdrawn",
    "service",
    "phrases",
    "danger",
    "despair",
    "still",
    "retire",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

NEVER = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of characters that YAML or a catalogue would corrupt."""
NAME = r"^[a-z0-9][a-z0-9_.?!-]{0,59}(:[a-z0-9_.+-]{1,60})?(\.tell)?(:without)?$"
MOST_WORDS = 6000


def _writable(text: str) -> str:
    if any(unicodedata.category(character) in NEVER for character in text if character != "\n"):
        raise PydanticCustomError("unwritable", "holds a letter that cannot be written")
    return composed(text)


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("several lines", "must stand on one line")
    return text.strip()


Text = Annotated[str, StringConstraints(max_length=MOST_WORDS), AfterValidator(_writable)]
Line = Annotated[Text, AfterValidator(_one_line)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
LinePerLanguage = dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Line]
TextPerLanguage = dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Text]
PhrasesPerLanguage = dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], tuple[Line, ...]]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourcedFields(_Shape):
    """Fields that facts and services share. Only given fields change; None removes a field."""

    source: Line | None = None
    law: Line | None = None
    verified_on: Line | None = None
    expires_on: Line | None = None
    owner: Line | None = None
    confidence: Literal["high", "review"] | None = None
    doubt: LinePerLanguage | None = None
    ends: bool | None = None
    withdrawn: bool | None = None
    note: Line | None = None


class FactFields(SourcedFields):
    """A row of the table of facts."""

    kind: Name | None = None
    value: Line | LinePerLanguage | None = None
    open: Line | None = None
    use: Line | None = None


class ServiceFields(SourcedFields):
    """A row of the directory of services."""

    names: LinePerLanguage | None = None
    places: tuple[Name, ...] | None = None
    phone: Line | None = None
    hours: LinePerLanguage | None = None
    address: Line | None = None
    url: Line | None = None


class Link(_Shape):
    """What a button does, and the button it follows. By default it is last, before the way to the menu."""

    to: Name | None = None
    enter: Name | None = None
    returns: bool = False
    form: Literal["request", "receipt"] | None = None
    tells: bool = False
    after: Name | None = None


class NewScreen(_Shape):
    """An information screen to be added to a chapter."""

    chapter: Name
    choices: dict[Name, Link] = {}


class NewTopic(_Shape):
    """A new topic: the texts of its first screen, the button that leads to it, and what people type for it."""

    menu: Name
    after: Name | None = None
    texts: TextPerLanguage = {}
    button: LinePerLanguage = {}
    phrases: PhrasesPerLanguage = {}


class Split(_Shape):
    """A topic made from some buttons of another, which keeps one button to it; optionally also listed on a menu."""

    topic: Name
    menu: Name | None = None
    choices: tuple[Name, ...]
    texts: TextPerLanguage = {}
    button: LinePerLanguage = {}
    phrases: PhrasesPerLanguage = {}


class Retired(_Shape):
    """Where links to a retired topic lead from now on; None removes the buttons too."""

    to: Name | None = None


class PhraseChange(_Shape):
    """Phrases added to and removed from one list in one language: a topic's, or that of danger or of despair."""

    add: tuple[Line, ...] = ()
    remove: tuple[Line, ...] = ()


SHAPES: Mapping[Kind, TypeAdapter[Any]] = {
    "topic": TypeAdapter(NewTopic),
    "split": TypeAdapter(Split),
    "screen": TypeAdapter(NewScreen | None),
    "choice": TypeAdapter(Link | None),
    "order": TypeAdapter(tuple[Name, ...]),
    "text": TypeAdapter(Text),
    "fact": TypeAdapter(FactFields | None),
    "withdrawn": TypeAdapter(bool),
    "service": TypeAdapter(ServiceFields | None),
    "phrases": TypeAdapter(PhraseChange),
    "danger": TypeAdapter(PhraseChange),
    "despair": TypeAdapter(PhraseChange),
    "still": TypeAdapter(Name),
    "retire": TypeAdapter(Retired),
}
SPOKEN: frozenset[Kind] = frozenset({"text", "phrases", "danger", "despair", "still"})
"""Kinds of edits that concern one language."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit. `name` is a text's key, the id of a fact, service, screen or topic, or `screen:choice`."""

    kind: Kind
    name: str
    value: Any
    language: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What the edit changes: a later edit of the same place replaces it."""
        return self.kind, self.name, self.language


Shape = TypeVar("Shape")
LIMITS = {"string_too_long": "long value", "string_pattern_mismatch": "strange value"}
"""What Pydantic finds, and our rule for it: its own sentences are in English."""
_NAMES = TypeAdapter(Annotated[str, StringConstraints(pattern=NAME)])
_LANGUAGE = TypeAdapter(Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")])


def value_of(edit: Edit) -> Any:
    """Return the validated value of an edit. Raise BrokenContent if the edit is invalid."""
    if edit.kind not in SHAPES:
        raise broken_content("no edit", kind=edit.kind)
    if (edit.kind in SPOKEN) != bool(edit.language):
        raise broken_content("no language" if edit.kind in SPOKEN else "needless language", name=edit.name)
    try:
        _NAMES.validate_python(edit.name, strict=True)
        if edit.language:
            _LANGUAGE.validate_python(edit.language, strict=True)
        return SHAPES[edit.kind].validate_python(edit.value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] in EDITS:
            raise broken_content(first["type"], name=f"{edit.name} ({where})" if where else edit.name) from None
        if rule := LIMITS.get(first["type"]):
            field = first["loc"][0] if first["loc"] else edit.kind
            raise broken_content(rule, name=edit.name, field=field, most=MOST_WORDS) from None
        message = f"{where}: {first['msg']}" if where else first["msg"]
        raise broken_content("wrong value", where=edit.name, message=message) from None
