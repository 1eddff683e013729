"""Which key the database was sealed with. Filled when it is next opened."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("audit_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_check"),
    )
