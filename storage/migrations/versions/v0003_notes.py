"""Workers' notes, to which key each addition is sealed, and whether everyone was told before an unread letter goes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_to", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["contact_requests.id"], name="fk_notes_request_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_notes_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_request_id", "notes", ["request_id"])
    # Nothing is known of those that are there: they count as sealed to an earlier key until they are sealed again.
    op.add_column("additions", sa.Column("sealed_to", sa.String(), nullable=True))
    op.add_column("contact_requests", sa.Column("last_called", sa.Boolean(), nullable=False, server_default=sa.false()))
