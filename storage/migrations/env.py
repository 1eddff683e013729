"""Alembic runs this; the connection comes from `storage.migrations.migrate`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
