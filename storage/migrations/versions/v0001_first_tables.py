"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    conversations()


def conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("idle_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_conversations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_conversations_idle_at", "conversations", ["idle_at"])
    op.create_table(
        "traces",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_traces"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_traces_until", "traces", ["until"])
    op.create_table(
        "updates_heard",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_updates_heard"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_updates_heard_until", "updates_heard", ["until"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("conversations", "traces", "updates_heard"):  # never in WAL archives, standbys or their backups
            op.execute(f"ALTER TABLE {table} SET UNLOGGED")
