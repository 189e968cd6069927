"""Reading the audit log. It is written by changes alone, see `change.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.audit_entry import AuditEntry, digest_of, entry_of
from modelruntime.store.tables import AUDIT_HEAD, AUDIT_LOG

READ_AT_ONCE = 1000


class AuditLog:
    """Append-only; each entry holds the digest of the one before."""

    async def list(
        self,
        connection: AsyncConnection,
        *,
        before: int | None = None,
        limit: int = 100,
        workspace: str | None = None,
        subject: str | None = None,
    ) -> list[AuditEntry]:
        """The newest first; `before` is the number of the last one seen."""
        query = select(AUDIT_LOG).order_by(AUDIT_LOG.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(AUDIT_LOG.c.number < before)
        if workspace is not None:
            query = query.where(AUDIT_LOG.c.workspace == workspace)
        if subject is not None:
            query = query.where(AUDIT_LOG.c.subject == subject)
        return [entry_of(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def first_broken(self, connection: AsyncConnection) -> int | None:
        """The number of the first entry that was changed, or that follows a missing one; None for a whole chain.

        The chain may begin late: retention removes the oldest entries."""
        previous: str | None = None
        number = 0
        while rows := await _after(connection, number):
            for row in rows:
                follows = previous is None or (row["previous"] == previous and row["number"] == number + 1)
                if not follows or digest_of(row) != row["hash"]:
                    return int(row["number"])
                previous, number = row["hash"], row["number"]
        head = (await connection.execute(select(AUDIT_HEAD.c.number, AUDIT_HEAD.c.hash))).one()
        return None if (number, previous or "") == tuple(head) else int(head.number)


async def _after(connection: AsyncConnection, number: int) -> list[dict[str, Any]]:
    query = select(AUDIT_LOG).where(AUDIT_LOG.c.number > number).order_by(AUDIT_LOG.c.number).limit(READ_AT_ONCE)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
