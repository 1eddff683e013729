"""A hasher that works only when the test lets it, so that a line forms before it."""

from threading import Condition
from typing import Literal

from argon2 import PasswordHasher

from tests.patience import PATIENCE


class HeldHasher(PasswordHasher):
    """Writes down each password that it looks at, and looks on only after `let_go`."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.seen: list[str] = []
        self.guessed_at: list[str] = []
        """Beside each of these, the hash that it was compared with."""
        self._held = True
        self._changed = Condition()

    def hold(self) -> None:
        """From now on; what was looked at before is forgotten."""
        with self._changed:
            self.seen.clear()
            self.guessed_at.clear()
            self._held = True

    def let_go(self) -> None:
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's name
        with self._changed:
            self.seen.append(str(password))
            self.guessed_at.append(str(hash))
            self._changed.wait_for(lambda: not self._held, PATIENCE)
        return super().verify(hash, password)
