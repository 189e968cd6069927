"""Secrets of the gateway itself, made once and kept sealed in the database: they outlive the root key that sealed them."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.database import Database
from modelruntime.store.envelope import Place, from_text, seal, to_text, unseal
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.tables import SEALED_VALUES
from modelruntime.store.upsert import insert_into

PEPPER = "pepper"
"""Mixed into the digests of gateway keys and the fingerprints of secrets."""


async def sealed_value(database: Database, roots: RootKeys, name: str, now: float) -> str:
    """The secret of that name, 256 random bits as text, made when first asked for.

    Raises `KeyMissing` or `SealBroken`: then it is never replaced, for what was made with it would be lost.
    """
    async with database.read() as connection:
        found = await _kept(connection, name)
    if found is None:
        envelope = seal(roots, place_of(name), {name: secrets.token_hex(32)})
        row = {"name": name, "sealed": to_text(envelope), "kid": envelope.kid, "created_at": now}
        async with database.write() as connection:
            put = insert_into(SEALED_VALUES, connection.dialect.name).values(row)
            await connection.execute(put.on_conflict_do_nothing())
            found = await _kept(connection, name)
    assert found is not None
    return unseal(roots, place_of(name), from_text(found))[name]


def place_of(name: str) -> Place:
    """Where it belongs."""
    return Place("", name, "gateway-values")


async def _kept(connection: AsyncConnection, name: str) -> str | None:
    found: str | None = await connection.scalar(select(SEALED_VALUES.c.sealed).where(SEALED_VALUES.c.name == name))
    return found
