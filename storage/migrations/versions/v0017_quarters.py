"""Sums of what is counted at closing, and the quarters frozen from them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "slip_sums",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_slip_sums_service_id"),
        sa.PrimaryKeyConstraint("service_id", "quarter", "question", name="pk_slip_sums"),
    )
    op.create_table(
        "quarter_editions",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_quarter_editions_service_id"),
        sa.PrimaryKeyConstraint("service_id", "quarter", name="pk_quarter_editions"),
    )
    op.add_column(
        "contact_requests", sa.Column("slip_counted", sa.Boolean(), nullable=False, server_default=sa.false())
    )
