"""What the data plane asks of the rest: seams that the store and the limits fill."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey


class ConfigurationSource(Protocol):
    """Gives the configuration in force. Never waits: who refreshes it swaps it whole."""

    def current(self) -> Configuration:
        """The configuration to serve this request by."""
        ...


class Lease(Protocol):
    """A place that an admitted call holds until it is over."""

    def settle(self, record: CallRecord) -> None:
        """The call is over, however it ended: give back the place, correct what was reserved by what was used. Once."""
        ...


class Limiter(Protocol):
    """Decides whether a call may go on."""

    def admit_at_once(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Lease | None:
        """Reserve requests, tokens, money and a place. `estimated_cost` is in the currency of the key's budget; None without one.
        None where somebody must be waited for: then `admit`. Raises `Refused` (429, 402, 503) with a `Retry-After` where there
        is one."""
        ...

    async def admit(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Lease:
        """The same, waiting for whoever counts."""
        ...


class Audit(Protocol):
    """Keeps what a key did that cannot be taken back."""

    async def note(self, key: GatewayKey, address: str, action: str, subject: str, facts: Mapping[str, str]) -> None:
        """Write one entry down. Raises `StoreUnavailable` where it cannot be kept."""
        ...


class Ledger(Protocol):
    """Keeps what was called and what it cost. Never waits and never fails a call."""

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over."""
        ...
