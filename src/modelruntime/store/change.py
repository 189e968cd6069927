"""One transaction of an operator's changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import insert, update

from modelruntime.store.actor import Actor
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.audit_entry import AuditEntry, chained
from modelruntime.store.tables import AUDIT_HEAD, AUDIT_LOG, REVISION

CHANNEL = "modelruntime_revision"
"""What PostgreSQL notifies of a new revision."""


class Change:
    """Repositories write through it and tell it what they did. Made by `Database.change`."""

    def __init__(self, connection: AsyncConnection, actor: Actor, now: float, number: int, digest: str) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now
        """Seconds since the epoch; one time for the whole change."""
        self._number = number
        self._digest = digest
        self._configures = False

    @classmethod
    async def begin(cls, connection: AsyncConnection, actor: Actor, now: float) -> Change:
        """Take the lock that orders changes: the head of the audit log."""
        head = update(AUDIT_HEAD).values(number=AUDIT_HEAD.c.number).returning(AUDIT_HEAD.c.number, AUDIT_HEAD.c.hash)
        number, digest = (await connection.execute(head)).one()
        return cls(connection, actor, now, number, digest)

    async def record(
        self,
        action: str,
        subject: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        workspace: str = "",
    ) -> None:
        """Write down something that the data plane must hear of: the configuration gets a new revision.

        `action` is `noun.verb`, such as `credential.added`. `before` and `after` hold no secret.
        """
        self._configures = True
        await self.note(action, subject, before, after, workspace)

    async def note(
        self,
        action: str,
        subject: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        workspace: str = "",
    ) -> None:
        """Write down something that changes no configuration, such as a login."""
        entry = AuditEntry(
            number=self._number + 1,
            at=self.now,
            actor=self.actor,
            workspace=workspace,
            action=action,
            subject=subject,
            before=before,
            after=after,
        )
        row = chained(entry, self._digest)
        await self.connection.execute(insert(AUDIT_LOG).values(row))
        self._number, self._digest = entry.number, row["hash"]

    async def finish(self) -> None:
        """Before the commit: move the head, and raise the revision if something must be heard of."""
        await self.connection.execute(update(AUDIT_HEAD).values(number=self._number, hash=self._digest))
        if self._configures:
            raised = update(REVISION).values(number=REVISION.c.number + 1, changed_at=self.now).returning(REVISION.c.number)
            number = (await self.connection.execute(raised)).scalar_one()
            if self.connection.dialect.name == "postgresql":
                await self.connection.exec_driver_sql(f"NOTIFY {CHANNEL}, '{number}'")


def as_json(value: object) -> str:
    """How a value is kept in a column of JSON: secrets never get here, decimals are texts."""
    return msgspec.json.encode(value, order="sorted").decode()
