"""The async transport of our own: asyncio protocols (uvloop's as well) around the response reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

from modelruntime.entities.errors import ConnectionFailed
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.transports import faults
from modelruntime.transports.asyncio_connection import AsyncioConnection
from modelruntime.transports.asyncio_dialer import AsyncioDialer
from modelruntime.transports.asyncio_pool import AsyncioPool
from modelruntime.transports.body_decoder import BodyDecoder, body_decoder
from modelruntime.transports.contract import Timeouts, TransportOptions
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.loop_lifetime import PerLoop
from modelruntime.transports.outbound import OutboundTable

_Exchanged = tuple[ResponseHead, AsyncioConnection, AsyncioPool, Deadline, BodyDecoder]
_TURNS_TO_READ = 2
"""Turns of the loop in which bytes that the kernel holds reach their protocol: one to poll, one to read."""


class AsyncioTransport:
    """HTTP/1.1 over kept-alive connections, a pool for each event loop, closed with it; usable after fork.

    Behaves as `BlockingTransport` does. `close()` also ends open replies and calls under way.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self._options = options or TransportOptions()
        self._outbound = OutboundTable(self._options)
        self._dialer = AsyncioDialer(self._options)
        limits = (self._options.max_connections, self._options.max_connections_per_host)
        self._pools = PerLoop(lambda: AsyncioPool(*limits))

    async def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        """Send and read the whole answer, decompressed."""
        exchanged = await self._exchange(request, timeouts, "gzip, deflate")
        head, connection, pool, _, decoder = exchanged
        if not connection.whole:
            return HttpResponse(head, await AsyncioReply(*exchanged).read())
        try:  # the body came with the head, as most do
            body = decoder.whole(connection.take())
        finally:
            pool.put(connection)
        return HttpResponse(head, body)

    async def open(self, request: HttpRequest, timeouts: Timeouts) -> AsyncioReply:
        """Send and return as soon as the answer's head is here. Asks for an uncompressed body."""
        return AsyncioReply(*await self._exchange(request, timeouts, "identity"))

    async def close(self) -> None:
        """Close every connection. A closed transport opens new ones when asked again."""
        await self._pools.close()

    async def _exchange(self, request: HttpRequest, timeouts: Timeouts, encodings: str) -> _Exchanged:
        outbound = self._outbound.of(request, encodings)
        target, proxy, route, _, _ = outbound
        payload = request.payload
        wire = outbound.wire(payload)
        deadline = Deadline(timeouts, target.origin)
        pool = self._pools.here() or await self._pools.get()
        connection = pool.idle(route) or await pool.take(route, deadline)
        while True:
            if connection is None:
                deadline.begin("connect")
                try:
                    connection = await self._dialer.dial(target, proxy, deadline, lambda: pool.new(route))
                except BaseException:
                    pool.release(route)
                    raise
                pool.admit(connection)
            try:
                head = await connection.exchange(request.method, wire, payload, deadline)
                decoder = body_decoder(request.method, head, target.origin, self._options.max_response_bytes)
            except ConnectionFailed:
                if not connection.reused or connection.seen:
                    pool.drop(connection)
                    raise
                connection.close()  # stale: the slot stays ours for the second try
                connection = None
                continue
            except BaseException:
                pool.drop(connection)
                raise
            return head, connection, pool, deadline, decoder


class AsyncioReply:
    """An answer whose body is still to be read; see `contract.AsyncReply`.

    It is the iterator of its own pieces: a generator would be one more thing to wake for every piece of a stream.
    """

    __slots__ = ("_connection", "_deadline", "_decoder", "_pieces", "_pool", "_read", "head")

    def __init__(
        self, head: ResponseHead, connection: AsyncioConnection, pool: AsyncioPool, deadline: Deadline, decoder: BodyDecoder
    ) -> None:
        self.head = head
        self._connection: AsyncioConnection | None = connection
        self._pool = pool
        self._deadline = deadline
        self._decoder = decoder
        self._pieces: Iterator[bytes] = iter(())
        self._read = False

    async def read(self) -> bytes:
        """The rest of the body, decompressed."""
        if self._read:
            return b""
        pieces = list(self._pieces)
        try:
            while self._connection is not None and (data := await self._connection.receive(self._deadline)):
                pieces += self._decoder.feed(data)
            self._check_open()
            self._decoder.close()
            self._read = True
        finally:
            self._end()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def hurry(self, seconds: float) -> None:
        """The rest must come within so many seconds."""
        self._deadline.hurry(seconds)

    def chunks(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it comes; the connection is free again after the last."""
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            for piece in self._pieces:
                return piece
            while self._connection is not None and (data := await self._connection.receive(self._deadline)):
                self._pieces = iter(self._decoder.feed(data))
                for piece in self._pieces:
                    return piece
            if not self._read:
                self._check_open()
                self._decoder.close()
                self._read = True
        except BaseException:  # cancelled too: what is left of the body is not wanted
            self._end()
            raise
        self._end()
        raise StopAsyncIteration

    async def close(self) -> None:
        """Close the socket at once unless the whole body came. More than once does no harm.

        The end of a body often waits unread behind the last piece that anyone wants: it is looked for without waiting.
        """
        try:
            if self._connection is not None and not self._connection.whole:
                for _ in range(_TURNS_TO_READ):
                    await asyncio.sleep(0)
        finally:
            self._end()

    def __del__(self) -> None:
        if self._connection is not None:
            with suppress(RuntimeError):  # the loop is closed, and the socket with it
                self._pool.put_from_any_thread(self._connection)

    def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.put(connection)

    def _check_open(self) -> None:
        """Raises `StreamIncomplete` where the reply was closed before its body was read."""
        if self._connection is None:
            raise faults.cut_short(self._deadline.origin)
