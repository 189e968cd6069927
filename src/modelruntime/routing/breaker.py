"""A circuit breaker per target, as pure state: each event gives the next state.

Closed: calls pass. After `threshold` failures in a row it opens for `cooldown` seconds and lets nothing pass. Then it is
half open: one call, the probe, may pass; its success closes the breaker, its failure opens it for twice as long.

A rate limit opens it for as long as the vendor asks, a refused or empty key for the longest time. A request that the target answers
with its refusal (bad request, no such model, …) says that the target is well.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from modelruntime.entities.errors import ConnectionFailed, RateLimited, ServerUnavailable, StreamIncomplete, TimedOut, Unauthorized

_OUTAGES = (ConnectionFailed, ServerUnavailable, TimedOut, StreamIncomplete)


class BreakerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """When a breaker opens, and for how many seconds."""

    threshold: int = 5
    cooldown: float = 10.0
    max_cooldown: float = 120.0
    rate_limit_cooldown: float = 1.0
    """The least time after a rate limit, and all of it when the vendor gave no time."""


class Breaker(msgspec.Struct, frozen=True):
    """The health of one target. Times are monotonic seconds."""

    failures: int = 0
    trips: int = 0
    """How often in a row it opened."""
    open_until: float | None = None
    probing: bool = False

    def state(self, now: float) -> Literal["closed", "open", "half-open"]:
        """The state at this moment."""
        if self.open_until is None:
            return "closed"
        return "open" if now < self.open_until else "half-open"

    def allows(self, now: float) -> bool:
        """May a call pass? Half open: only while no probe is under way."""
        state = self.state(now)
        return state == "closed" or (state == "half-open" and not self.probing)

    def ill_until(self, now: float) -> float | None:
        """None when a call may pass; else the moment from which one may again (now, while a probe is under way)."""
        if self.open_until is None or self.allows(now):
            return None
        return max(now, self.open_until)

    def admitted(self, now: float) -> Breaker:
        """A call passes; half open it is the probe."""
        return msgspec.structs.replace(self, probing=True) if self.state(now) == "half-open" else self

    def abandoned(self) -> Breaker:
        """A call was cancelled and says nothing; another may be the probe."""
        return msgspec.structs.replace(self, probing=False)

    def succeeded(self, now: float) -> Breaker:
        """A call succeeded: the target is well. One that had begun before the breaker opened says nothing of that: what is open
        stays so until its time is over."""
        return self if self.open_until is not None and now < self.open_until else Breaker()

    def failed(self, error: Exception, now: float, policy: BreakerPolicy) -> Breaker:
        """A call failed."""
        if isinstance(error, RateLimited) and error.retryable:
            return self._opened(now, _rate_limit_cooldown(error, policy), self.failures, self.trips)
        if isinstance(error, Unauthorized | RateLimited):  # the key is refused, or its quota is used up
            return self._opened(now, policy.max_cooldown, self.failures, self.trips)
        if not isinstance(error, _OUTAGES):
            return self.succeeded(now)
        if self.state(now) == "open":
            return self  # one of many that were under way when it opened
        failures = self.failures + 1
        if failures < policy.threshold and not self.probing:
            return msgspec.structs.replace(self, failures=failures)
        cooldown = min(policy.max_cooldown, policy.cooldown * 2.0 ** min(self.trips, 60))
        return self._opened(now, cooldown, failures, self.trips + 1)

    def _opened(self, now: float, seconds: float, failures: int, trips: int) -> Breaker:
        return Breaker(failures, trips, max(now + seconds, self.open_until or 0.0))


def _rate_limit_cooldown(error: RateLimited, policy: BreakerPolicy) -> float:
    asked = error.retry_after
    if asked is None or math.isnan(asked):
        return policy.rate_limit_cooldown
    return min(max(asked, policy.rate_limit_cooldown), policy.max_cooldown)
