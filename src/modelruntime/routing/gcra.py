"""The generic cell rate algorithm: a rate limit whose whole state is one moment.

`limit` requests may come at once, then one each `60 / limit` seconds; in any stretch of `t` seconds no more than
`limit + limit × t / 60`. The state is the moment at which all that was admitted would have come evenly (the "theoretical
arrival time").
"""

from __future__ import annotations

WINDOW = 60.0
"""Seconds."""
ROUNDING = 1e-6
"""Seconds that sums of floats may be off."""


def admit(state: float, limit: int, now: float) -> float | None:
    """The next state, or None when one more request is too many. `state` is 0 at first; times in seconds of any one clock."""
    if limit <= 0:
        return None
    after = (state if state > now else now) + WINDOW / limit
    return after if after - now <= WINDOW + ROUNDING else None


def wait(state: float, limit: int, now: float) -> float:
    """Seconds until a request would be admitted."""
    return WINDOW if limit <= 0 else max(0.0, max(state, now) + WINDOW / limit - WINDOW - now)
