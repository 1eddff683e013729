"""Of a browser that is known the day it was last used is kept, of a passkey the hour."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    browsers = sa.table("known_browsers", sa.column("token_hash", sa.LargeBinary()), sa.column("used_at", TIME))
    for name, used_at in op.get_bind().execute(sa.select(browsers.c.token_hash, browsers.c.used_at)).all():
        change = sa.update(browsers).where(browsers.c.token_hash == name, browsers.c.used_at == used_at)
        op.execute(change.values(used_at=_hour(used_at).replace(hour=0)))
    passkeys = sa.table("passkeys", sa.column("id", sa.String()), sa.column("used_at", TIME))
    used = sa.select(passkeys.c.id, passkeys.c.used_at).where(passkeys.c.used_at.is_not(None))
    for name, used_at in op.get_bind().execute(used).all():
        op.execute(sa.update(passkeys).where(passkeys.c.id == name).values(used_at=_hour(used_at)))


def _hour(at: datetime) -> datetime:
    """SQLite gives times back without their zone, which is UTC."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(minute=0, second=0, microsecond=0)
