"""What Alembic runs: the steps, on the connection it is given, inside the transaction that holds the lock."""

from alembic import context

from modelruntime.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
