"""Everything that is sealed in the database: which root keys it needs, whether it opens, and sealing it anew."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from sqlalchemy import Table, select, update

from modelruntime.store.database import Database
from modelruntime.store.envelope import Place, from_text, rewrap, to_text, unseal
from modelruntime.store.errors import KeyMissing, SealBroken
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.sealed_values import place_of
from modelruntime.store.tables import CREDENTIALS, SEALED_VALUES


class SealedRow(msgspec.Struct, frozen=True):
    """One sealed thing. `name` says what it is, for people."""

    table: Any
    key: str
    name: str
    place: Place
    sealed: str
    kid: str


class RingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at everything sealed found. Names are of rows, with what is wrong."""

    opened: int = 0
    rewrapped: int = 0
    locked: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    references: dict[str, int] = {}
    """Root key → how many rows need it."""


async def sealed_rows(database: Database) -> list[SealedRow]:
    """All of them. Raises `StoreUnavailable`."""
    async with database.read() as connection:
        credentials = await connection.execute(select(CREDENTIALS).where(CREDENTIALS.c.sealed != ""))
        found = [
            SealedRow(
                CREDENTIALS, row.id, f"credential {row.id} ({row.provider})", Place(row.workspace, row.id), row.sealed, row.kid
            )
            for row in credentials
        ]
        own = await connection.execute(select(SEALED_VALUES))
        return found + [
            SealedRow(SEALED_VALUES, row.name, f"gateway value {row.name}", place_of(row.name), row.sealed, row.kid) for row in own
        ]


async def verify(database: Database, roots: RootKeys) -> RingReport:
    """Open everything; change nothing."""
    rows = await sealed_rows(database)
    opened = 0
    locked: list[str] = []
    broken: list[str] = []
    for row in rows:
        try:
            unseal(roots, row.place, from_text(row.sealed))
        except KeyMissing as cause:
            locked.append(f"{row.name}: {cause.message}")
        except SealBroken as cause:
            broken.append(f"{row.name}: {cause.message}")
        else:
            opened += 1
    return RingReport(opened=opened, locked=tuple(locked), broken=tuple(broken), references=dict(Counter(row.kid for row in rows)))


async def rewrap_all(database: Database, roots: RootKeys) -> RingReport:
    """Seal the keys of all rows under the active root key. Each row by itself: a run that is broken off goes on where it was
    with the next one, and a row that somebody changes meanwhile is left to the next run. What does not open stays as it is."""
    count = 0
    for row in await sealed_rows(database):
        if row.kid == roots.active:
            continue
        try:
            fresh = rewrap(roots, row.place, from_text(row.sealed))
        except (KeyMissing, SealBroken):
            continue
        count += await _replaced(database, row, {"sealed": to_text(fresh), "kid": fresh.kid})
    return msgspec.structs.replace(await verify(database, roots), rewrapped=count)


async def _replaced(database: Database, row: SealedRow, values: dict[str, str]) -> int:
    table: Table = row.table
    key = next(iter(table.primary_key.columns))
    statement = update(table).where(key == row.key, table.c.sealed == row.sealed).values(values)
    async with database.write() as connection:
        return int((await connection.execute(statement)).rowcount)
