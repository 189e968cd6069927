"""What was spent in a sliding period, kept in slots of a thirtieth of it.

An amount counts until its whole slot has left the period: for the period, and at most one slot longer. Amounts are whole billionths
of the currency (`nanos`), rounded up: a limiter that keeps integers agrees with one that counts in a shared server, to the last
digit. The ledger stays exact.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal
from functools import lru_cache

SLOTS = 30
DAY = 86_400.0
_UP = Context(prec=60, rounding=ROUND_CEILING)
_WHOLE = Decimal(1)
NANOS_AT_MOST = 2**62
"""About 4.6 billion: more in one call is a mistake, and would not fit where it is counted."""


@lru_cache(maxsize=4096)
def nanos_of(amount: Decimal) -> int:
    """Billionths, rounded up; never negative."""
    if not amount.is_finite():
        return NANOS_AT_MOST
    if amount <= 0:
        return 0
    return int(_UP.quantize(amount.scaleb(9, _UP), _WHOLE)) if amount < NANOS_AT_MOST // 10**9 else NANOS_AT_MOST


@lru_cache(maxsize=1024)
def slot_seconds(period_days: float) -> int:
    """How long a slot is: whole seconds, at least one."""
    return max(1, round(period_days * DAY / SLOTS))


def slot_of(at: float, seconds: int) -> int:
    """The slot in which a moment (seconds since the epoch) lies."""
    return int(at // seconds)


class MoneyWindow:
    """The slots of one key and currency."""

    __slots__ = ("_oldest", "_slots", "_total", "seconds")

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        """The length of a slot."""
        self._slots: dict[int, int] = {}
        self._total = 0
        self._oldest = 0
        """No slot before this one is kept."""

    def spent(self, now: float) -> int:
        """What counts now, in nanos."""
        oldest = slot_of(now, self.seconds) - SLOTS
        if oldest > self._oldest:
            self._oldest = oldest
            for slot in [slot for slot in self._slots if slot < oldest]:
                self._total -= self._slots.pop(slot)
        return self._total

    def add(self, slot: int, nanos: int) -> None:
        """Count an amount, or with a negative one give some back, in the slot in which its call began."""
        if slot < self._oldest:
            return
        before = self._slots.get(slot, 0)
        after = self._slots[slot] = max(0, before + nanos)
        self._total += after - before
