"""How many second attempts may run beside first ones: a fifth of the calls, so that a slow vendor does not get twice the load."""

from __future__ import annotations

import msgspec

SHARE = 0.2
AT_MOST = 10.0


class HedgeAllowance(msgspec.Struct, frozen=True):
    """Hedges that may start now; a full allowance lets the first few calls of a process hedge."""

    left: float = AT_MOST

    def called(self) -> HedgeAllowance:
        """After one more call that could be hedged."""
        return HedgeAllowance(min(AT_MOST, self.left + SHARE))

    def hedged(self) -> HedgeAllowance | None:
        """After a hedge; None when none may start."""
        return HedgeAllowance(self.left - 1) if self.left >= 1 else None
