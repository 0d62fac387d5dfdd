"""Every row as JSON Lines, one file a table: the same from SQLite and PostgreSQL, and back into either.

Times are ISO 8601 in UTC, dates ISO, bytes base64; JSON columns and everything else stand as they are.
What is loaded goes into the schema that it was dumped from, told by the types that the database itself
reports; newer migrations then run over it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlmodel import SQLModel

BATCH = 500  # rows in memory at a time


def dump(connection: Connection, folder: Path) -> dict[str, int]:
    """Write every table to `<folder>/<table>.jsonl`; table → number of rows.

    The caller's transaction decides what is seen; it must show one moment of the whole database.
    """
    counts = {}
    for table in SQLModel.metadata.sorted_tables:
        counts[table.name] = 0
        with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
            query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
            for row in connection.execute(query).mappings():
                file.write(json.dumps(dict(row), default=_plain, ensure_ascii=False, sort_keys=True) + "\n")
                counts[table.name] += 1
    return counts


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def load(connection: Connection, folder: Path, names: Iterable[str]) -> None:
    """Fill the empty tables `names` from the files of `dump`, within the caller's transaction."""
    reflected = MetaData()
    reflected.reflect(connection, only=list(names))
    later: list[tuple[Table, str]] = []
    for table in reflected.sorted_tables:
        own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
        for rows in _batches(folder / f"{table.name}.jsonl"):
            # A row may point to a later one of its own table: such columns are filled in a second pass.
            connection.execute(insert(table), [_typed(table, {**row, **dict.fromkeys(own)}) for row in rows])
        later += [(table, column) for column in own]
    for table, column in later:
        for rows in _batches(folder / f"{table.name}.jsonl"):
            pairs = [{"row": row["id"], "points_to": row[column]} for row in rows if row[column] is not None]
            if pairs:
                statement = update(table).where(table.c.id == bindparam("row"))
                connection.execute(statement.values({column: bindparam("points_to")}), pairs)
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection, reflected)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """JSON → what the column's type takes."""
    typed = {}
    for name, value in row.items():
        kind = table.c[name].type
        if value is not None and not isinstance(kind, JSON):
            if isinstance(kind, DateTime):
                value = dt.datetime.fromisoformat(value)
            elif isinstance(kind, Date):
                value = dt.date.fromisoformat(value)
            elif isinstance(kind, LargeBinary):
                value = base64.b64decode(value)
        typed[name] = value
    return typed


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    with file.open(encoding="utf-8") as lines:
        batch: list[dict[str, Any]] = []
        for line in lines:
            batch.append(json.loads(line))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _continue_numbers(connection: Connection, tables: MetaData) -> None:
    """PostgreSQL numbers rows by sequences, which know nothing of rows that brought their own number."""
    for table in tables.sorted_tables:
        if "id" not in table.c or not isinstance(table.c.id.type, Integer):
            continue
        last = connection.execute(select(func.max(table.c.id))).scalar()
        if last is not None:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last)))
