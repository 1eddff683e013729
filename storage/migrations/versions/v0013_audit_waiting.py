"""What a person did waits for the next notices before it enters the audit, and no time is kept finer than the hour.

The promise of a request that has ended is rounded up to its hour; an open one keeps what its person was told.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_waiting",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("hour", TIME, nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_waiting"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_waiting_due_at", "audit_waiting", ["due_at"])
    round_times()


def round_times() -> None:
    connection = op.get_bind()
    requests = sa.table(
        "contact_requests", sa.column("id"), sa.column("sealed", sa.LargeBinary()), sa.column("read_by", TIME)
    )
    ended = sa.select(requests.c.id, requests.c.read_by).where(requests.c.sealed.is_(None))
    for id_, read_by in connection.execute(ended).all():
        change = sa.update(requests).where(requests.c.id == id_)
        connection.execute(change.values(read_by=_up(read_by)))
    errands = sa.table("outbox", sa.column("id"), sa.column("done_at", TIME))
    for id_, done_at in connection.execute(sa.select(errands).where(errands.c.done_at.is_not(None))).all():
        hour = done_at.replace(minute=0, second=0, microsecond=0)
        connection.execute(sa.update(errands).where(errands.c.id == id_).values(done_at=hour))


def _up(at: datetime) -> datetime:
    """SQLite gives times back without their zone, which is UTC."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if hour == at else hour + timedelta(hours=1)
