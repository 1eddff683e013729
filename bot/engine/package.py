"""What the rules need from a content package. A protocol, so that the engine need not know who reads the files."""

from collections.abc import Mapping
from typing import Protocol

from bot.engine.dialogue import Dialogue
from bot.engine.facts import Fact
from bot.engine.request import RequestForm


class Package(Protocol):
    """A content package, successfully read. `words` and `forbidden` are keyed by language, then by key or pattern."""

    @property
    def dialogue(self) -> Dialogue: ...
    @property
    def words(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...
    @property
    def request(self) -> RequestForm: ...
    @property
    def revealing(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def forbidden(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def files(self) -> Mapping[str, str]: ...
    @property
    def revision(self) -> str: ...
