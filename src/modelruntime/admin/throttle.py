"""How often something may be tried."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

NAMES_AT_MOST = 10_000
"""Remembered at once; the oldest goes first, so that nobody fills the memory with made-up names."""


class Throttle:
    """At most `limit` events of one name within `seconds`, counted exactly."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._events: dict[str, deque[float]] = {}

    def wait(self, name: str) -> float:
        """Seconds until the name may do it again; 0 for now."""
        events = self._recent(name)
        return 0.0 if events is None or len(events) < self._limit else events[0] + self._seconds - self._clock()

    def count(self, name: str) -> None:
        """The name did it."""
        events = self._events.pop(name, None) or deque[float](maxlen=self._limit)
        events.append(self._clock())
        self._events[name] = events
        while len(self._events) > NAMES_AT_MOST:
            del self._events[next(iter(self._events))]

    def forget(self, name: str) -> None:
        """Start anew for this name."""
        self._events.pop(name, None)

    def _recent(self, name: str) -> deque[float] | None:
        events = self._events.get(name)
        if events is None:
            return None
        since = self._clock() - self._seconds
        while events and events[0] <= since:
            events.popleft()
        if not events:
            del self._events[name]
            return None
        return events
