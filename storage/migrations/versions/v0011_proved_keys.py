"""Holding a key is proved: who wants one, which copy nobody has opened yet, whose key was vouched for, and which
service's key was found to differ.
"""

import sqlalchemy as sa
from alembic import context, op

from storage.social_services import mark_content

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Who holds a key stays a holder. Nobody vouched for anybody yet, so check numbers are compared at the next
    change; nobody wished for a key yet, so who waits for one says so.
    """
    op.add_column("workers", sa.Column("wants_key", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("service_keys", sa.Column("unopened", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("service_keys", sa.Column("endorsement", sa.LargeBinary(), nullable=True))
    op.add_column("service_keys", sa.Column("mark", sa.LargeBinary(), nullable=True))
    mark_keys()
    op.add_column("social_services", sa.Column("key_differs_at", sa.DateTime(timezone=True), nullable=True))


def mark_keys() -> None:
    """Once: what stands there now is believed. Whoever writes a row later without our key is found out by its mark."""
    if (mark := context.config.attributes["mark"]) is None:
        return
    keys = sa.table("service_keys", *map(sa.column, ("id", "service_id", "recipient", "held_by", "mark")))
    connection = op.get_bind()
    for key in connection.execute(sa.select(keys)).all():
        made = mark(mark_content(key.service_id, key.recipient, key.held_by))
        connection.execute(sa.update(keys).where(keys.c.id == key.id).values(mark=made))
