"""What is asked of whoever counts what keys use, in this process or in a server for all replicas."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Literal, Protocol

import msgspec

from modelruntime.store.gateway_key import KeyLimits

Denial = Literal["rate_limited", "token_rate_limited", "too_many_concurrent", "budget_exhausted", "limits_unavailable"]


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One call that wants to begin: its key and limits, and what it is expected to use."""

    key: str
    limits: KeyLimits
    tokens: int = 0
    nanos: int = 0
    """Money, see `routing/money_window.py`."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """What an admitted call holds until it is settled."""

    ask: Ask
    slot: int = 0
    """The slot of money in which it is counted."""
    lease: str = ""
    """Its id where a server counts."""
    local: bool = True
    """False: a server counts it."""


class Denied(msgspec.Struct, frozen=True):
    """Which limit says no, and after how many seconds it may say yes (None: nobody knows)."""

    code: Denial
    retry_after: float | None = None


class Spent(msgspec.Struct, frozen=True):
    """Money that the ledger knows of: when the call began (seconds since the epoch), and what it cost."""

    at: float
    amount: Decimal


SpentSource = Callable[[str, str, float], Awaitable[Sequence[Spent]]]
"""Key id, currency, since when → what the ledger knows. Asked when a window was never filled or was lost, not for each call."""


class LimitStore(Protocol):
    """Counts what keys use."""

    @property
    def degraded(self) -> bool:
        """Is this process counting alone because the server cannot be asked?"""
        ...

    def admit_at_once(self, ask: Ask) -> Held | Denied | None:
        """All limits at once: whoever is denied has used nothing. None where somebody must be waited for: then `admit`."""
        ...

    async def admit(self, ask: Ask) -> Held | Denied:
        """The same, waiting for whoever counts."""
        ...

    def settle(self, held: Held, tokens: int | None, nanos: int | None) -> None:
        """The call is over and used so much; None: unknown, what was reserved stays counted. Never waits. Once for each `Held`."""
        ...

    async def aclose(self) -> None:
        """Settle what is open and let go of connections."""
        ...
