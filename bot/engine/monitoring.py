"""The slip of codes that is counted when a request is closed, from `dialogs/monitoring.yaml`. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ValidationError
from pydantic import Field as Setting
from ruamel.yaml.error import YAMLError

from bot.engine.problems import BrokenContent
from bot.engine.reading import misshapen, not_yaml, read_yaml

FILE = "dialogs/monitoring.yaml"


class Counted(BaseModel, frozen=True, extra="forbid"):
    """One question, answered yes or not. `known_from` says where the program knows the answer from."""

    known_from: Literal["basis", "state", "papers"] | None = Setting(default=None, alias="from")


class MonitoringForm(BaseModel, frozen=True, extra="forbid"):
    """All questions, in order."""

    version: str
    questions: Mapping[str, Counted]

    @property
    def ticked(self) -> tuple[str, ...]:
        """The questions that a worker answers."""
        return tuple(name for name, question in self.questions.items() if question.known_from is None)


@lru_cache(maxsize=2)
def read_monitoring(text: str) -> MonitoringForm:
    """Read the form from the text of `monitoring.yaml`. Raise BrokenContent."""
    try:
        return MonitoringForm.model_validate(read_yaml(text))
    except YAMLError as error:
        raise BrokenContent((not_yaml(FILE, error),)) from error
    except ValidationError as error:
        raise misshapen(FILE, error) from error
