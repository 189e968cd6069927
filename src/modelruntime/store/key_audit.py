"""What a key of the gateway did that cannot be taken back, in the audit log beside what people did."""

from __future__ import annotations

from collections.abc import Mapping

from modelruntime.store.actor import Actor
from modelruntime.store.database import Database
from modelruntime.store.gateway_key import GatewayKey


class KeyAudit:
    """Writes it down. It changes no configuration, so nobody has to hear of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, key: GatewayKey, address: str, action: str, subject: str, facts: Mapping[str, str]) -> None:
        """One entry, kept when this returns; `address` is where the request came from, and nothing of it is secret. Raises
        `StoreUnavailable`."""
        async with self._database.change(Actor("key", key.id, key.name, address)) as change:
            await change.note(action, subject, None, facts, key.workspace)
