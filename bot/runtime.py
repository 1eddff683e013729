"""What every use case needs: database, content, settings, secrets and the clock."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex
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
"""Permission bits of the group and of everybody else."""


def utc_now() -> datetime:
    """Return the time. This is the clock of the real program; tests bring their own."""
    return datetime.now(UTC)


class Secrets:
    """A separate key for each purpose, all derived from BOT_SECRET (HKDF, RFC 5869)."""

    def __init__(self, secret: str, volatile: bytes | None = None) -> None:
        self._secret, self._volatile = secret.encode(), volatile

    def bound_to(self, volatile: bytes) -> "Secrets":
        """Return these secrets, with keys of short-lived data also bound to `volatile`, which is on no disk."""
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
        """Seals the state of conversations. Without a key in memory it equals the storage key."""
        return self.key("storage", self._volatile)

    @cached_property
    def addresses(self) -> bytes:
        """Hides chat ids in the database. They could be guessed one by one, so this key is not on disk either."""
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
    """A page that was left. Its mark expires at `until`; conversations with this key prefix end at once."""

    until: datetime
    conversations: bytes


@dataclass(slots=True)
class Caches:
    """Caches. Anything in them may be lost at any time."""

    reachable: tuple[datetime, frozenset[str]] | None = None
    """When it was last looked up, and the municipalities a request can be sent from."""
    offers: dict[tuple[str, str], tuple[datetime, Mapping[str, str]]] = field(default_factory=dict)
    """By place and language: when it was looked up, and what texts cite of the place's service."""
    cards: dict[tuple[Hashable, ...], Any] = field(default_factory=dict)
    """Cards already made, by everything they depend on."""

    def forget_world(self) -> None:
        """Look the services up again before the next turn. Call this after changing one."""
        self.reachable = None
        self.offers.clear()


@dataclass(slots=True)
class Health:
    """How the database has been answering."""

    pause_until: float = 0.0
    """Until then (on the loop's clock) turns are answered from memory, because the database kept somebody waiting."""
    silent_until: float = 0.0
    """Until then (on the loop's clock) the log need not say again that the database is away."""
    unkept: bool = False
    """Whether the last turn could not be stored, so that somebody is being served from memory."""


@dataclass(slots=True)
class Pending:
    """What waits to be written to the database and is lost if the process ends."""

    left: dict[bytes, LeftPage] = field(default_factory=dict)
    """Pages that were left, by their marks."""
    pressed: "Counter[str]" = field(default_factory=Counter)
    """Presses not yet added to the day's statistics."""
    ran: dict[str, datetime] = field(default_factory=dict)
    """When jobs of this process last ran, as far as that is not yet stored."""


@dataclass
class Runtime:
    """One running program. `content` is replaced by a single assignment when a revision is published."""

    database: Database
    content: Content
    settings: Settings
    secrets: Secrets
    now: Callable[[], datetime] = utc_now
    apart: Apart = field(default_factory=shared)
    """The child process that reads and proves content from outside."""
    revision: int = field(default=0, init=False)
    """The number of the revision in use; 0 for the package shipped with the program."""
    not_taken: tuple[int, str] | None = field(default=None, init=False)
    """A newer revision this program cannot use, and why."""
    shipped: str = field(default="", init=False)
    """The name of the package shipped with the program."""
    caches: Caches = field(default_factory=Caches, init=False)
    health: Health = field(default_factory=Health, init=False)
    pending: Pending = field(default_factory=Pending, init=False)
    metrics: Metrics = field(default_factory=Metrics, init=False)

    def __post_init__(self) -> None:
        self.shipped = self.content.revision

    def today(self) -> date:
        """Return the day in Riga, by which facts and permissions expire."""
        return self.now().astimezone(RIGA).date()


def keep_private(folder: Path) -> None:
    """Create our folder if needed, and take all permissions on its contents from everyone but the owner.

    An existing folder is treated too: an earlier version or a tool may have made it readable. The owner's permissions
    stay; symlinks are skipped, because their targets are not ours.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _take_from_others(folder)
    for inside, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _take_from_others(Path(inside, name))


def _take_from_others(place: Path) -> None:
    with suppress(FileNotFoundError):  # a temporary file that was renamed meanwhile
        mode = place.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            place.chmod(stat.S_IMODE(mode) & ~OTHERS)


def own_secret(settings: Settings, folder: Path = VAR) -> Secrets:
    """Return the secrets from BOT_SECRET, or from a key made on the first start and kept in a private file."""
    given = settings.secret.get_secret_value()
    if given:
        return Secrets(given)
    path = folder / "secret"
    if not path.exists() or not path.stat().st_size:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(".draft")  # written atomically: an empty key would be known to everybody
        draft.touch(mode=0o600)
        draft.write_text(token_hex(32), encoding="ascii")
        draft.replace(path)
    return Secrets(path.read_text(encoding="ascii").strip())
