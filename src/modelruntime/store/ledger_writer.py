"""Records of calls into the database: batches, each record once however often it comes.

The id of a call is what its client was told, and a client may choose it, the same one for several calls. Such calls are told apart
by when they began: the first keeps the id, each other gets its beginning as an ending.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import Boolean, Connection

from modelruntime.store.call_row import ATTEMPT_COLUMNS, CALL_COLUMNS, CONTENT_COLUMNS
from modelruntime.store.database import Database
from modelruntime.store.ledger_entry import LedgerEntry
from modelruntime.store.tables import ATTEMPTS, CALLS, CONTENTS

ROWS = (500, 50, 5, 1)
"""Rows of one statement, the largest that fit: at each statement the thread that writes and the loop that serves hand the
interpreter to each other."""
NULL = "NULL"
_BOOLEAN = {column.name for table in (CALLS, ATTEMPTS, CONTENTS) for column in table.columns if isinstance(column.type, Boolean)}
_ID = CALL_COLUMNS.index("id")
_KEY_ID = CALL_COLUMNS.index("key_id")
_STARTED_AT = CALL_COLUMNS.index("started_at")


async def write_entries(database: Database, entries: Sequence[LedgerEntry]) -> None:
    """One transaction. Rows that are there already stay as they are. Raises `StoreUnavailable`, or what the database says of a
    value that it does not take."""
    await database.write_whole(partial(_write, entries, "?" if database.is_sqlite else "%s"))


def _write(entries: Sequence[LedgerEntry], mark: str, connection: Connection) -> None:
    if _insert(connection, "calls", CALL_COLUMNS, [entry.call for entry in entries], mark) != len(entries):
        entries = _told_apart(connection, entries, mark)
    _insert(connection, "attempts", ATTEMPT_COLUMNS, [values for entry in entries for values in entry.attempts], mark)
    contents = [entry.content for entry in entries if entry.content is not None]
    _insert(connection, "contents", CONTENT_COLUMNS, contents, mark)
    used = [(at, key, at) for key, at in sorted(_last_used(entries).items())]
    if used:
        newer = f"UPDATE api_keys SET last_used_at = {mark} WHERE id = {mark} AND coalesce(last_used_at, 0) < {mark}"  # noqa: S608
        connection.exec_driver_sql(newer, used)


def _last_used(entries: Sequence[LedgerEntry]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in entries:
        key, at = entry.call[_KEY_ID], entry.call[_STARTED_AT]
        if key and at > found.get(key, 0.0):
            found[key] = at
    return found


def _told_apart(connection: Connection, entries: Sequence[LedgerEntry], mark: str) -> list[LedgerEntry]:
    """Some ids were there already: the same entries, those that are other calls under ids of their own, which are now there too."""
    ids = sorted({entry.call[_ID] for entry in entries})
    listed = ", ".join(mark for _ in ids)
    known = connection.exec_driver_sql(f"SELECT id, started_at FROM calls WHERE id IN ({listed})", tuple(ids))  # noqa: S608
    began: dict[str, float] = {row[0]: row[1] for row in known}
    told = [entry if entry.call[_STARTED_AT] == began.get(entry.call[_ID]) else _renamed(entry) for entry in entries]
    others = [entry.call for entry, before in zip(told, entries, strict=True) if entry is not before]
    _insert(connection, "calls", CALL_COLUMNS, others, mark)
    return told


def _renamed(entry: LedgerEntry) -> LedgerEntry:
    """The same each time it comes."""
    identifier = f"{entry.call[_ID]}.{struct.pack('>d', entry.call[_STARTED_AT]).hex()}"
    attempts = [_with(values, ATTEMPT_COLUMNS.index("call_id"), identifier) for values in entry.attempts]
    content = None if entry.content is None else _with(entry.content, CONTENT_COLUMNS.index("call_id"), identifier)
    return LedgerEntry(entry.version, _with(entry.call, _ID, identifier), attempts, content)


def _with(values: tuple[Any, ...], at: int, value: Any) -> tuple[Any, ...]:
    return (*values[:at], value, *values[at + 1 :])


def _insert(connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], mark: str) -> int:
    """How many were not there yet. By the driver itself: SQLAlchemy's own insert costs several times as much."""
    if not rows:
        return 0
    values = dict(zip(columns, zip(*rows, strict=True), strict=True))
    shown = {name: word for name in columns if (word := _alike(name, values[name])) != NULL}
    bound = list(zip(*(values[name] for name, word in shown.items() if word is None), strict=True))
    added = done = 0
    for size in ROWS:
        whole = len(bound) - (len(bound) - done) % size
        blocks = [tuple(chain.from_iterable(bound[at : at + size])) for at in range(done, whole, size)]
        if blocks:
            statement = _insertion(table, tuple(shown.items()), size, mark)
            added += connection.exec_driver_sql(statement, blocks).rowcount
        done = whole
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
