"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_short_lived()
    create_social_services()
    create_workers()
    create_contact_requests()
    create_what_belongs_to_requests()
    create_consents()
    create_audit()
    if op.get_bind().dialect.name == "postgresql":
        keep_out_of_the_log()
        refuse_changes_on_postgresql()
    else:
        refuse_changes_on_sqlite()


def create_short_lived() -> None:
    op.create_table(
        "conversations",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("idle_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_conversations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_conversations_idle_at", "conversations", ["idle_at"])
    op.create_table(
        "traces",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_traces"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_traces_until", "traces", ["until"])
    op.create_table(
        "updates_heard",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_updates_heard"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_updates_heard_until", "updates_heard", ["until"])


def create_social_services() -> None:
    op.create_table(
        "social_services",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("reads_within_minutes", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("closed_days", sa.JSON(), nullable=False),
        sa.Column("deputy_email", sa.String(), nullable=True),
        sa.Column("head_email", sa.String(), nullable=True),
        sa.Column("fallback_id", sa.String(64), nullable=True),
        sa.Column("escalates_within_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_social_services"),
    )


def create_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_id", sa.String(64), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_hash", sa.LargeBinary(), nullable=True),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conduct_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recovery_marks", sa.JSON(), nullable=False),
        sa.Column("own_recipient", sa.String(), nullable=True),
        sa.Column("own_wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_workers_service_id"),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
        sa.UniqueConstraint("invited_hash", name="uq_workers_invited_hash"),
        sa.UniqueConstraint("login", name="uq_workers_login"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_sessions_worker_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"])
    op.create_index("ix_sessions_worker_id", "sessions", ["worker_id"])
    op.create_table(
        "service_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("service_id", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("held_by", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["held_by"], ["workers.id"], name="fk_service_keys_held_by"),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_service_keys_service_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_keys"),
        sa.UniqueConstraint("recipient", "held_by", name="uq_service_keys_recipient_held_by"),
    )
    op.create_index("ix_service_keys_service_id", "service_keys", ["service_id"])


def create_contact_requests() -> None:
    op.create_table(
        "contact_requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("once_hash", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=False),
        sa.Column("service_id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_to", sa.String(), nullable=True),
        sa.Column("priority", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("created_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("worker_id", sa.String(32), nullable=True),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_count", sa.Integer(), nullable=False),
        sa.Column("opened_in_time", sa.Boolean(), nullable=True),
        sa.Column("call_blocked", sa.Boolean(), nullable=False),
        sa.Column("closed_as", sa.String(32), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.JSON(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("head_only", sa.Boolean(), nullable=False),
        sa.Column("escalated_to", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_contact_requests_service_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_contact_requests_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_requests"),
        sa.UniqueConstraint("once_hash", name="uq_contact_requests_once_hash"),
        sa.UniqueConstraint("receipt_hash", name="uq_contact_requests_receipt_hash"),
    )
    op.create_index("ix_contact_requests_purge_at", "contact_requests", ["purge_at"])
    op.create_index("ix_contact_requests_service_id_status", "contact_requests", ["service_id", "status"])


def create_what_belongs_to_requests() -> None:
    op.create_table(
        "additions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["contact_requests.id"], name="fk_additions_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_additions"),
    )
    op.create_index("ix_additions_request_id", "additions", ["request_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("service_id", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["contact_requests.id"], name="fk_outbox_request_id"),
        sa.ForeignKeyConstraint(["service_id"], ["social_services.id"], name="fk_outbox_service_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_index("ix_outbox_request_id", "outbox", ["request_id"])


def create_consents() -> None:
    op.create_table(
        "consent_wordings",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_consent_wordings"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("wording_id", sa.String(), nullable=False),
        sa.Column("wording_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("withdrawal_wording", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["wording_hash"], ["consent_wordings.hash"], name="fk_consents_wording_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_given_at", "consents", ["given_at"])
    op.create_index("ix_consents_request_id", "consents", ["request_id"])


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def keep_out_of_the_log() -> None:
    """Nothing of a conversation reaches WAL archives, standbys or their backups."""
    for table in ("conversations", "traces", "updates_heard"):
        op.execute(f"ALTER TABLE {table} SET UNLOGGED")


# Audit entries older than twelve months may go. "Now" is the newest entry's time: moving that clock leaves an entry.


def refuse_changes_on_sqlite() -> None:
    op.execute("""
        CREATE TRIGGER audit_keeps BEFORE DELETE ON audit
        WHEN OLD.at > (SELECT datetime(at, '-12 months') FROM audit ORDER BY id DESC LIMIT 1)
        BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """)
    for table in ("audit", "consent_wordings"):
        op.execute(f"""
            CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END
        """)


def refuse_changes_on_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'append-only'; END $$
    """)
    op.execute("""
        CREATE FUNCTION refuse_early_delete() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.at > (SELECT at - interval '12 months' FROM audit ORDER BY id DESC LIMIT 1) THEN
                RAISE EXCEPTION 'append-only';
            END IF;
            RETURN OLD;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_keeps BEFORE DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION refuse_early_delete()
    """)
    for table in ("audit", "consent_wordings"):
        op.execute(f"""
            CREATE TRIGGER {table}_stays BEFORE UPDATE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)
