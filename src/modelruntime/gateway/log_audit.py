"""The audit of a gateway without a store: lines of its log."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from modelruntime.store.gateway_key import GatewayKey

log = logging.getLogger("modelruntime.gateway.audit")


class LogAudit:
    """Nothing is chained, and nothing is kept beyond the log."""

    async def note(self, key: GatewayKey, address: str, action: str, subject: str, facts: Mapping[str, str]) -> None:
        """A line."""
        log.info("%s %s by the key %s from %s: %s", action, subject, key.id, address or "?", dict(facts))
