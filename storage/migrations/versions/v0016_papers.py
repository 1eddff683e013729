"""The risk conversation and the plan beside a letter, and the nearest day of a plan on the envelope."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_to", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["contact_requests.id"], name="fk_papers_request_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_papers_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.UniqueConstraint("request_id", "kind", name="uq_papers_request_id"),
    )
    op.create_index("ix_papers_request_id", "papers", ["request_id"])
    op.add_column("contact_requests", sa.Column("next_due", sa.Date(), nullable=True))
