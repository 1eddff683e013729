"""The packages that versions of the program came with, so that an upgrade can be merged with edits of the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "shipped_packages",
        sa.Column("hash", sa.String(16), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_shipped_packages"),
    )
    op.add_column("drafts", sa.Column("shipped_hash", sa.String(16), nullable=True))
