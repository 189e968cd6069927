"""Kept-alive sockets of the blocking transport."""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress

from modelruntime.transports.deadline import Deadline
from modelruntime.transports.slots import Route, Slots

_HAS_POLL = hasattr(select, "poll")  # Windows has none
_SLACK = 0.001
"""Seconds: nobody can tell a limit from one that is this much longer."""


class Connection:
    """A socket with its route. `reused` once it has carried a request before the present one."""

    __slots__ = ("_patience", "_poller", "idle_since", "reused", "route", "sock")

    def __init__(self, sock: socket.socket, route: Route) -> None:
        self.sock = sock
        self.route = route
        self.reused = False
        self.idle_since = 0.0
        self._patience = sock.gettimeout()
        self._poller: select.poll | None = None

    def usable(self) -> bool:
        """Nothing to read: a server that closed or spoke unasked is seen here."""
        if not _HAS_POLL:
            return not select.select([self.sock], [], [], 0)[0]
        if self._poller is None:
            self._poller = select.poll()
            self._poller.register(self.sock, select.POLLIN)
        return not self._poller.poll(0)

    def allow(self, seconds: float | None) -> None:
        """Let the socket wait so long from now on. To set what is set already would be a call of the system for nothing."""
        patience = self._patience
        if seconds is None or patience is None or not 0 <= patience - seconds < _SLACK:
            self.sock.settimeout(seconds)
            self._patience = seconds

    def receive(self, size: int, deadline: Deadline) -> bytes:
        """What one read gives. Raises `TimedOut`, and `OSError` where the connection broke."""
        left, patience = deadline.left(), self._patience
        if not patience or (left is not None and left < patience):
            self.allow(left)
        while True:
            try:
                return self.sock.recv(size)
            except TimeoutError:
                pass
            self.allow(deadline.left())  # it waited as long as a write may, for which it was set

    def close(self) -> None:
        """Close at once; a thread that waits on the socket wakes."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        self.sock.close()


class ConnectionPool:
    """Hands out idle connections, last used first, and slots for new ones. Thread safe; empty after a fork."""

    def __init__(self, limit: int, limit_per_route: int) -> None:
        self._limits = (limit, limit_per_route)
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._slots: Slots[Connection] = Slots(*self._limits)
        self._waiting = 0
        self._closed = False

    def take(self, route: Route, deadline: Deadline) -> Connection | None:
        """An idle connection, or None: then the slot for a new one is the caller's until `put` or `drop`.

        Waits for a slot as long as the connect timeout allows, then raises `TimedOut` (code `pool`).
        """
        if self._pid != os.getpid():
            self._leave_to_parent()
        with self._lock:
            connection = self._slots.pop(route)
            if connection is not None or self._slots.claim(route):
                return connection
            deadline.begin("pool")
            while True:
                self._wait(deadline)
                connection = self._slots.pop(route)
                if connection is not None or self._slots.claim(route):
                    return connection

    def put(self, connection: Connection) -> None:
        """Keep a connection for the next request; a closed pool keeps none."""
        if self._pid != os.getpid():
            connection.sock.close()
            return
        with self._lock:
            if self._closed:
                connection.close()
                self._slots.release(connection.route)
            else:
                self._slots.push(connection)
            if self._waiting:
                self._changed.notify_all()

    def drop(self, route: Route) -> None:
        """Give a slot back: its connection is closed or never came to stand."""
        if self._pid != os.getpid():
            return
        with self._lock:
            self._slots.release(route)
            if self._waiting:
                self._changed.notify_all()

    def close(self) -> None:
        """Close every idle connection, and keep none from now on."""
        if self._pid != os.getpid():
            self._leave_to_parent()
        with self._lock:
            self._closed = True
            for connection in self._slots.clear():
                connection.close()

    def _wait(self, deadline: Deadline) -> None:
        self._waiting += 1
        try:
            self._changed.wait(deadline.left())
        finally:
            self._waiting -= 1

    def _leave_to_parent(self) -> None:
        """In a forked child the sockets are the parent's: let go of our copies without a word on the wire."""
        inherited = self._slots
        self._start()
        for connection in inherited.clear():
            connection.sock.close()
