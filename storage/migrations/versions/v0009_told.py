"""Whether an errand was really done: a mail server took the mail. Until now what was settled looked the same.

Of what was done before nobody knows, so it counts as told to nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
