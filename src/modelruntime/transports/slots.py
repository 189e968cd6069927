"""The bookkeeping of connections, without locks or waiting: who is idle, how many are open, who must go.

Both pools stand on it; the blocking one adds a lock, the asyncio one adds futures.
"""

from __future__ import annotations

from time import monotonic
from typing import Generic, NamedTuple, Protocol, TypeVar

from modelruntime.entities.secret import Secret

KEEP_IDLE_SECONDS = 55.0
"""Under the 60 s after which many servers and address translators forget a connection."""


class Route(NamedTuple):
    """What lets two requests share a connection: the origin, and the proxy with its credentials."""

    origin: str
    proxy: str | None = None
    authorization: Secret | None = None


class Pooled(Protocol):
    """A connection as a pool sees it."""

    route: Route
    reused: bool
    idle_since: float

    def usable(self) -> bool:
        """Still open, with nothing to read."""
        ...

    def close(self) -> None:
        """Close the socket at once."""
        ...


C = TypeVar("C", bound=Pooled)


class Slots(Generic[C]):
    """At most `limit` open connections, `limit_per_route` of one route (0: any number)."""

    def __init__(self, limit: int, limit_per_route: int) -> None:
        self._limit = limit
        self._limit_per_route = limit_per_route
        self._idle: dict[Route, list[C]] = {}
        self._open: dict[Route, int] = {}
        self._count = 0

    def pop(self, route: Route) -> C | None:
        """The idle connection of a route that was used last and still stands."""
        stack = self._idle.get(route)
        while stack:
            connection = stack.pop()
            if monotonic() - connection.idle_since < KEEP_IDLE_SECONDS and connection.usable():
                return connection
            connection.close()
            self.release(route)
        return None

    def claim(self, route: Route) -> bool:
        """Take a slot for a new connection; False if none is free. Idle connections of other routes give way."""
        if self._limit_per_route and self._open.get(route, 0) >= self._limit_per_route:
            return False
        if self._limit and self._count >= self._limit and not self._evict():
            return False
        self._open[route] = self._open.get(route, 0) + 1
        self._count += 1
        return True

    def push(self, connection: C) -> None:
        """Keep a connection for the next request."""
        connection.reused = True
        connection.idle_since = monotonic()
        self._idle.setdefault(connection.route, []).append(connection)

    def release(self, route: Route) -> None:
        """Give a slot back: its connection is closed, or never came to stand."""
        self._count -= 1
        left = self._open.get(route, 1) - 1
        if left:
            self._open[route] = left
        else:
            self._open.pop(route, None)
            self._idle.pop(route, None)

    def clear(self) -> list[C]:
        """Forget the idle connections and give their slots back; closing them is the caller's."""
        gone = [connection for stack in self._idle.values() for connection in stack]
        for connection in gone:
            self.release(connection.route)
        self._idle.clear()
        return gone

    def _evict(self) -> bool:
        """Close the connection that idled longest."""
        oldest = min((stack[0] for stack in self._idle.values() if stack), key=lambda c: c.idle_since, default=None)
        if oldest is None:
            return False
        self._idle[oldest.route].remove(oldest)
        oldest.close()
        self.release(oldest.route)
        return True
