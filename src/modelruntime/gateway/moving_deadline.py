"""A deadline that is set and taken back for every request, on a timer that is armed once in many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class MovingDeadline:
    """At most one thing is due at a time. A timer that fires before its time is armed again for what is due by then: to set a
    deadline and to take it back costs no timer."""

    __slots__ = ("_call", "_due", "_handle", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due = 0.0
        self._call: Callable[[], None] | None = None
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Something is due."""
        return self._call is not None

    def within(self, seconds: float, call: Callable[[], None]) -> None:
        """Call this once in so many seconds, and nothing else."""
        self._due, self._call = self._loop.time() + seconds, call
        if self._handle is None or self._handle.when() > self._due:
            self._arm()

    def clear(self) -> None:
        """Nothing is due."""
        self._call = None

    def close(self) -> None:
        """Nothing is due any more, and no timer is left."""
        self._call = None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._loop.call_at(self._due, self._fire)

    def _fire(self) -> None:
        self._handle = None
        if self._call is None:
            return
        if self._loop.time() < self._due:
            self._arm()
            return
        call, self._call = self._call, None
        call()
