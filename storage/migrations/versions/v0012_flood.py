"""Whether a request came in a flood."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of what is there nobody knows it, so nothing is marked."""
    op.add_column("contact_requests", sa.Column("flood", sa.Boolean(), nullable=False, server_default=sa.false()))
