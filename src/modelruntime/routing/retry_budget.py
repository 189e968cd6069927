"""One budget of attempts per call, across all of its targets: retries do not multiply with fallbacks."""

from __future__ import annotations

import msgspec


class RetryBudget(msgspec.Struct, frozen=True):
    """Attempts that a call may still make."""

    left: int

    @classmethod
    def of_call(cls, max_attempts: int, targets: int) -> RetryBudget:
        """`max_attempts` in all, but at least one for each target, so that every fallback has its chance."""
        return cls(max(max_attempts, targets, 1))

    @property
    def is_spent(self) -> bool:
        """True when nothing may be sent any more."""
        return self.left <= 0

    def spend(self) -> RetryBudget:
        """The budget after one more attempt."""
        return RetryBudget(self.left - 1)
