"""What keeps a request from waiting in silence: a deadline in every state, who had the letter, whose word was right.

Also the addresses that were tried, who alone reads where somebody at the service is known, and which pages were left.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

GRACE = timedelta(days=14)
"""How long a service that could be addressed before the upgrade stays so without tried addresses."""


def upgrade() -> None:
    extend_requests()
    add_readers()
    extend_services()
    add_left_pages()


def extend_requests() -> None:
    op.alter_column("contact_requests", "taken_until", new_column_name="due_at")
    op.add_column("contact_requests", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact_requests", sa.Column("call_until", sa.Date(), nullable=True))
    op.add_column("contact_requests", sa.Column("word_addition", sa.Integer(), nullable=True))
    op.add_column("contact_requests", sa.Column("blocked_addition", sa.Integer(), nullable=True))
    op.add_column("contact_requests", sa.Column("confirmed_hour", sa.DateTime(timezone=True), nullable=True))
    op.add_column("additions", sa.Column("until", sa.Date(), nullable=True))
    op.execute("UPDATE contact_requests SET due_at = read_by WHERE status = 'new'")
    op.execute("""
        UPDATE contact_requests SET blocked_addition = (
            SELECT max(additions.id) FROM additions WHERE additions.request_id = contact_requests.id
        ) WHERE call_blocked
    """)


def add_readers() -> None:
    """Who had a letter is known from the audit; where it says nothing, the old count stands."""
    op.create_table(
        "readers",
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["contact_requests.id"], name="fk_readers_request_id"),
        sa.PrimaryKeyConstraint("request_id", "worker_id", name="pk_readers"),
    )
    op.execute("""
        INSERT INTO readers (request_id, worker_id)
        SELECT DISTINCT contact_requests.id, audit.actor FROM audit
        JOIN contact_requests ON contact_requests.id = audit.subject
        WHERE audit.event IN ('request_opened', 'request_exported') AND contact_requests.sealed IS NOT NULL
    """)
    op.execute("""
        UPDATE contact_requests
        SET opened_count = (SELECT count(*) FROM readers WHERE readers.request_id = contact_requests.id)
        WHERE EXISTS (SELECT 1 FROM readers WHERE readers.request_id = contact_requests.id)
    """)


def extend_services() -> None:
    op.add_column("social_services", sa.Column("reader_id", sa.String(32), nullable=True))
    op.add_column("social_services", sa.Column("reader_email", sa.String(), nullable=True))
    op.add_column("social_services", sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "tried_addresses",
        sa.Column("service_id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_tried_addresses_service_id"),
        sa.PrimaryKeyConstraint("service_id", "address", name="pk_tried_addresses"),
        sa.UniqueConstraint("token_hash", name="uq_tried_addresses_token_hash"),
    )
    op.execute(
        sa.text("""
            UPDATE social_services SET open_until = :until WHERE active AND id IN (
                SELECT service_id FROM service_keys WHERE retired_at IS NULL
                GROUP BY service_id, recipient HAVING count(*) >= 2
            )
        """).bindparams(sa.bindparam("until", datetime.now(UTC) + GRACE, sa.DateTime(timezone=True)))
    )


def add_left_pages() -> None:
    op.create_table(
        "left_pages",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_left_pages"),
    )
    op.create_index("ix_left_pages_until", "left_pages", ["until"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE left_pages SET UNLOGGED")
