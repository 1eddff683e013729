"""Attempts to sign in are counted by what they come with: a browser she has used before, a passkey, or nothing.

And a session remembers when she last showed, once more, that it is she.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("passkeys", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("passkeys", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("passkeys", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "known_browsers",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_known_browsers_worker_id"),
        sa.PrimaryKeyConstraint("token_hash", "worker_id", name="pk_known_browsers"),
    )
    op.create_index("ix_known_browsers_worker_id", "known_browsers", ["worker_id"])
    op.create_index("ix_known_browsers_used_at", "known_browsers", ["used_at"])
