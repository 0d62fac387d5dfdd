"""Alembic's entry: the engine is handed in by inbox_bot.store.database, nothing is read from an .ini."""

from alembic import context
from sqlmodel import SQLModel

from inbox_bot.store import tables  # noqa: F401  (registers every table in the metadata)

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
