"""Two writes that meet: the one that lost is tried again, a limited number of times, and only for that reason."""

import pytest

from bot.usecases.retrying import retry
from storage.database import Conflict


class Racing:
    """An act that meets another write a number of times before it comes through."""

    def __init__(self, conflicts: int, error: type[Exception] = Conflict) -> None:
        self.conflicts, self.error, self.tries = conflicts, error, 0

    async def act(self) -> int:
        self.tries += 1
        if self.tries <= self.conflicts:
            raise self.error
        return self.tries


async def test_what_meets_nobody_is_done_once() -> None:
    racing = Racing(conflicts=0)
    assert await retry(racing.act) == 1
    assert racing.tries == 1


async def test_what_meets_another_write_is_tried_until_it_comes_through() -> None:
    assert await retry(Racing(conflicts=2).act, tries=3) == 3


async def test_the_last_conflict_is_let_through() -> None:
    racing = Racing(conflicts=9)
    with pytest.raises(Conflict):
        await retry(racing.act, tries=3)
    assert racing.tries == 3


async def test_any_other_error_ends_it_at_once() -> None:
    racing = Racing(conflicts=1, error=LookupError)
    with pytest.raises(LookupError):
        await retry(racing.act)
    assert racing.tries == 1
