"""No limits and no ledger: what a gateway without a store does."""

from __future__ import annotations

from decimal import Decimal

from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey


class FixedConfiguration:
    """One configuration for the life of the process."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def current(self) -> Configuration:
        """It."""
        return self._configuration


class Unlimited:
    """Admits every call."""

    def admit_at_once(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Unlimited:
        """Itself as the lease: there is nothing to hold."""
        return self

    async def admit(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Unlimited:
        """The same."""
        return self

    def settle(self, record: CallRecord) -> None:
        """Nothing was reserved."""
