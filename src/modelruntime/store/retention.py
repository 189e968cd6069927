"""Deleting what is too old."""

from __future__ import annotations

import msgspec
from sqlalchemy import Column, Table, delete, select

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.configuration import Retention
from modelruntime.store.database import Database
from modelruntime.store.settings import GatewaySettings
from modelruntime.store.tables import ATTEMPTS, AUDIT_LOG, CALLS, CONTENTS, SESSIONS

BATCH = 5000
"""Rows of one transaction: whoever else writes waits no longer than for these."""
DAY = 86400.0


class Swept(msgspec.Struct, frozen=True):
    """How many rows were deleted."""

    contents: int = 0
    calls: int = 0
    attempts: int = 0
    audit: int = 0
    sessions: int = 0


def retention_of(settings: GatewaySettings, file: Retention) -> Retention:
    """How long things are kept: each as the settings say it, else the configuration file."""
    return Retention(
        content_days=file.content_days if settings.content_days is None else settings.content_days,
        ledger_days=file.ledger_days if settings.ledger_days is None else settings.ledger_days,
        audit_days=file.audit_days if settings.audit_days is None else settings.audit_days,
    )


async def sweep(database: Database, kept: Retention, now: float) -> Swept:
    """Delete what is too old, in small transactions."""
    return Swept(
        contents=await _older(database, CONTENTS, CONTENTS.c.at, now - kept.content_days * DAY),
        calls=await _older(database, CALLS, CALLS.c.started_at, _border(now, kept.ledger_days)),
        attempts=await _older(database, ATTEMPTS, ATTEMPTS.c.started_at, _border(now, kept.ledger_days)),
        audit=await _older(database, AUDIT_LOG, AUDIT_LOG.c.at, _border(now, kept.audit_days)),
        sessions=await _older(database, SESSIONS, SESSIONS.c.expires_at, now),
    )


def _border(now: float, days: float | None) -> float | None:
    return None if days is None else now - days * DAY


async def _older(database: Database, table: Table, column: Column[float], border: float | None) -> int:
    count = 0
    while border is not None:
        async with database.write() as connection:
            gone = await _delete_some(connection, table, column, border)
        count += gone
        if gone < BATCH:
            break
    return count


async def _delete_some(connection: AsyncConnection, table: Table, column: Column[float], border: float) -> int:
    key = next(iter(table.primary_key.columns))
    old = select(key).where(column < border).order_by(column).limit(BATCH)
    return int((await connection.execute(delete(table).where(key.in_(old)))).rowcount)
