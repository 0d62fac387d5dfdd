"""Kinds of columns: aware times, enums by value, JSON; and text cut to the length of its column."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Connection, DateTime, Dialect, String, TypeDecorator, event
from sqlalchemy.orm import Mapper
from sqlmodel import SQLModel


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware datetimes in, aware UTC out. SQLite gives back naive ones; this mends that."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum stored by value."""

    impl = String(32)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)


def utc(*, nullable: bool = True, index: bool = False) -> Any:
    return Column(UtcDateTime(), nullable=nullable, index=index)


def json() -> Any:
    return Column(JSON, nullable=False)


def enum(enum: type[StrEnum], *, nullable: bool = False, index: bool = False) -> Any:
    return Column(EnumText(enum), nullable=nullable, index=index)


@event.listens_for(SQLModel, "before_insert", propagate=True)
@event.listens_for(SQLModel, "before_update", propagate=True)
def _cut_to_length(mapper: Mapper[Any], _connection: Connection, row: SQLModel) -> None:
    """Names and subjects of any length come from outside: PostgreSQL would refuse the whole mail for one.

    What is unique is ours and bounded; cut, two things would become one.
    """
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        length = getattr(column.type, "length", None)
        value = getattr(row, attribute.key)
        if (
            isinstance(value, str)
            and length
            and len(value) > length
            and not (column.unique or column.primary_key)
        ):
            setattr(row, attribute.key, value[:length])
