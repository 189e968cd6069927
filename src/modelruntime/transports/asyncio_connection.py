"""One connection of the asyncio transport: a protocol that feeds the response reader as bytes come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from time import monotonic
from typing import cast

from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.stored_bytes import FileBody
from modelruntime.transports import faults
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.http1.reader import ResponseReader
from modelruntime.transports.slots import Route
from modelruntime.transports.turn_writes import TurnWrites

_HIGH_WATER = 256 * 1024
_SLICE = 64 * 1024


class AsyncioConnection(asyncio.Protocol):
    """Carries one request at a time. Body pieces that came before a failure are handed out before it is raised."""

    def __init__(self, route: Route, loop: asyncio.AbstractEventLoop, standing: set[AsyncioConnection], writes: TurnWrites) -> None:
        """`standing` holds every connection of the pool whose socket is open; this one adds and removes itself."""
        self.route = route
        self.reused = False
        self.idle_since = 0.0
        self._loop = loop
        self._standing = standing
        self._writes = writes
        self._transport: asyncio.Transport | None = None
        self._reader: ResponseReader | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._failure: InvokeError | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._expires: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._fires = 0.0
        self._lost: asyncio.Future[None] = loop.create_future()
        self._write_paused = False

    async def exchange(self, method: str, head: bytes, body: bytes | FileBody | None, deadline: Deadline) -> ResponseHead:
        """Write a request and wait for the head of its answer."""
        reader = self._reader = ResponseReader(method, deadline.origin)
        transport = self._transport
        if transport is None or transport.is_closing():
            raise faults.reset(deadline.origin)
        if body is None or (not isinstance(body, FileBody) and len(body) <= _SLICE):
            self._writes.write(transport, head if body is None else head + body)
        else:
            await self._upload(head, body, deadline)
        end = deadline.begin("first_byte")
        while reader.head is None:
            if self._failure is not None:
                raise self._failure
            if not await self._news(end):
                raise deadline.passed()
        return reader.head

    async def receive(self, deadline: Deadline) -> bytes:
        """The body bytes that came since the last call, waiting if there are none; empty at the end of the body."""
        if not self._pieces:
            end = deadline.begin("idle")
            while not self._pieces:
                if self._failure is not None:
                    raise self._failure
                if self._reader is None or self._reader.complete:
                    return b""
                if not await self._news(end):
                    raise deadline.passed()
        deadline.check_total()
        return self.take()

    def take(self) -> bytes:
        """The body bytes that came since the last call, without waiting."""
        pieces, self._pieces = self._pieces, []
        if self._size > _HIGH_WATER:
            self._resume()
        self._size = 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    @property
    def whole(self) -> bool:
        """Has all of the present answer come?"""
        return self._reader is not None and self._reader.complete

    @property
    def seen(self) -> bool:
        """Has any byte of the present answer come?"""
        return self._reader is not None and self._reader.seen

    @property
    def _answered(self) -> bool:
        return self.seen or self._failure is not None

    def usable(self) -> bool:
        """Still open as far as the loop has seen."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def _standing_transport(self) -> asyncio.Transport | None:
        transport = self._transport
        return None if transport is None or transport.is_closing() else transport

    def rest(self) -> bool:
        """The exchange is over: bytes that come from now on are nobody's, and end the connection. False if it can carry no other
        because the present answer is not whole, or was its last."""
        reader, transport = self._reader, self._transport
        if reader is None or not reader.complete or not reader.reusable or transport is None or transport.is_closing():
            return False
        self._reader = None
        if self._pieces:
            self._pieces = []
        if self._size > _HIGH_WATER:
            self._resume()
        self._size = 0
        return True

    def close(self) -> None:
        """Close the socket at once, without waiting for what is not written or for a TLS farewell."""
        if self._transport is not None:
            with suppress(RuntimeError):  # the loop is closed, and the socket with it
                self._transport.abort()

    async def wait_closed(self) -> None:
        """Until the socket is closed."""
        await self._lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)
        self._standing.add(self)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came."""
        reader = self._reader
        if reader is None:
            self.close()
            return
        try:
            body = reader.feed(data)
        except InvokeError as error:
            self._fail(error)
            return
        if body:
            self._pieces.append(body)
            self._size += len(body)
            if self._size > _HIGH_WATER and self._standing_transport is not None:
                self._standing_transport.pause_reading()
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(True)

    def eof_received(self) -> bool:
        """asyncio: the server will send no more."""
        self._end_reader(broken=False)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone."""
        self._end_reader(broken=exc is not None)
        self._standing.discard(self)
        self._disarm()
        if not self._lost.done():
            self._lost.set_result(None)

    def pause_writing(self) -> None:
        """asyncio: the kernel takes no more for now."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """asyncio: all is written."""
        self._write_paused = False
        self._wake()

    async def _upload(self, head: bytes, body: bytes | FileBody, deadline: Deadline) -> None:
        """Write piece by piece; an answer or an end that comes meanwhile ends the upload."""
        pieces = body.pieces() if isinstance(body, FileBody) else _slices(body)
        for piece in chain((head,), pieces):
            if self._answered or self._transport is None:
                return
            self._transport.write(piece)
            await self._drain(deadline)

    async def _drain(self, deadline: Deadline) -> None:
        """Until the kernel took what was written, or an answer or an end came."""
        end = deadline.begin("idle")
        while self._write_paused and not self._answered:
            if not await self._news(end):
                raise deadline.passed()

    def _news(self, end: float | None) -> asyncio.Future[bool]:
        """Comes with True when bytes, an end or room to write do, with False when nothing has until a monotonic time."""
        self._expires = end
        if end is not None and (self._timer is None or end < self._fires):
            self._arm(end)
        self._waiter = waiter = self._loop.create_future()
        return waiter

    def _arm(self, end: float) -> None:
        """Let the one timer of this connection fire at a monotonic time.

        Waits that end later leave it alone, and it finds out when it fires whether anyone has waited too long: a stream of
        many small pieces, or a connection that carries call after call, costs a timer a minute instead of one for each.
        """
        self._disarm()
        self._fires = end
        self._timer = self._loop.call_later(max(0.0, end - monotonic()), self._fire)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        waiter, end = self._waiter, self._expires
        if waiter is None or end is None or waiter.done():
            return
        if end > monotonic():
            self._arm(end)
        else:
            waiter.set_result(False)

    def _resume(self) -> None:
        """What was held back is taken: read on."""
        if self._standing_transport is not None:
            self._standing_transport.resume_reading()

    def _end_reader(self, *, broken: bool) -> None:
        if self._reader is not None and self._failure is None:
            try:
                self._reader.abort() if broken else self._reader.close()
            except InvokeError as error:
                self._failure = error
        self._wake()

    def _fail(self, error: InvokeError) -> None:
        self._failure = error
        self.close()
        self._wake()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(True)


def _slices(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _SLICE] for start in range(0, len(body), _SLICE))
