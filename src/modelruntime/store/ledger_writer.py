"""Records of calls into the database: batches, each record once however often it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from modelruntime.store.call_row import ATTEMPT_COLUMNS, CALL_COLUMNS, CONTENT_COLUMNS
from modelruntime.store.database import Database
from modelruntime.store.ledger_entry import LedgerEntry

_KEY_ID = CALL_COLUMNS.index("key_id")
_STARTED_AT = CALL_COLUMNS.index("started_at")


async def write_entries(database: Database, entries: Sequence[LedgerEntry]) -> None:
    """One transaction. Rows that are there already stay as they are. Raises `StoreUnavailable`, or what the database says of a
    value that it does not take."""
    mark = "?" if database.is_sqlite else "%s"
    async with database.write() as connection:
        await _insert(connection, "calls", CALL_COLUMNS, [entry.call for entry in entries], mark)
        await _insert(connection, "attempts", ATTEMPT_COLUMNS, [values for entry in entries for values in entry.attempts], mark)
        contents = [entry.content for entry in entries if entry.content is not None]
        await _insert(connection, "contents", CONTENT_COLUMNS, contents, mark)
        used = [(at, key, at) for key, at in sorted(_last_used(entries).items())]
        if used:
            newer = f"UPDATE api_keys SET last_used_at = {mark} WHERE id = {mark} AND coalesce(last_used_at, 0) < {mark}"  # noqa: S608
            await connection.exec_driver_sql(newer, used)


def _last_used(entries: Sequence[LedgerEntry]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in entries:
        key, at = entry.call[_KEY_ID], entry.call[_STARTED_AT]
        if key and at > found.get(key, 0.0):
            found[key] = at
    return found


async def _insert(
    connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], mark: str
) -> None:
    """By the driver itself: SQLAlchemy's own insert costs several times as much for rows that are ready."""
    if rows:
        names, marks = ", ".join(columns), ", ".join(mark for _ in columns)
        text = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        await connection.exec_driver_sql(text, rows)
