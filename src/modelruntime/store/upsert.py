"""Inserts that say what is to happen where the row is there already. Each database has its own, loaded for that one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert_into(table: Table, database: str) -> PostgresInsert | SqliteInsert:
    """`database` is the name of SQLAlchemy's dialect, `postgresql` or `sqlite`."""
    if database == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
