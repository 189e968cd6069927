"""Kept-alive connections of the asyncio transport, on one loop."""

from __future__ import annotations

import asyncio
from collections import deque

from modelruntime.transports.asyncio_connection import AsyncioConnection
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.slots import Route, Slots
from modelruntime.transports.turn_writes import TurnWrites


class AsyncioPool:
    """Hands out idle connections, last used first, and slots for new ones; whoever waits longest is served first."""

    def __init__(self, limit: int, limit_per_route: int) -> None:
        self._slots: Slots[AsyncioConnection] = Slots(limit, limit_per_route)
        self._standing: set[AsyncioConnection] = set()
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._loop = asyncio.get_running_loop()
        self._writes = TurnWrites(self._loop)
        self._closed = False
        self.idle = self._slots.pop
        """An idle connection to a route, if there is one."""

    async def take(self, route: Route, deadline: Deadline) -> AsyncioConnection | None:
        """An idle connection, or None: then the slot for a new one is the caller's until `put` or `drop`.

        Waits for a slot as long as the connect timeout allows, then raises `TimedOut` (code `pool`).
        """
        connection = self._slots.pop(route)
        if connection is not None or self._slots.claim(route):
            return connection
        deadline.begin("pool")
        while True:
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            try:
                async with asyncio.timeout(deadline.left()):
                    await waiter
            except TimeoutError:
                self._wake()
                raise deadline.passed() from None
            except BaseException:
                self._wake()
                raise
            connection = self._slots.pop(route)
            if connection is not None or self._slots.claim(route):
                return connection

    def new(self, route: Route) -> AsyncioConnection:
        """A connection that is about to stand, in a slot taken before."""
        return AsyncioConnection(route, self._loop, self._standing, self._writes)

    def admit(self, connection: AsyncioConnection) -> None:
        """A new connection stands; one that came to stand after `close` is closed, as it would have been before."""
        if self._closed:
            connection.close()

    def put(self, connection: AsyncioConnection) -> None:
        """The answer was read: keep the connection if it can carry another, else close it."""
        if connection.rest():
            self._slots.push(connection)
            if self._waiters:
                self._wake()
        else:
            self.drop(connection)

    def put_from_any_thread(self, connection: AsyncioConnection) -> None:
        """`put`, soon: the garbage collector may run anywhere."""
        self._loop.call_soon_threadsafe(self.put, connection)

    def drop(self, connection: AsyncioConnection) -> None:
        """Close a connection and give its slot back."""
        connection.close()
        self.release(connection.route)

    def release(self, route: Route) -> None:
        """Give back a slot whose connection never came to stand."""
        self._slots.release(route)
        self._wake()

    async def close(self) -> None:
        """Close every connection, also those in use and those still to come; returns when the sockets are closed."""
        self._closed = True
        self._slots.clear()
        closing = list(self._standing)
        for connection in closing:
            connection.close()
        for connection in closing:
            await connection.wait_closed()

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
