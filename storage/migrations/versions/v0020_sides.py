"""Which requests are two sides of one family."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "sides",
        sa.Column("one_id", sa.String(32), nullable=False),
        sa.Column("other_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["contact_requests.id"], name="fk_sides_one_id"),
        sa.ForeignKeyConstraint(["other_id"], ["contact_requests.id"], name="fk_sides_other_id"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_sides"),
    )
