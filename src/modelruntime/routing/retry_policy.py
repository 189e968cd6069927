"""What a failure means for the attempts that may follow.

| failure | the same target | another target |
|---|---|---|
| no connection, 5xx, timeout, stream cut before commit | after a back-off | at once |
| rate limited | after `retry_after`, else a back-off | at once |
| key refused or incomplete, no such model, too long, filtered | never | at once |
| any other bad request | never | never: it would fail there too |
| a wrong parameter or declaration | never | never |
| any other failed call | as `retryable` says, after a back-off | as `retryable` says |

`error.retryable` may differ from its class: False (no credit left, a certificate that does not fit) rules out the same
target; True (a conflict, HTTP 409 or 425) allows it.
"""

from __future__ import annotations

import math

import msgspec

from modelruntime.entities.errors import (
    BadRequest,
    ConnectionFailed,
    ContentFiltered,
    ContextLengthExceeded,
    CredentialsInvalid,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    TimedOut,
    Unauthorized,
)


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How often, and how long in between. Times in seconds."""

    max_attempts: int = 3
    """Of one call, over all of its targets; every target gets one attempt all the same. 1: no retries."""
    first_delay: float = 0.5
    max_delay: float = 8.0
    max_retry_after: float = 60.0
    """What a vendor asks for beyond this is clamped: years, infinity."""

    def back_off(self, failures: int, jitter: float) -> float:
        """The wait after so many failures in a row: doubling from `first_delay` up to `max_delay`, of which `jitter`
        (0 … 1, a random number) decides the upper half."""
        whole = min(self.max_delay, self.first_delay * 2.0 ** min(failures - 1, 60))
        return whole * (0.5 + 0.5 * min(max(jitter, 0.0), 1.0))

    def delay(self, error: Exception, failures: int, jitter: float) -> float:
        """The wait before the same target may be tried again: what the vendor asked for, clamped, else the back-off."""
        asked = error.retry_after if isinstance(error, InvokeError) else None
        if asked is None or math.isnan(asked):
            return self.back_off(failures, jitter)
        return min(max(asked, 0.0), self.max_retry_after)


class Reaction(msgspec.Struct, frozen=True):
    """Which targets a failure leaves open."""

    same: bool
    other: bool


_AGAIN = Reaction(same=True, other=True)
_ELSEWHERE = Reaction(same=False, other=True)
_STOP = Reaction(same=False, other=False)

REACTIONS: tuple[tuple[type[Exception], Reaction], ...] = (
    (ConnectionFailed, _AGAIN),
    (ServerUnavailable, _AGAIN),
    (RateLimited, _AGAIN),
    (TimedOut, _AGAIN),
    (StreamIncomplete, _AGAIN),
    (Unauthorized, _ELSEWHERE),
    (CredentialsInvalid, _ELSEWHERE),
    (ModelNotFound, _ELSEWHERE),
    (ContextLengthExceeded, _ELSEWHERE),
    (ContentFiltered, _ELSEWHERE),
    (BadRequest, _STOP),
)
"""The first class that fits decides; what none fits is judged by `retryable`."""


def reaction_to(error: Exception) -> Reaction:
    """What may follow a failure that nobody has seen anything of."""
    fitting = next((reaction for kind, reaction in REACTIONS if isinstance(error, kind)), None)
    if not isinstance(error, InvokeError):
        return fitting or _STOP
    if fitting is None or error.retryable:
        return _AGAIN if error.retryable else _STOP
    return Reaction(same=False, other=fitting.other)
