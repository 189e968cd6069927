"""A bucket of tokens that fills evenly: `limit` in a minute, never more than `limit` in it.

A call takes its estimate when it begins and puts back, or takes in addition, the difference to what it used when it is over. The
bucket may be in debt then: it is filled first. A call that is expected to need more than the whole bucket may go when it is full.
"""

from __future__ import annotations

import msgspec

WINDOW = 60.0
"""Seconds."""
ROUNDING = 1e-6
"""Tokens that sums of floats may be off."""


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """`level` tokens at the moment `at`, in seconds of any one clock."""

    level: float
    at: float

    def filled(self, limit: int, now: float) -> float:
        """The level now."""
        level = self.level + (now - self.at) * limit / WINDOW if now > self.at else self.level
        return level if level < limit else float(limit)

    def taken(self, tokens: int, limit: int, now: float) -> Bucket | None:
        """After a call that is expected to use so many; None when they are not there."""
        level, at = self.level, self.at
        if now > at:
            level, at = level + (now - at) * limit / WINDOW, now
        if level > limit:
            level = float(limit)
        enough = limit > 0 and level >= (tokens if tokens < limit else limit) - ROUNDING
        return Bucket(level - tokens, at) if enough else None

    def corrected(self, reserved: int, used: int, limit: int, now: float) -> Bucket:
        """After a call that is over."""
        level = self.filled(limit, now) + reserved - used
        return Bucket(level if level < limit else float(limit), now if now > self.at else self.at)

    def wait(self, tokens: int, limit: int, now: float) -> float:
        """Seconds until so many are there."""
        return WINDOW if limit <= 0 else max(0.0, (min(tokens, limit) - self.filled(limit, now)) * WINDOW / limit)
