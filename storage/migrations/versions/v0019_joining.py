"""A report that a worker joined to the person's own request; and one that nobody contacts her because of any more."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("contact_requests", sa.Column("joined_to", sa.String(32), nullable=True))
    op.add_column("contact_requests", sa.Column("no_contact", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_contact_requests_joined_to", "contact_requests", ["joined_to"])
