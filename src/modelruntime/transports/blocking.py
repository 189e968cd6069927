"""The blocking transport: plain sockets, one thread per call, no loop."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from modelruntime.entities.errors import ConnectionFailed, InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.stored_bytes import FileBody
from modelruntime.transports import faults
from modelruntime.transports.blocking_pool import Connection, ConnectionPool
from modelruntime.transports.body_decoder import BodyDecoder, body_decoder
from modelruntime.transports.contract import Timeouts, TransportOptions
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.dialer import Dialer
from modelruntime.transports.http1.reader import ResponseReader
from modelruntime.transports.outbound import OutboundTable

_READ_SIZE = 64 * 1024
_JOIN_BELOW = 64 * 1024


class BlockingTransport:
    """HTTP/1.1 over kept-alive sockets. Thread safe, usable after fork; see `contract.Transport` for what it raises.

    A kept socket that the server closed meanwhile costs one immediate second try on a new socket, only as long as no
    byte of the answer was seen. `close()` ends idle sockets; an open `Reply` is its owner's to close.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self._options = options or TransportOptions()
        self._outbound = OutboundTable(self._options)
        self._pool = ConnectionPool(self._options.max_connections, self._options.max_connections_per_host)
        self._dialer = Dialer(self._options)

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        """Send and read the whole answer, decompressed."""
        reply = self._exchange(request, timeouts, "gzip, deflate")
        return HttpResponse(reply.head, reply.read())

    def open(self, request: HttpRequest, timeouts: Timeouts) -> BlockingReply:
        """Send and return as soon as the answer's head is here. Asks for an uncompressed body."""
        return self._exchange(request, timeouts, "identity")

    def close(self) -> None:
        """Close idle connections. A closed transport still answers, but keeps no connection."""
        self._pool.close()

    def __del__(self) -> None:
        self._pool.close()

    def _exchange(self, request: HttpRequest, timeouts: Timeouts, encodings: str) -> BlockingReply:
        outbound = self._outbound.of(request, encodings)
        target, proxy, route, _, _ = outbound
        payload = request.payload
        wire = outbound.wire(payload)
        deadline = Deadline(timeouts, target.origin)
        connection = self._pool.take(route, deadline)
        while True:
            if connection is None:
                deadline.begin("connect")
                try:
                    connection = Connection(self._dialer.dial(target, proxy, deadline), route)
                except BaseException:
                    self._pool.drop(route)
                    raise
            reply = BlockingReply(connection, self._pool, deadline, request.method, self._options.max_response_bytes)
            try:
                reply.start(wire, payload)
            except ConnectionFailed:
                if not connection.reused or reply.seen:
                    reply.close()
                    raise
                connection.close()  # stale: the slot stays ours for the second try
                reply.detach()
                connection = None
                continue
            except BaseException:
                reply.close()
                raise
            return reply


class BlockingReply:
    """An answer whose body is still to be read; see `contract.Reply`. One thread reads it; any thread may close it."""

    head: ResponseHead

    def __init__(self, connection: Connection, pool: ConnectionPool, deadline: Deadline, method: str, limit: int) -> None:
        self._connection: Connection | None = connection
        self._pool = pool
        self._deadline = deadline
        self._method = method
        self._reader = ResponseReader(method, deadline.origin)
        self._limit = limit
        self._decoder: BodyDecoder | None = None
        self._first = b""
        self._reading = threading.Lock()

    @property
    def seen(self) -> bool:
        """Has any byte of the answer come?"""
        return self._reader.seen

    def start(self, head: bytes, body: bytes | FileBody | None) -> None:
        """Write the request and read until the answer's head is whole."""
        assert self._connection is not None
        self._send(self._connection, head, body)
        self._deadline.begin("first_byte")
        while self._reader.head is None:
            self._first = self._receive()
        self.head = self._reader.head
        self._decoder = body_decoder(self._method, self.head, self._deadline.origin, self._limit)

    def read(self) -> bytes:
        """The rest of the body, decompressed."""
        if not self._reader.complete:
            return b"".join(self.chunks())
        assert self._decoder is not None
        pieces: list[bytes] = []
        try:  # all is here: as in `chunks`, which would cost a generator
            data, self._first = self._first, b""
            pieces += self._decoder.feed(data)
            self._decoder.close()
        finally:
            self.close()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def hurry(self, seconds: float) -> None:
        """The rest must come within so many seconds."""
        self._deadline.hurry(seconds)

    def chunks(self) -> Iterator[bytes]:
        """The body piece by piece, as it comes; the connection is free again after the last."""
        assert self._decoder is not None
        try:
            data, self._first = self._first, b""
            while True:
                if data:
                    yield from self._decoder.feed(data)
                if self._reader.complete:
                    break
                self._deadline.begin("idle")
                data = self._receive()
            self._decoder.close()
        except BaseException:  # an abandoned iterator too: what is left of the body is not wanted
            self.close()
            raise
        self.close()

    def close(self) -> None:
        """Free the connection: it is kept if the whole body came, else closed. More than once does no harm.

        The end of a body often waits unread behind the last piece that anyone wants: it is looked for without waiting.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if not self._reader.complete and self._reader.head is not None and self._reader.reusable:
            self._read_what_is_here(connection)
        if self._reader.complete and self._reader.reusable:
            self._pool.put(connection)
        else:
            connection.close()
            self._pool.drop(connection.route)

    def detach(self) -> None:
        """Forget the connection without giving its slot back."""
        self._connection = None

    def __del__(self) -> None:
        if self._connection is not None:
            self.close()

    def _send(self, connection: Connection, head: bytes, body: bytes | FileBody | None) -> None:
        """Write all of it. A server that hung up may have said why: so a broken pipe shows when reading."""
        try:
            if isinstance(body, FileBody):
                self._write(connection, head)
                for piece in body.pieces():
                    self._write(connection, piece)
                return
            if body is None or len(body) <= _JOIN_BELOW:
                self._write(connection, head if body is None else head + body)
                return
            self._write(connection, head)
            view = memoryview(body)
            for start in range(0, len(view), _JOIN_BELOW):
                self._write(connection, view[start : start + _JOIN_BELOW])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _write(self, connection: Connection, data: bytes | memoryview) -> None:
        self._deadline.begin("idle")
        connection.allow(self._deadline.left())
        try:
            connection.sock.sendall(data)
        except TimeoutError:
            raise self._deadline.passed() from None

    def _receive(self) -> bytes:
        """The body bytes of one read from the socket; an end that comes too early raises."""
        with self._reading:
            connection = self._connection
            if connection is None:
                raise faults.cut_short(self._deadline.origin)
            try:
                data = connection.receive(_READ_SIZE, self._deadline)
            except OSError:
                data = None  # the connection broke: told apart below, away from the system's error
            if data:
                return self._reader.feed(data)
            self._reader.abort() if data is None else self._reader.close()
            return b""

    def _read_what_is_here(self, connection: Connection) -> None:
        """Give the reader what one read yields at once; nothing if another thread is reading."""
        if not self._reading.acquire(blocking=False):
            return
        try:
            connection.allow(0)
            self._reader.feed(connection.sock.recv(_READ_SIZE))
        except (OSError, InvokeError):
            pass  # nothing is here, or nothing good: the body stays incomplete
        finally:
            self._reading.release()
