"""What the attempts of this process say of each credential and of each model under it: breakers, load, speed.

A refused key, a key without credit and a rate limit concern the credential, whichever model it was used for; an outage, and a right
that one model lacks, concern that model under that credential.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from modelruntime.entities.errors import RateLimited, Unauthorized
from modelruntime.routing.breaker import Breaker, BreakerPolicy
from modelruntime.routing.latency import Latency
from modelruntime.runtime.observers import CallInfo

WELL = Breaker()
PLACES_AT_MOST = 4096
"""Clients may name models that nobody declares: what is known of idle ones is forgotten beyond so many."""
Place = tuple[str, str, str]
"""Provider, model, id of the stored credential (empty for any other source)."""


class Known(msgspec.Struct):
    """What is known of one model under one credential."""

    breaker: Breaker = WELL
    in_flight: int = 0
    latency: Latency | None = None
    attempts: int = 0
    failures: int = 0
    last_error: str | None = None
    """The class of the last failure."""


class HealthRow(msgspec.Struct, frozen=True, kw_only=True):
    """The same, for people. `cooldown` holds the seconds left until it is tried like the others again; 0 for a well one."""

    provider: str
    model: str
    credential_id: str
    state: str
    """`closed` (well), `open` (passed over while there are others), `half-open` (its next call decides)."""
    cooldown: float
    in_flight: int
    latency: float | None
    attempts: int
    failures: int
    last_error: str | None


class HealthTable:
    """Told of every attempt; asked when one of several must be chosen. Nothing waits and nothing is locked: one loop."""

    def __init__(self, policy: BreakerPolicy = BreakerPolicy(), clock: Callable[[], float] = time.monotonic) -> None:  # noqa: B008 (frozen)
        self._policy = policy
        self._clock = clock
        self._keys: dict[tuple[str, str], Breaker] = {}
        """Those that are not well."""
        self._places: dict[Place, Known] = {}
        self._ill: set[Place] = set()
        """Those whose breaker is not well."""

    @property
    def all_well(self) -> bool:
        """Is there no breaker that is anything but well?"""
        return not self._keys and not self._ill

    def began(self, info: CallInfo) -> None:
        """An attempt begins; where a breaker is half open it is the probe."""
        known = self._known((info.provider, info.model, info.credential_id))
        known.in_flight += 1
        known.attempts += 1
        if known.breaker is WELL and not self._keys:
            return
        now = self._clock()
        known.breaker = known.breaker.admitted(now)
        key = (info.provider, info.credential_id)
        if (breaker := self._keys.get(key)) is not None:
            self._keys[key] = breaker.admitted(now)

    def answered(self, info: CallInfo) -> None:
        """The first item of a stream came: a probe need not wait for the last."""
        known = self._known((info.provider, info.model, info.credential_id))
        if known.breaker is not WELL or self._keys:
            self._well(info, known, self._clock())

    def succeeded(self, info: CallInfo, seconds: float) -> None:
        """An attempt ended well; `seconds` until its answer, or the first of it, was here."""
        known = self._over(info)
        now = self._clock()
        known.latency = Latency(seconds, now) if known.latency is None else known.latency.observed(seconds, now)
        if known.breaker is not WELL or self._keys:
            self._well(info, known, now)

    def failed(self, info: CallInfo, error: Exception) -> None:
        """An attempt failed."""
        known = self._over(info)
        known.failures += 1
        known.last_error = type(error).__name__
        now = self._clock()
        if _of_the_key(error):
            self._settle_key(info, lambda breaker: breaker.failed(error, now, self._policy))
            known.breaker = known.breaker.abandoned()
            return
        self._set(info, known, known.breaker.failed(error, now, self._policy))
        if self._keys:
            self._settle_key(info, lambda breaker: breaker.abandoned())

    def abandoned(self, info: CallInfo) -> None:
        """An attempt was given up by whoever made it, and says nothing."""
        known = self._over(info)
        known.breaker = known.breaker.abandoned()
        if self._keys:
            self._settle_key(info, lambda breaker: breaker.abandoned())

    def ill_until(self, place: Place, now: float) -> float | None:
        """None when it is ready; else the moment from which it may be tried like the others again."""
        if self.all_well:
            return None
        known = self._places.get(place)
        of_model = None if known is None or known.breaker is WELL else known.breaker.ill_until(now)
        key = self._keys.get((place[0], place[2])) if self._keys else None
        of_key = None if key is None else key.ill_until(now)
        if of_model is None or of_key is None:
            return of_key if of_model is None else of_model
        return max(of_model, of_key)

    def known(self, place: Place) -> Known | None:
        """What is known of it."""
        return self._places.get(place)

    def rows(self) -> list[HealthRow]:
        """All that is known, for people."""
        now = self._clock()
        return [self._row(place, known, now) for place, known in self._places.items()]

    def _row(self, place: Place, known: Known, now: float) -> HealthRow:
        key = self._keys.get((place[0], place[2]), WELL)
        worst = max((known.breaker, key), key=lambda breaker: breaker.open_until or 0.0)
        return HealthRow(
            provider=place[0],
            model=place[1],
            credential_id=place[2],
            state=worst.state(now),
            cooldown=max(0.0, (worst.open_until or now) - now),
            in_flight=known.in_flight,
            latency=None if known.latency is None else known.latency.seconds,
            attempts=known.attempts,
            failures=known.failures,
            last_error=known.last_error,
        )

    def _well(self, info: CallInfo, known: Known, now: float) -> None:
        if known.breaker is not WELL:
            self._set(info, known, known.breaker.succeeded(now))
        if self._keys:
            self._settle_key(info, lambda breaker: breaker.succeeded(now))

    def _set(self, info: CallInfo, known: Known, after: Breaker) -> None:
        known.breaker = _kept(after)
        place = (info.provider, info.model, info.credential_id)
        if known.breaker is WELL:
            self._ill.discard(place)
        else:
            self._ill.add(place)

    def _over(self, info: CallInfo) -> Known:
        known = self._known((info.provider, info.model, info.credential_id))
        if known.in_flight > 0:
            known.in_flight -= 1
        return known

    def _settle_key(self, info: CallInfo, change: Callable[[Breaker], Breaker]) -> None:
        key = (info.provider, info.credential_id)
        after = _kept(change(self._keys.get(key, WELL)))
        if after is not WELL:
            self._keys[key] = after
        elif key in self._keys:
            del self._keys[key]

    def _known(self, place: Place) -> Known:
        found = self._places.get(place)
        if found is None:
            if len(self._places) >= PLACES_AT_MOST:
                self._places = {at: one for at, one in self._places.items() if one.in_flight or one.breaker is not WELL}
            found = self._places[place] = Known()
        return found


def _of_the_key(error: Exception) -> bool:
    """403 says that a right is missing, mostly that to use one model."""
    return isinstance(error, RateLimited) or (isinstance(error, Unauthorized) and error.status != 403)


def _kept(breaker: Breaker) -> Breaker:
    """A well breaker is always the same object, so that it is told apart without a look inside."""
    return WELL if breaker == WELL else breaker
