"""Everything in the database that makes the configuration, read in one snapshot."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Table, select

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.database import Database
from modelruntime.store.tables import (
    API_KEYS,
    CREDENTIALS,
    DECLARATIONS,
    MODEL_SWITCHES,
    NAMED,
    REVISION,
)


class StoredRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows as they are kept, of one revision."""

    revision: int
    credentials: tuple[Any, ...] = ()
    api_keys: tuple[Any, ...] = ()
    switches: tuple[Any, ...] = ()
    documents: tuple[Any, ...] = ()
    named: dict[str, tuple[Any, ...]] = {}
    """Table → its rows."""


async def current_revision(database: Database) -> int:
    """The number of the newest revision. Raises `StoreUnavailable`."""
    async with database.read() as connection:
        return int((await connection.execute(select(REVISION.c.number))).scalar_one())


async def read_rows(database: Database) -> StoredRows:
    """Raises `StoreUnavailable`."""
    async with database.read() as connection:
        if not database.is_sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ")
        return StoredRows(
            revision=(await connection.execute(select(REVISION.c.number))).scalar_one(),
            credentials=await _all(connection, CREDENTIALS, "workspace", "provider", "model_type", "model", "position", "id"),
            api_keys=await _all(connection, API_KEYS, "id"),
            switches=await _all(connection, MODEL_SWITCHES, "provider", "model_type", "model"),
            documents=await _all(connection, DECLARATIONS, "position", "id"),
            named={table.name: await _all(connection, table, "workspace", "name") for table in NAMED},
        )


async def _all(connection: AsyncConnection, table: Table, *order: str) -> tuple[Any, ...]:
    return tuple((await connection.execute(select(table).order_by(*(table.c[name] for name in order)))).all())
