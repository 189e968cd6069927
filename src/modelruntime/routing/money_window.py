"""What was spent in a sliding period, kept in slots of a thirtieth of it.

An amount counts until its whole slot has left the period: for the period, and at most one slot longer. Amounts are whole billionths
of the currency (`nanos`), rounded up: a limiter that keeps integers agrees with one that counts in a shared server, to the last
digit. The ledger stays exact.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal

SLOTS = 30
DAY = 86_400.0
_UP = Context(prec=60, rounding=ROUND_CEILING)
_NANO = Decimal("1e-9")
NANOS_AT_MOST = 2**62
"""About 4.6 billion: more in one call is a mistake, and would not fit where it is counted."""


def nanos_of(amount: Decimal) -> int:
    """Billionths, rounded up; never negative."""
    if not amount.is_finite():
        return NANOS_AT_MOST
    return max(0, min(NANOS_AT_MOST, int(_UP.quantize(_UP.divide(amount, _NANO), Decimal(1)))))


def slot_seconds(period_days: float) -> int:
    """How long a slot is: whole seconds, at least one."""
    return max(1, round(period_days * DAY / SLOTS))


def slot_of(at: float, seconds: int) -> int:
    """The slot in which a moment (seconds since the epoch) lies."""
    return int(at // seconds)


class MoneyWindow:
    """The slots of one key and currency."""

    __slots__ = ("_seconds", "_slots")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._slots: dict[int, int] = {}

    @property
    def seconds(self) -> int:
        """The length of a slot."""
        return self._seconds

    def spent(self, now: float) -> int:
        """What counts now, in nanos."""
        oldest = slot_of(now, self._seconds) - SLOTS
        for slot in [slot for slot in self._slots if slot < oldest]:
            del self._slots[slot]
        return sum(self._slots.values())

    def add(self, slot: int, nanos: int) -> None:
        """Count an amount, or with a negative one give some back, in the slot in which its call began."""
        self._slots[slot] = max(0, self._slots.get(slot, 0) + nanos)

    def clear(self) -> None:
        """Nothing was spent."""
        self._slots.clear()
