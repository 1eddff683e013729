"""Runtime: database, content, settings, secrets and the clock. What every use case leans on."""

import os
import secrets as chance
import stat
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.apart import Apart, shared
from bot.content import RIGA as RIGA
from bot.content import Content
from bot.metrics import Metrics
from bot.settings import VAR, Settings
from storage.database import Database

OTHERS = 0o077
"""What a file lets its group and everybody do."""


def utc_now() -> datetime:
    """The clock of the real program; tests bring their own."""
    return datetime.now(UTC)


class Secrets:
    """Separate keys for separate purposes, all derived from BOT_SECRET (HKDF, RFC 5869)."""

    def __init__(self, secret: str, volatile: bytes | None = None) -> None:
        self._secret, self._volatile = secret.encode(), volatile

    def bound_to(self, volatile: bytes) -> "Secrets":
        """The same, but for what lives shortly: that needs this key besides, which is on no disk."""
        return Secrets(self._secret.decode(), volatile)

    @property
    def has_volatile(self) -> bool:
        return self._volatile is not None

    def key(self, purpose: str, salt: bytes | None = None) -> bytes:
        return HKDF(SHA256(), 32, salt=salt, info=f"blakus/{purpose}".encode()).derive(self._secret)

    @cached_property
    def storage(self) -> bytes:
        return self.key("storage")

    @cached_property
    def conversations(self) -> bytes:
        """Seals their state. Without a key in memory it is the one of everything that rests."""
        return self.key("storage", self._volatile)

    @cached_property
    def addresses(self) -> bytes:
        """Names them in the database. The numbers of chats could be tried one by one, so it is on no disk, either."""
        return self.key("addresses", self._volatile)

    @cached_property
    def tokens(self) -> bytes:
        return self.key("tokens")

    @cached_property
    def receipts(self) -> bytes:
        return self.key("receipts")

    @cached_property
    def forms(self) -> bytes:
        return self.key("forms")

    @cached_property
    def carried(self) -> bytes:
        return self.key("carried")

    @cached_property
    def pages(self) -> bytes:
        return self.key("pages")

    @cached_property
    def left(self) -> bytes:
        return self.key("left")

    @cached_property
    def webhook(self) -> str:
        return self.key("webhook").hex()


@dataclass(frozen=True, slots=True)
class LeftPage:
    """What ends with a page that was left: its mark, at `until`, and at once all conversations whose key begins so."""

    until: datetime
    conversations: bytes


@dataclass(slots=True)
class Caches:
    """What is kept so that it need not be looked up or made again. Whatever is in it may be lost at any time."""

    reachable: tuple[datetime, frozenset[str]] | None = None
    """The municipalities from which a request can be sent, and when that was last looked up."""
    offers: dict[tuple[str, str], tuple[datetime, Mapping[str, str]]] = field(default_factory=dict)
    """What texts cite of the service of a place in a language, and when that was looked up."""
    cards: dict[tuple[Hashable, ...], Any] = field(default_factory=dict)
    """Cards that were shown already, by everything that they are made of."""

    def forget_world(self) -> None:
        """Look at the services again before the next turn; called where one was changed."""
        self.reachable = None
        self.offers.clear()


@dataclass(slots=True)
class Health:
    """How the database answered of late."""

    pause_until: float = 0.0
    """Until then (of the loop's clock) turns are answered from memory, because the database let somebody wait."""
    unkept: bool = False
    """Whether the last turn could not be kept, so that somebody reads from memory."""


@dataclass(slots=True)
class Pending:
    """What waits to be written into the database, and is lost with the process."""

    left: dict[bytes, LeftPage] = field(default_factory=dict)
    """Marks of pages that were left."""
    pressed: "Counter[str]" = field(default_factory=Counter)
    """Presses since they were last added to the day's numbers."""
    ran: dict[str, datetime] = field(default_factory=dict)
    """When the jobs of this process last ran, since that was last written down."""


@dataclass
class Runtime:
    """One running program. `content` is swapped in one assignment when another revision is published."""

    database: Database
    content: Content
    settings: Settings
    secrets: Secrets
    now: Callable[[], datetime] = utc_now
    apart: Apart = field(default_factory=shared)
    """Where content from outside is read and proved."""
    revision: int = field(default=0, init=False)
    """The number of the revision in use; 0 while it is the package this program came with."""
    not_taken: tuple[int, str] | None = field(default=None, init=False)
    """A newer revision that this program cannot use, and why."""
    shipped: str = field(default="", init=False)
    """The name of the package this program came with."""
    caches: Caches = field(default_factory=Caches, init=False)
    health: Health = field(default_factory=Health, init=False)
    pending: Pending = field(default_factory=Pending, init=False)
    metrics: Metrics = field(default_factory=Metrics, init=False)

    def __post_init__(self) -> None:
        self.shipped = self.content.revision

    def today(self) -> date:
        """The day in Riga, by which facts and permissions expire."""
        return self.now().astimezone(RIGA).date()


def keep_private(folder: Path) -> None:
    """Make a folder of ours, and let nobody but its owner look at anything in it, whatever the umask was.

    Also where it is there already: an earlier version, or a tool, may have made it readable. What is executable stays
    so; a link is left alone, because what it leads to is not ours.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _take_from_others(folder)
    for inside, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _take_from_others(Path(inside, name))


def _take_from_others(place: Path) -> None:
    with suppress(FileNotFoundError):  # a draft that was put into its place meanwhile
        mode = place.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            place.chmod(stat.S_IMODE(mode) & ~OTHERS)


def own_secret(settings: Settings, folder: Path = VAR) -> Secrets:
    """BOT_SECRET, or a key made on the first start and kept in a file only we may read."""
    given = settings.secret.get_secret_value()
    if given:
        return Secrets(given)
    path = folder / "secret"
    if not path.exists() or not path.stat().st_size:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(".draft")  # whole or not at all: an empty one would be everybody's
        draft.touch(mode=0o600)
        draft.write_text(chance.token_hex(32))
        draft.replace(path)
    return Secrets(path.read_text().strip())
