"""How many calls one process makes at once, and who waits for a place, in order of arrival."""

from __future__ import annotations

import asyncio
from collections import deque

from modelruntime.gateway.refused import Refused, refused


class WaitingLine:
    """At most `places` calls are under way and `line` wait, each at most so many seconds."""

    def __init__(self, places: int, line: int, seconds: float) -> None:
        self.places = places
        self.line = line
        self._seconds = seconds
        self._waiters: deque[asyncio.Future[None]] = deque()
        self.under_way = 0
        self.waiting = 0

    def enter_at_once(self) -> bool:
        """Take a place if one is free; `leave` gives it back."""
        free = self.under_way < self.places
        if free:
            self.under_way += 1
        return free

    async def enter(self) -> None:
        """Take a place. Raises `Refused` (503) when the line is full or took too long."""
        if self.enter_at_once():
            return
        if self.waiting >= self.line:
            raise self._refusal()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(place)
        self.waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await place
        except TimeoutError as cause:
            if not _granted(place):
                self._waiters.remove(place)
                raise self._refusal() from cause
        except asyncio.CancelledError:
            if _granted(place):
                self.leave()
            else:
                self._waiters.remove(place)
            raise
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """Give the place to whoever has waited longest."""
        while self._waiters:
            place = self._waiters.popleft()
            if not place.done():
                place.set_result(None)
                return
        self.under_way -= 1

    def _refusal(self) -> Refused:
        message = "the gateway has as many calls under way as it can take: try again later"
        return refused(503, "overloaded", message, None, max(1.0, self._seconds / 2))


def _granted(place: asyncio.Future[None]) -> bool:
    return place.done() and not place.cancelled()
