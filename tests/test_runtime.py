"""The day by which facts and permissions expire is Riga's, whatever the clock of the machine says."""

from datetime import UTC, date, datetime

from bot.runtime import Runtime


async def test_a_day_begins_at_midnight_in_riga(runtime: Runtime) -> None:
    runtime.now = lambda: datetime(2026, 1, 31, 21, 59, tzinfo=UTC)
    assert runtime.today() == date(2026, 1, 31)
    runtime.now = lambda: datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
    assert runtime.today() == date(2026, 2, 1)


async def test_in_summer_it_begins_an_hour_earlier(runtime: Runtime) -> None:
    runtime.now = lambda: datetime(2026, 6, 30, 21, 0, tzinfo=UTC)
    assert runtime.today() == date(2026, 7, 1)
