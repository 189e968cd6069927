"""A bucket of tokens that fills evenly: `limit` in a minute, never more than `limit` in it.

A call takes its estimate when it begins and puts back, or takes in addition, the difference to what it used when it is over. The
bucket may be in debt then: it is filled first. A call that is expected to need more than the whole bucket may go when it is full.
"""

from __future__ import annotations

WINDOW = 60.0
"""Seconds."""
ROUNDING = 1e-6
"""Tokens that sums of floats may be off."""


class Bucket:
    """`level` tokens at the moment `at`, in seconds of any one clock. The one of a key changes with each of its calls, so this is
    changed in place."""

    __slots__ = ("at", "level")

    def __init__(self, level: float, at: float) -> None:
        self.level = level
        self.at = at

    def has(self, tokens: int, limit: int, now: float) -> bool:
        """Whether a call that is expected to use so many may go; filled up to now. Whoever lets it go takes them from `level`."""
        self._fill(limit, now)
        return limit > 0 and self.level >= (tokens if tokens < limit else limit) - ROUNDING

    def put_back(self, tokens: int, limit: int, now: float) -> None:
        """What a call that is over did not use; less than 0: it used so many more."""
        self._fill(limit, now)
        level = self.level + tokens
        self.level = level if level < limit else float(limit)

    def wait(self, tokens: int, limit: int) -> float:
        """Seconds, from the moment up to which it is filled, until so many are there."""
        return WINDOW if limit <= 0 else max(0.0, (min(tokens, limit) - self.level) * WINDOW / limit)

    def _fill(self, limit: int, now: float) -> None:
        level = self.level
        if now > self.at:
            level += (now - self.at) * limit / WINDOW
            self.at = now
        self.level = level if level < limit else float(limit)
