"""Lets Alembic work on the connection that `cdpsfy init` hands over."""

from alembic import context

from cdpsfy.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table, only copy it
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
