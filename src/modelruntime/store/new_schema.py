"""The schema of a new database, made at once as it is today. Migrations are for databases that were made before: what reads and
runs them takes a tenth of a second and ten megabytes, which a process that serves would keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, insert

from modelruntime.store.tables import AUDIT_HEAD, METADATA, REVISION, WORKSPACES

FIRST_ROWS: tuple[tuple[Table, Mapping[str, Any]], ...] = (
    (WORKSPACES, {"id": "default", "name": "default", "created_at": 0}),
    (AUDIT_HEAD, {"id": 1, "number": 0, "hash": ""}),
    (REVISION, {"id": 1, "number": 0, "changed_at": 0}),
)
"""What is there from the beginning."""

_ALEMBICS = MetaData(naming_convention={"pk": "%(table_name)s_pkc"})
VERSION = Table("alembic_version", _ALEMBICS, Column("version_num", String(32), primary_key=True))
"""Where Alembic keeps the revision, as Alembic makes it (https://alembic.sqlalchemy.org/en/latest/tutorial.html, unverified; a test
compares)."""


def make_schema(connection: Connection, revision: str) -> None:
    """Every table and the first rows, in a database that has none; it is of that revision from then on."""
    METADATA.create_all(connection, checkfirst=False)
    _ALEMBICS.create_all(connection, checkfirst=False)
    for table, row in (*FIRST_ROWS, (VERSION, {"version_num": revision})):
        connection.execute(insert(table).values(row))
