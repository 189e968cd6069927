"""One request and its answer, between the application and the connection.

It does what uvicorn's cycle does, in a fraction of the time: the head of an answer is joined first and looked at once, a whole
answer is written in one piece, what the streams of a turn send goes out together but for the first piece of each, and nobody makes
an event that nobody waits for. Chunked answers, HEAD, `Expect: 100-continue` and what an application must not do are as there.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Iterable
from typing import Protocol

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from modelruntime.gateway.asgi import Application, Event, Scope
from modelruntime.transports.turn_writes import TurnWrites

_LINE = rb"[!#$%&'*+.^_`|~0-9a-z-]+: [^\x00-\x08\x0a-\x1f\x7f]*\r\n"
_HEAD = re.compile(rb"(?:%b)*" % _LINE)
_FRAMELESS = re.compile(rb"(?:(?!content-length:|transfer-encoding:|connection:)%b)*" % _LINE)
"""A head that leaves to the cycle how the answer is framed, and what becomes of the connection."""
_BODILESS = frozenset((204, 304))
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_FAILED = ((b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"))
log = logging.getLogger("uvicorn.error")


class Connection(Protocol):
    """What a cycle needs of the protocol it belongs to."""

    transport: asyncio.Transport
    flow: FlowControl
    writes: TurnWrites
    tasks: set[asyncio.Task[None]]
    """Those under way, for whoever ends the server."""

    def on_response_complete(self) -> None:
        """The answer was sent to its end."""
        ...


class Cycle:
    """It is itself the `send` of the application, can take a whole answer at once, and give a whole body."""

    __slots__ = (
        "_begun",
        "_body",
        "_chunked",
        "_connection",
        "_expects_continue",
        "_left",
        "_news",
        "_size",
        "_waiter",
        "disconnected",
        "keep_alive",
        "more_body",
        "response_complete",
        "response_started",
        "scope",
        "task",
    )

    def __init__(self, connection: Connection, scope: Scope, *, keep_alive: bool, expects_continue: bool) -> None:
        self._connection = connection
        self.scope = scope
        self.keep_alive = keep_alive
        self._expects_continue = expects_continue
        self._body: list[bytes] = []
        self._size = 0
        self.more_body = True
        self._news = False
        self._waiter: asyncio.Future[None] | None = None
        self.disconnected = False
        self.response_started = False
        self.response_complete = False
        self._chunked = False
        self._begun = False
        """Was a piece of the body sent?"""
        self._left = 0
        """Bytes of the answer that its content-length still promises."""
        self.task: asyncio.Task[None] | None = None
        """That of `run`; it takes itself out of the connection's `tasks`, which costs less than a callback for its end."""

    async def run(self, application: Application) -> None:
        """The application answers the request; what it fails to answer becomes a bare 500, or the end of the connection."""
        try:
            await application(self.scope, self.receive, self)
        except BaseException as error:
            log.error("Exception in ASGI application\n", exc_info=error)
            self._fail()
        else:
            if not self.response_complete and not self.disconnected:
                log.error("the application returned without completing its answer")
                self._fail()
        finally:
            if self.task is not None:
                self._connection.tasks.discard(self.task)

    # ---- what the client sends

    def feed(self, body: bytes) -> None:
        """A piece of the body came."""
        self._body.append(body)
        self._size += len(body)
        if self._size > HIGH_WATER_LIMIT:
            self._connection.flow.pause_reading()
        self._news = True
        if self._waiter is not None:
            self.tell()

    def feed_end(self) -> None:
        """The body is whole."""
        self.more_body = False
        self._news = True
        if self._waiter is not None:
            self.tell()

    def lose(self) -> None:
        """The client has gone."""
        if not self.response_complete:
            self.disconnected = True
        self.tell()

    def tell(self) -> None:
        """There is something to receive."""
        self._news = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def take_body(self) -> bytes | None:
        """The whole body, if all of it is here; None: it is to be received. To be asked before anything is received."""
        if self.more_body or self._expects_continue or self.disconnected or self.response_complete:
            return None
        if self._connection.flow.read_paused:
            self._connection.flow.resume_reading()
        pieces, self._body, self._size, self._news = self._body, [], 0, False
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def receive(self) -> Event:
        """The body as far as it is here, once; then nothing, until the client leaves or was answered."""
        connection = self._connection
        if self._expects_continue and not connection.transport.is_closing():
            connection.writes.write(connection.transport, _CONTINUE)
            self._expects_continue = False
        if not self.disconnected and not self.response_complete:
            if connection.flow.read_paused:
                connection.flow.resume_reading()
            while not self._news:
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
                self._waiter = None
            self._news = False
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        pieces = self._body
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._body, self._size = [], 0
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    # ---- what the application sends

    async def __call__(self, message: Event) -> None:
        """One message of the answer. Raises `RuntimeError` for one that is out of turn, or would break out of its line."""
        flow = self._connection.flow
        if flow.write_paused and not self.disconnected:
            await flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started:
            if kind != "http.response.start":
                raise RuntimeError(f"an answer begins with http.response.start, not with {kind}")
            self._connection.writes.write(self._connection.transport, self._head(message["status"], message.get("headers", ())))
        elif self.response_complete:
            raise RuntimeError(f"{kind} came after the end of the answer")
        elif kind != "http.response.body":
            raise RuntimeError(f"{kind} came in place of a body")
        else:
            self._send_body(message.get("body", b""), message.get("more_body", False))

    def whole(self, status: int, headers: Collection[tuple[bytes, bytes]], body: bytes) -> None:
        """A whole answer, its length set here. Raises `RuntimeError` as above."""
        if self.disconnected:
            return
        if self.response_started:
            raise RuntimeError("an answer has begun already")
        pairs = [b"%b: %b\r\n" % pair for pair in headers]
        lines = b"".join(pairs)
        if self.keep_alive and self.scope["method"] != "HEAD" and _FRAMELESS.fullmatch(lines) and lines.count(b"\n") == len(pairs):
            self.response_started = True
            self._expects_continue = False
            data = b"%b%bcontent-length: %d\r\n\r\n%b" % (STATUS_LINE[status], lines, len(body), body)
        else:
            data = self._head(status, (*headers, (b"content-length", b"%d" % len(body))))
            if self.scope["method"] != "HEAD":
                data += body
        self._connection.writes.write(self._connection.transport, data)
        self._end()

    def _head(self, status: int, given: Iterable[tuple[bytes, bytes]]) -> bytes:
        headers = [(name.lower(), value) for name, value in given]
        length = coding = None
        closes = False
        for name, value in headers:
            if name == b"content-length":
                length = value
            elif name == b"transfer-encoding":
                coding = value.lower()
            elif name == b"connection":
                closes = b"close" in [token.strip() for token in value.lower().split(b",")]
        if closes:
            self.keep_alive = False
        elif not self.keep_alive:
            headers.append((b"connection", b"close"))
        if coding == b"chunked":
            self._chunked = True
        elif length is not None:
            self._left = int(length)
        elif self.scope["method"] != "HEAD" and status not in _BODILESS:
            self._chunked = True
            headers.append((b"transfer-encoding", b"chunked"))
        lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
        if not _HEAD.fullmatch(lines) or lines.count(b"\n") != len(headers):
            raise RuntimeError("a header of the answer holds a character that HTTP forbids")
        self.response_started = True
        self._expects_continue = False
        return b"%b%b\r\n" % (STATUS_LINE[status], lines)

    def _send_body(self, body: bytes, more_body: bool) -> None:
        if self.scope["method"] == "HEAD":
            self._left = 0
            body = b""
        elif self._chunked:
            body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            if not more_body:
                body += b"0\r\n\r\n"
        else:
            self._left -= len(body)
            if self._left < 0:
                raise RuntimeError("the body is longer than its content-length")
        if body:
            self._connection.writes.write(self._connection.transport, body)
            if not self._begun:  # somebody waits for it: what the turn has still to do may take longer than to wake them
                self._begun = True
                self._connection.writes.flush()
        if more_body:
            return
        if self._left:
            raise RuntimeError("the body is shorter than its content-length")
        self._end()

    def _end(self) -> None:
        self.response_complete = True
        self._news = True
        if self._waiter is not None:
            self.tell()
        if not self.keep_alive:
            self._close()
        self._connection.on_response_complete()

    def _close(self) -> None:
        self._connection.writes.flush()
        self._connection.transport.close()

    def _fail(self) -> None:
        if not self.response_started and not self.disconnected:
            self.whole(500, _FAILED, b"Internal Server Error")
        else:
            self._close()
