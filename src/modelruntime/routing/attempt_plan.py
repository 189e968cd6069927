"""One call over its targets: which to try next, how long to wait, when to give up.

    route = CallRoute((primary, fallback), deadline=Deadline.after(now, 60), jitter=random())
    while True:
        step = route.next_attempt(now)
        Attempt(target)  → try it; on failure `route.failed(error, now, committed)`, on success leave
        Wait(seconds)    → sleep, ask again
        GiveUp(error)    → raise it

Laws: never more attempts than the budget; never one at or after the deadline; nothing after the commit point (the first
thing the caller saw); never again the target that refused for good; a target that waits is passed over while another is
ready. Reads no clock and draws no random number.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from modelruntime.entities.errors import TimedOut
from modelruntime.routing.deadline import Deadline
from modelruntime.routing.retry_policy import RetryPolicy, reaction_to

T = TypeVar("T")

ROUNDING = 1e-9
"""Seconds that sums of floats may be off: no wait is shorter."""


class Attempt(msgspec.Struct, Generic[T], frozen=True):
    """Try this target now. `number` counts the attempts of the call from 1."""

    target_index: int
    number: int
    target: T


class Wait(msgspec.Struct, frozen=True):
    """Nothing can be tried before so many seconds have passed."""

    seconds: float


class Failure(msgspec.Struct, frozen=True):
    """What one attempt ended with."""

    target_index: int
    error: Exception


class GiveUp(msgspec.Struct, frozen=True):
    """Raise `error`: the last failure, or `TimedOut` when there was none. `failures` holds all of them, in order."""

    error: Exception
    failures: tuple[Failure, ...] = ()


class _Outlook(msgspec.Struct):
    """What is known about a target that failed."""

    failures: int = 0
    refused: bool = False
    not_before: float = float("-inf")


_POLICY = RetryPolicy()
_UNTRIED = _Outlook()


class CallRoute(Generic[T]):
    """The state of one call. `targets` in order of preference; `jitter` is one random number, 0 … 1, for the whole call.

    The budget is of the call, across all of its targets, so that retries do not multiply with fallbacks; but it is at least one
    attempt for each target, so that every fallback has its chance.
    """

    __slots__ = ("_failures", "_jitter", "_left", "_outlooks", "_over", "_policy", "_running", "_targets", "attempts", "deadline")

    def __init__(
        self,
        targets: tuple[T, ...],
        *,
        policy: RetryPolicy | None = None,
        deadline: Deadline | None = None,
        jitter: float = 0.5,
    ) -> None:
        if not targets:
            raise ValueError("a call needs at least one target")
        self._targets = targets
        self._policy = policy or _POLICY
        self.deadline = deadline or Deadline()
        """The deadline of the whole call."""
        self._jitter = jitter
        self._left = max(self._policy.max_attempts, len(targets))
        self._outlooks: dict[int, _Outlook] = {}
        self._failures: list[Failure] = []
        self.attempts = 0
        """How many attempts were handed out."""
        self._running: int | None = None
        self._over = False

    def next_attempt(self, now: float) -> Attempt[T] | Wait | GiveUp:
        """What to do now. Raises `RuntimeError` while an attempt is still under way."""
        if self._running is not None:
            raise RuntimeError("an attempt is under way: report its failure first")
        ends = self.deadline.at
        if self._over or self._left <= 0 or (ends is not None and now >= ends):
            return self._give_up()
        index = 0
        if self._outlooks:
            chosen = self._choose(now)
            if chosen is None:
                return self._give_up()
            index = chosen
            seconds = self._outlooks.get(index, _UNTRIED).not_before - now
            if seconds > ROUNDING:
                return Wait(seconds) if self.deadline.allows_wait(now, seconds) else self._give_up()
        self._left -= 1
        self.attempts += 1
        self._running = index
        return Attempt(index, self.attempts, self._targets[index])

    def may_repeat(self, now: float) -> bool:
        """May the attempt under way send its request once more, at once? Takes an attempt off the budget if so; those are left
        alone with which targets that were not tried yet would have their chance."""
        tried = len(self._outlooks) + (self._running not in self._outlooks)
        if self._left <= len(self._targets) - tried or self.deadline.has_passed(now):
            return False
        self._left -= 1
        return True

    def failed(self, error: Exception, now: float, committed: bool) -> None:
        """The attempt under way failed; `committed` says that the caller has already seen something of its answer."""
        if self._running is None:
            raise RuntimeError("no attempt is under way")
        index, self._running = self._running, None
        self._failures.append(Failure(index, error))
        reaction = reaction_to(error)
        outlook = self._outlooks.setdefault(index, _Outlook())
        outlook.failures += 1
        outlook.refused = not reaction.same
        outlook.not_before = now + self._policy.delay(error, outlook.failures, self._jitter)
        self._over = committed or not (reaction.same or reaction.other)

    def _choose(self, now: float) -> int | None:
        """The target that is ready soonest; among ready ones the least tried, then the preferred one."""
        open_ones = [index for index in range(len(self._targets)) if not self._outlooks.get(index, _UNTRIED).refused]
        return min(open_ones, key=lambda index: self._rank(index, now), default=None)

    def _rank(self, index: int, now: float) -> tuple[float, int, int]:
        outlook = self._outlooks.get(index, _UNTRIED)
        return max(outlook.not_before, now), outlook.failures, index

    def _give_up(self) -> GiveUp:
        self._over = True
        if self._failures:
            return GiveUp(self._failures[-1].error, tuple(self._failures))
        return GiveUp(TimedOut("the deadline of the call passed before anything could be sent"))
