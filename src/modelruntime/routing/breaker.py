"""A circuit breaker per target, as pure state: each event gives the next state.

Closed: calls pass. After `threshold` failures in a row it opens for `cooldown` seconds and lets nothing pass. Then it is
half open: one call, the probe, may pass; its success closes the breaker, its failure opens it for twice as long.

A rate limit opens it for as long as the vendor asks, a refused key for the longest time. A request that the target answers
with its refusal (bad request, no such model, …) says that the target is well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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

    def admitted(self, now: float) -> Breaker:
        """A call passes; half open it is the probe."""
        return msgspec.structs.replace(self, probing=True) if self.state(now) == "half-open" else self

    def abandoned(self) -> Breaker:
        """A call was cancelled and says nothing; another may be the probe."""
        return msgspec.structs.replace(self, probing=False)

    def succeeded(self) -> Breaker:
        """A call succeeded: the target is well."""
        return Breaker()

    def failed(self, error: Exception, now: float, policy: BreakerPolicy) -> Breaker:
        """A call failed."""
        if isinstance(error, RateLimited):
            return self._opened(now, _rate_limit_cooldown(error, policy), self.failures, self.trips)
        if isinstance(error, Unauthorized):
            return self._opened(now, policy.max_cooldown, self.failures, self.trips)
        if not isinstance(error, _OUTAGES):
            return self.succeeded() if self.state(now) != "open" else self
        failures = self.failures + 1
        if failures < policy.threshold and not self.probing:
            return msgspec.structs.replace(self, failures=failures)
        cooldown = min(policy.max_cooldown, policy.cooldown * 2.0 ** min(self.trips, 60))
        return self._opened(now, cooldown, failures, self.trips + 1)

    def _opened(self, now: float, seconds: float, failures: int, trips: int) -> Breaker:
        return Breaker(failures, trips, max(now + seconds, self.open_until or 0.0))


def ready_first(breakers: Sequence[Breaker], now: float) -> tuple[int, ...]:
    """All indexes in the order in which targets should be tried: those that let calls pass, in their order, then the rest,
    the one that opens soonest first. Nobody is left out: when all are ill, trying beats refusing."""
    ready = [index for index, breaker in enumerate(breakers) if breaker.allows(now)]
    ill = [index for index, breaker in enumerate(breakers) if not breaker.allows(now)]
    return (*ready, *sorted(ill, key=lambda index: breakers[index].open_until or 0.0))


def _rate_limit_cooldown(error: RateLimited, policy: BreakerPolicy) -> float:
    asked = error.retry_after
    if asked is None or math.isnan(asked):
        return policy.rate_limit_cooldown
    return min(max(asked, policy.rate_limit_cooldown), policy.max_cooldown)
