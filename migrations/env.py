"""Alembic's entry: an engine, or an open connection whose transaction this becomes part of, is handed in
by inbox_bot.store.database; nothing is read from an .ini."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from inbox_bot.store import database, tables  # noqa: F401  (registers every table in the metadata)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=database.is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes
if "connection" in given:
    migrate(given["connection"])
else:
    with given["engine"].connect() as own:
        migrate(own)
