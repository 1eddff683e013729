"""What a request rests on: the person's own consent, or the report of another institution."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("contact_requests", sa.Column("basis", sa.String(16), nullable=False, server_default="own"))
