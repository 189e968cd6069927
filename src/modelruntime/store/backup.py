"""The whole database as one file of JSON lines, and back into SQLite or PostgreSQL.

A head, one line for each row, an end with the count and digest of what stands before. Secrets stay sealed as they are in the
database: who restores it needs the key ring too. Sessions and set-up tokens are left out.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Connection, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.engine import URL

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.blocking_engine import blocking_engine
from modelruntime.store.database import unavailable
from modelruntime.store.errors import NotAllowed, SchemaUnknown
from modelruntime.store.migrating import known_revisions, locked, migrate, revision_of, upgrade
from modelruntime.store.tables import ACCOUNTS, API_KEYS, CALLS, CONTENTS, CREDENTIALS, METADATA, SESSIONS, SETUP_TOKENS

FORMAT = "modelruntime backup"
EVERYTHING = frozenset(METADATA.tables) - {SESSIONS.name, SETUP_TOKENS.name}
"""The tables of a backup that leaves nothing out."""
WITHOUT_CONTENTS = EVERYTHING - {CONTENTS.name}
"""The same without what was said in calls."""
CHUNK = 500


class Head(msgspec.Struct, frozen=True):
    """The first line."""

    format: str
    version: int
    schema: str
    made_at: float


class Row(msgspec.Struct, frozen=True):
    """A line: a row of a table; bytes are base64."""

    table: str
    row: dict[str, Any]


class End(msgspec.Struct, frozen=True):
    """The last line."""

    rows: int
    sha256: str


def back_up(url: URL, file: BinaryIO, tables: frozenset[str] = WITHOUT_CONTENTS) -> int:
    """Write a backup of these tables; returns how many rows. One snapshot: changes meanwhile are not in it.

    Raises `StoreUnavailable`, `SchemaUnknown`.
    """
    migrate(url)
    engine = blocking_engine(url)
    digest = hashlib.sha256()
    count = 0
    try:
        with unavailable(), engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            schema = revision_of(connection)
            _put(file, digest, Head(FORMAT, 1, schema or "", time.time()))
            for row in _rows(connection, tables):
                _put(file, digest, row)
                count += 1
    finally:
        engine.dispose()
    file.write(msgspec.json.encode(End(count, digest.hexdigest())) + b"\n")
    return count


def restore(url: URL, file: BinaryIO) -> int:
    """Put a backup into an empty database, all of it or nothing; returns how many rows. One of an earlier schema is brought up
    to date. Raises `ParameterInvalid` for a file that is none or not whole, `NotAllowed` for a database that is in use,
    `SchemaUnknown` for a backup of a newer version, `StoreUnavailable`."""
    lines = iter(file)
    digest = hashlib.sha256()
    head = _decoded(next(lines, b""), Head, digest)
    if head.format != FORMAT or head.version != 1:
        raise ParameterInvalid("this is no backup that this version can read", field="file")
    if head.schema not in known_revisions():
        raise SchemaUnknown(
            f"the backup has the schema {head.schema}, which this version does not know: restore it with a newer one"
        )
    with unavailable(), locked(url) as connection:
        _require_empty(connection)
        upgrade(connection, head.schema)
        count = _insert(connection, _checked(lines, digest))
        upgrade(connection, "head")
    return count


def _rows(connection: Connection, tables: frozenset[str]) -> Iterator[Row]:
    for table in METADATA.sorted_tables:
        if table.name not in tables:
            continue
        ordered = select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=CHUNK).execute(ordered).mappings():
            yield Row(str(table.name), {str(name): _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _put(file: BinaryIO, digest: Any, line: Head | Row) -> None:
    content = msgspec.json.encode(line) + b"\n"
    digest.update(content)
    file.write(content)


def _checked(lines: Iterator[bytes], digest: Any) -> Iterator[Row]:
    """The rows; raises at the end unless all of them were there."""
    for count, line in enumerate(lines):
        if line.startswith(b'{"rows"'):
            end = msgspec.json.decode(line, type=End)
            if end == End(count, digest.hexdigest()):
                return
            break
        yield _decoded(line, Row, digest)
    raise ParameterInvalid("the backup is not whole, or was changed: nothing was restored", field="file")


def _decoded(line: bytes, kind: Any, digest: Any) -> Any:
    digest.update(line)
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as cause:
        raise ParameterInvalid("this is no backup, or a damaged one: nothing was restored", field="file") from cause


def _insert(connection: Connection, rows: Iterable[Row]) -> int:
    """Into the tables as that schema has them, in the order of the file: it suits the foreign keys."""
    there = MetaData()
    there.reflect(connection)
    count = 0
    gathered: list[dict[str, Any]] = []
    current: Table | None = None
    for row in rows:
        table = there.tables.get(row.table)
        if table is None:
            raise ParameterInvalid(f"the backup holds rows of {row.table!r}, which its schema does not have", field="file")
        if table is not current or len(gathered) >= CHUNK:
            _flush(connection, current, gathered)
            if table is not current:
                connection.execute(table.delete())  # rows that are there from the beginning
            current, gathered = table, []
        gathered.append(_typed(table, row.row))
        count += 1
    _flush(connection, current, gathered)
    return count


def _flush(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is not None and rows:
        connection.execute(insert(table), rows)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    if row.keys() - set(table.c.keys()):
        raise ParameterInvalid(f"the backup does not fit the table {table.name!r}", field="file")
    return {
        name: base64.b64decode(value) if isinstance(table.c[name].type, LargeBinary) and value is not None else value
        for name, value in row.items()
    }


def _require_empty(connection: Connection) -> None:
    if revision_of(connection) is None:
        return
    for table in (CREDENTIALS, API_KEYS, ACCOUNTS, CALLS):
        if connection.scalar(select(func.count()).select_from(table)):
            raise NotAllowed("the database is in use: restore into an empty one, and let the gateway use that")
