"""Sockets to listen on: one, or one for each worker on the same address."""

from __future__ import annotations

import socket
import sys


def bound(host: str, port: int, *options: int) -> socket.socket:
    """A bound TCP socket; `options` are further ones of `SOL_SOCKET` to set. Raises `OSError` for an address that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        for option in (socket.SO_REUSEADDR, *options):
            found.setsockopt(socket.SOL_SOCKET, option, 1)
        # Accepted sockets inherit it. Head and body leave in two writes: without it the second waits 40 ms for an acknowledgement.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found.bind((host, port))
    except OSError:
        found.close()
        raise
    return found


class Listeners:
    """The sockets of several workers. Linux gives each its own and spreads connections evenly; elsewhere they share one.

    The socket of a worker that died stays open here, so that who connects meanwhile waits for its successor rather than being
    refused; one whose successor is long in coming rests, and the others get its connections.
    """

    def __init__(self, host: str, port: int, workers: int) -> None:
        """Raises `OSError` for an address that is taken."""
        self._closed = False
        self._own = sys.platform == "linux" and workers > 1
        self._options = (socket.SO_REUSEPORT,) if self._own else ()
        first = bound(host, port, *self._options)
        self.host, self.port = first.getsockname()[:2]
        self._sockets = {0: first}
        try:
            for number in range(1, workers if self._own else 1):
                self._sockets[number] = bound(host, self.port, *self._options)
        except OSError:
            self.close()
            raise

    def of(self, worker: int) -> socket.socket:
        """The socket of a worker, counted from 0; a new one after a rest. Raises `OSError` once they are closed."""
        number = worker if self._own else 0
        if self._closed:
            raise OSError("the listeners are closed")
        if number not in self._sockets:
            self._sockets[number] = bound(self.host, self.port, *self._options)
        return self._sockets[number]

    def rest(self, worker: int) -> None:
        """Nobody accepts there for a while. The last one stays: the address must remain ours."""
        if self._own and len(self._sockets) > 1 and worker in self._sockets:
            self._sockets.pop(worker).close()

    def close(self) -> None:
        """Give them up here; workers keep theirs."""
        self._closed = True
        for each in self._sockets.values():
            each.close()
        self._sockets.clear()
