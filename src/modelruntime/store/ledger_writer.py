"""Records of calls into the database: batches, each record once however often it comes.

The id of a call is what its client was told, and a client may choose it, the same one for several calls. Such calls are told apart
by when they began: the first keeps the id, each other gets its beginning as an ending.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Boolean

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.call_row import ATTEMPT_COLUMNS, CALL_COLUMNS, CONTENT_COLUMNS
from modelruntime.store.database import Database
from modelruntime.store.ledger_entry import LedgerEntry
from modelruntime.store.tables import ATTEMPTS, CALLS, CONTENTS

ROWS = 100
"""Rows of one statement: at each statement the thread that writes and the loop that serves hand the interpreter to each other."""
NULL = "NULL"
_BOOLEAN = {column.name for table in (CALLS, ATTEMPTS, CONTENTS) for column in table.columns if isinstance(column.type, Boolean)}
_ID = CALL_COLUMNS.index("id")
_KEY_ID = CALL_COLUMNS.index("key_id")
_STARTED_AT = CALL_COLUMNS.index("started_at")


async def write_entries(database: Database, entries: Sequence[LedgerEntry]) -> None:
    """One transaction. Rows that are there already stay as they are. Raises `StoreUnavailable`, or what the database says of a
    value that it does not take."""
    mark = "?" if database.is_sqlite else "%s"
    async with database.write() as connection:
        if await _insert(connection, "calls", CALL_COLUMNS, [entry.call for entry in entries], mark) != len(entries):
            entries = await _told_apart(connection, entries, mark)
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


async def _told_apart(connection: AsyncConnection, entries: Sequence[LedgerEntry], mark: str) -> list[LedgerEntry]:
    """Some ids were there already: the same entries, those that are other calls under ids of their own, which are now there too."""
    ids = sorted({entry.call[_ID] for entry in entries})
    listed = ", ".join(mark for _ in ids)
    known: Any = await connection.exec_driver_sql(f"SELECT id, started_at FROM calls WHERE id IN ({listed})", tuple(ids))  # noqa: S608
    began: dict[str, float] = {row[0]: row[1] for row in known}
    told = [entry if entry.call[_STARTED_AT] == began.get(entry.call[_ID]) else _renamed(entry) for entry in entries]
    others = [entry.call for entry, before in zip(told, entries, strict=True) if entry is not before]
    await _insert(connection, "calls", CALL_COLUMNS, others, mark)
    return told


def _renamed(entry: LedgerEntry) -> LedgerEntry:
    """The same each time it comes."""
    identifier = f"{entry.call[_ID]}.{struct.pack('>d', entry.call[_STARTED_AT]).hex()}"
    attempts = [_with(values, ATTEMPT_COLUMNS.index("call_id"), identifier) for values in entry.attempts]
    content = None if entry.content is None else _with(entry.content, CONTENT_COLUMNS.index("call_id"), identifier)
    return LedgerEntry(entry.version, _with(entry.call, _ID, identifier), attempts, content)


def _with(values: tuple[Any, ...], at: int, value: Any) -> tuple[Any, ...]:
    return (*values[:at], value, *values[at + 1 :])


async def _insert(connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], mark: str) -> int:
    """How many were not there yet. By the driver itself: SQLAlchemy's own insert costs several times as much."""
    if not rows:
        return 0
    values = dict(zip(columns, zip(*rows, strict=True), strict=True))
    shown = {name: word for name in columns if (word := _alike(name, values[name])) != NULL}
    bound = list(zip(*(values[name] for name, word in shown.items() if word is None), strict=True))
    whole = len(bound) - len(bound) % ROWS
    blocks = [tuple(chain.from_iterable(bound[at : at + ROWS])) for at in range(0, whole, ROWS)]
    added = 0
    for size, parameters in ((ROWS, blocks), (1, bound[whole:])):
        if parameters:
            statement = _insertion(table, tuple(shown.items()), size, mark)
            added += (await connection.exec_driver_sql(statement, parameters)).rowcount
    return added


def _alike(name: str, values: tuple[Any, ...]) -> str | None:
    """What the statement says for all rows: of most calls many columns are empty, and Python's SQLite takes longer to bind a None
    or a boolean than a text. None where they are not alike."""
    first = values[0]
    if first is None:
        return NULL if values.count(None) == len(values) else None
    if name in _BOOLEAN and values.count(first) == len(values):
        return "TRUE" if first else "FALSE"
    return None


@lru_cache(64)
def _insertion(table: str, columns: tuple[tuple[str, str | None], ...], size: int, mark: str) -> str:
    row = f"({', '.join(word or mark for _, word in columns)})"
    names = ", ".join(name for name, _ in columns)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * size)} ON CONFLICT DO NOTHING"  # noqa: S608
