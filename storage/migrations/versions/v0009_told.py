"""Two things that her page says, and could not know: who was really told, and whether she gave a number.

A mail that a mail server took is told apart from one that was no longer needed. Of what was done before nobody knows,
so it counts as told to nobody.

The last day of a permission tells that there is one. Requests sent before it stood on the envelope get the latest day
that the server let anybody call; those who call or come themselves cannot be told apart among them.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SAFE_AT_MOST = timedelta(days=31)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    fill_last_days()


def fill_last_days() -> None:
    requests = sa.table(
        "contact_requests", sa.column("id"), sa.column("sealed"), sa.column("call_until", sa.Date()),
        sa.column("created_hour", sa.DateTime(timezone=True)),
        sa.column("confirmed_hour", sa.DateTime(timezone=True)),
    )  # fmt: skip
    asked = sa.select(requests.c.id, requests.c.created_hour, requests.c.confirmed_hour)
    unknown = asked.where(requests.c.call_until.is_(None), requests.c.sealed.is_not(None))
    for request_id, created, confirmed in op.get_bind().execute(unknown).all():
        last = (max(created, confirmed or created) + SAFE_AT_MOST).date()
        op.execute(sa.update(requests).where(requests.c.id == request_id).values(call_until=last))
