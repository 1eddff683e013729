"""Numbers without a person: when jobs last ran, and how often buttons were pressed, per day or roughly per week."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Column, Date, Integer, String, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.base import Record, UtcDateTime
from storage.together import Statements

LONGEST_COUNTED = 128
"""Characters of a name. PostgreSQL refuses a longer one, and with it all counts of the same transaction."""

job_runs = Table(
    "job_runs",
    Record.metadata,
    Column("name", String(32), primary_key=True),
    Column("ran_at", UtcDateTime, nullable=False),
)
daily_counts = Table(
    "daily_counts",
    Record.metadata,
    Column("day", Date, primary_key=True),
    Column("name", String(LONGEST_COUNTED), primary_key=True),
    Column("count", Integer, nullable=False),
)
published_counts = Table(
    "published_counts",
    Record.metadata,
    Column("week", Date, primary_key=True),
    Column("name", String(LONGEST_COUNTED), primary_key=True),
    Column("count", Integer, nullable=False),
)


class Counts:
    """Counters, added to in batches. Exact numbers are deleted when their week is published."""

    def __init__(self, connection: AsyncConnection | Statements) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    async def ran(self, job: str, at: datetime) -> None:
        row = self._insert(job_runs).values(name=job, ran_at=at)
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=[job_runs.c.name], set_={"ran_at": row.excluded.ran_at})
        )

    async def runs(self) -> Mapping[str, datetime]:
        """Return when each job last ran, on any replica."""
        rows = await self._connection.execute(select(job_runs.c.name, job_runs.c.ran_at))
        return {name: at for name, at in rows}  # noqa: C416 - the type checker does not see rows as pairs

    async def add(self, day: date, counted: Mapping[str, int]) -> None:
        """Add what a replica has counted since its last flush. In sorted order, to avoid deadlocks."""
        for name, count in sorted(counted.items()):
            row = self._insert(daily_counts).values(day=day, name=name, count=count)
            await self._connection.execute(
                row.on_conflict_do_update(
                    index_elements=[daily_counts.c.day, daily_counts.c.name],
                    set_={"count": daily_counts.c.count + row.excluded.count},
                )
            )

    async def between(self, first: date, last: date) -> Mapping[str, int]:
        """Return the exact numbers of a span of days, while they exist."""
        days = daily_counts.c.day.between(first, last)
        summed = select(daily_counts.c.name, func.sum(daily_counts.c.count)).where(days).group_by(daily_counts.c.name)
        return {name: int(count) for name, count in await self._connection.execute(summed)}

    async def oldest(self) -> date | None:
        """Return the oldest unpublished day."""
        found: date | None = (await self._connection.execute(select(func.min(daily_counts.c.day)))).scalar_one()
        return found

    async def publish(self, week: date, last: date, blurred: Mapping[str, int]) -> None:
        """Store the blurred numbers of a week, and delete exact ones up to its last day. Conflict if done already."""
        await self._connection.execute(delete(daily_counts).where(daily_counts.c.day <= last))
        rows = [{"week": week, "name": name, "count": count} for name, count in blurred.items()]
        if rows:
            await self._connection.execute(insert(published_counts), rows)

    async def published(self, first: date, last: date) -> list[tuple[date, str, int]]:
        """Return the blurred numbers of the weeks that began between two days: week, name, number."""
        weeks = select(published_counts).where(published_counts.c.week.between(first, last))
        rows = await self._connection.execute(weeks.order_by(published_counts.c.week, published_counts.c.name))
        return [(week, name, count) for week, name, count in rows]

    async def is_published(self, day: date, name: str) -> bool:
        found = select(published_counts.c.name).where(published_counts.c.week == day, published_counts.c.name == name)
        return (await self._connection.execute(found)).first() is not None

    async def publish_blurred(self, day: date, blurred: Mapping[str, int]) -> None:
        """Store the blurred numbers of a year or a quarter under its first day. Conflict if done already."""
        rows = [{"week": day, "name": name, "count": count} for name, count in blurred.items()]
        await self._connection.execute(insert(published_counts), rows)

    async def delete_named(self, first: date, last: date, prefix: str) -> None:
        """Delete the blurred numbers between two days whose names begin so."""
        rows = published_counts.c.week.between(first, last) & published_counts.c.name.startswith(
            prefix, autoescape=True
        )
        await self._connection.execute(delete(published_counts).where(rows))

    async def forget(self, before: date) -> None:
        await self._connection.execute(delete(published_counts).where(published_counts.c.week < before))
