"""How fast a target was lately: an exponentially weighted mean that fades, so that a slow one is tried again some day."""

from __future__ import annotations

import msgspec

SHARE = 0.2
"""Of a new observation in the mean."""
HALF_LIFE = 60.0
"""Seconds without a call after which a mean counts half."""


class Latency(msgspec.Struct, frozen=True):
    """Seconds, and the monotonic moment at which they were last seen."""

    seconds: float
    at: float

    def observed(self, seconds: float, now: float) -> Latency:
        """After one more call."""
        return Latency(self.seconds + SHARE * (seconds - self.seconds), now)

    def faded(self, now: float) -> float:
        """What it counts now."""
        return float(self.seconds * 0.5 ** (max(0.0, now - self.at) / HALF_LIFE))
