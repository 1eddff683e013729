"""That a joined report, erased since, forbade to call."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("contact_requests", sa.Column("unsafe_until", sa.Integer(), nullable=True))
