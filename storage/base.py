"""Shared by all tables: names of constraints, and times that never lose their zone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, CursorResult, DateTime, Delete, Dialect, LargeBinary, MetaData, Update
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have equal names on every database, so that a later migration can find them."""


class Conflict(Exception):
    """Another write was faster. Nothing was written; read again and decide again."""


class Trouble(Exception):
    """The database failed. Names only the kind: its own message would repeat what was to be stored.

    Its first argument is the kind of the driver's error; `why` says more in words of ours, if we have any.
    """

    def __init__(self, *kinds: object, why: str = "") -> None:
        super().__init__(*kinds)
        self.why = why


class WrongKey(Exception):
    """The database was sealed with another key than ours."""


class NaiveTime(DontWrapMixin, ValueError):
    """A time without a zone was to be stored. That is our bug and must not go unnoticed."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC that keeps its zone, which SQLite forgets. Raises NaiveTime for one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveTime("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UtcHour(UtcDateTime):
    """A time rounded down to the hour: enough for a deadline, too little to match it with anyone's evening."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        bound = super().process_bind_param(value, _)
        return bound and bound.replace(minute=0, second=0, microsecond=0)


class UtcDay(UtcDateTime):
    """A time rounded down to the day: enough to know when something may be deleted."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        bound = super().process_bind_param(value, _)
        return bound and bound.replace(hour=0, minute=0, second=0, microsecond=0)


class Record(MappedAsDataclass, DeclarativeBase):
    """A row as an object, created with keyword arguments."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime,
        bytes: LargeBinary,
        list[str]: JSON,
        list[dict[str, str]]: JSON,
        dict[str, str]: JSON,
        dict[str, list[str]]: JSON,
    }


class Versioned(MappedAsDataclass):
    """A record whose concurrent changes are never lost: the second one raises Conflict."""

    version: Mapped[int] = mapped_column(init=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - called with the class
        return {"version_id_col": cls.version}


class Attempted(MappedAsDataclass, kw_only=True):
    """Something that can be guessed at: failures since the last success, and until when attempts are refused."""

    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)


def random_id() -> str:
    """Return 128 random bits in hex. Nothing can be counted or guessed from them."""
    return token_hex(16)


async def changed(session: AsyncSession, change: Update | Delete) -> int:
    """Execute a statement and return how many rows it changed. Records read before stay as they were."""
    result = await session.execute(change, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
