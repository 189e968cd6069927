"""Kept-alive sockets of the blocking transport, and how many may be open at once."""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from modelruntime.entities.secret import Secret
from modelruntime.transports.deadline import Deadline

KEEP_IDLE_SECONDS = 55.0
"""Under the 60 s after which many servers and address translators forget a connection."""


class Route(NamedTuple):
    """What makes two requests able to share a socket: the origin, and the proxy with its credentials."""

    origin: str
    proxy: str | None = None
    authorization: Secret | None = None


class Connection:
    """A socket with its route. `reused` once it has carried a request before the present one."""

    __slots__ = ("idle_since", "reused", "route", "sock")

    def __init__(self, sock: socket.socket, route: Route) -> None:
        self.sock = sock
        self.route = route
        self.reused = False
        self.idle_since = 0.0

    def fresh(self) -> bool:
        """Idle for a short time, and nothing to read: a server that closed or spoke unasked is seen here."""
        return monotonic() - self.idle_since < KEEP_IDLE_SECONDS and not _readable(self.sock)

    def close(self) -> None:
        """Close at once; a thread that waits on the socket wakes."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        self.sock.close()


class ConnectionPool:
    """Hands out idle connections, last used first, and slots for new ones. Thread safe; empty after a fork."""

    def __init__(self, limit: int, limit_per_route: int) -> None:
        self._limit = limit
        self._limit_per_route = limit_per_route
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition(threading.Lock())
        self._idle: dict[Route, list[Connection]] = {}
        self._open: dict[Route, int] = {}
        self._count = 0
        self._waiting = 0
        self._closed = False

    def take(self, route: Route, deadline: Deadline) -> Connection | None:
        """An idle connection, or None: then the slot for a new one is the caller's until `put` or `drop`.

        Waits for a slot as long as the connect timeout allows, then raises `TimedOut` (code `pool`).
        """
        if self._pid != os.getpid():
            self._abandon()
        with self._changed:
            connection = self._pop(route)
            if connection is not None or self._claim(route):
                return connection
            deadline.begin("pool")
            while True:
                self._wait(deadline)
                connection = self._pop(route)
                if connection is not None or self._claim(route):
                    return connection

    def put(self, connection: Connection) -> None:
        """Keep a connection for the next request; a closed pool keeps none."""
        if self._pid != os.getpid():
            connection.sock.close()
            return
        connection.reused = True
        connection.idle_since = monotonic()
        with self._changed:
            if self._closed:
                connection.close()
                self._release(connection.route)
                return
            self._idle.setdefault(connection.route, []).append(connection)
            if self._waiting:
                self._changed.notify_all()

    def drop(self, route: Route) -> None:
        """Give a slot back: its connection is closed or never came to stand."""
        if self._pid != os.getpid():
            return
        with self._changed:
            self._release(route)

    def close(self) -> None:
        """Close every idle connection, and keep none from now on."""
        if self._pid != os.getpid():
            self._abandon()
        with self._changed:
            self._closed = True
            for route, stack in list(self._idle.items()):
                for connection in stack:
                    connection.close()
                    self._release(route)
            self._idle.clear()

    def _pop(self, route: Route) -> Connection | None:
        stack = self._idle.get(route)
        while stack:
            connection = stack.pop()
            if connection.fresh():
                return connection
            connection.close()
            self._release(route)
        return None

    def _claim(self, route: Route) -> bool:
        if self._limit_per_route and self._open.get(route, 0) >= self._limit_per_route:
            return False
        if self._limit and self._count >= self._limit and not self._evict():
            return False
        self._open[route] = self._open.get(route, 0) + 1
        self._count += 1
        return True

    def _evict(self) -> bool:
        """Close the connection that idled longest, to make room for another route."""
        oldest = min((stack[0] for stack in self._idle.values() if stack), key=lambda c: c.idle_since, default=None)
        if oldest is None:
            return False
        self._idle[oldest.route].remove(oldest)
        oldest.close()
        self._release(oldest.route)
        return True

    def _release(self, route: Route) -> None:
        self._count -= 1
        self._open[route] -= 1
        if not self._open[route]:
            del self._open[route]
            if not self._idle.get(route):
                self._idle.pop(route, None)
        if self._waiting:
            self._changed.notify_all()

    def _wait(self, deadline: Deadline) -> None:
        self._waiting += 1
        try:
            while not self._changed.wait(deadline.left()):
                pass
        finally:
            self._waiting -= 1

    def _abandon(self) -> None:
        """In a forked child: the sockets are the parent's; let go of ours without a word on the wire."""
        inherited = self._idle
        self._start()
        for stack in inherited.values():
            for connection in stack:
                connection.sock.close()


def _readable(sock: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        return bool(poller.poll(0))
    return bool(select.select([sock], [], [], 0)[0])
