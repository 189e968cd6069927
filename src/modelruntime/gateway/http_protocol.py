"""The connection of a client: uvicorn's HTTP/1.1 protocol, with a deadline and a size for the head of a request, a deadline for a
client that reads nothing, and a cycle of our own.

uvicorn waits for a head for ever (measured: still open after 45 s), so that a few slow clients could hold every socket; and it
waits as long for a client that has stopped reading, whose call at the vendor stands still with it. What it does for each request
is a tenth of the CPU time of a call: `on_message_begin` to `on_response_complete` are written anew here for what a data plane
needs, and so is what goes before the parser. Parsing is httptools', flow control and web sockets are uvicorn's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from modelruntime.gateway.asgi import Application
from modelruntime.gateway.disconnect import WHEN_GONE
from modelruntime.gateway.http_cycle import Cycle
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.moving_deadline import MovingDeadline
from modelruntime.transports.turn_writes import TurnWrites

HEADER_BYTES = 64 * 2**10
_INVALID = "Invalid HTTP request received."


class DeadlineProtocol(HttpToolsProtocol):
    """A connection whose head must be whole within `limits.header_seconds` and smaller than `HEADER_BYTES`, and whose client is
    taken for gone when it takes nothing for `limits.send_seconds`."""

    limits = EdgeLimits()
    before_writes: ClassVar[tuple[Callable[[], None], ...]] = ()
    """See `TurnWrites`."""
    _shared: ClassVar[TurnWrites | None] = None
    """Of the connections on one loop."""
    _unread: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _head_open = True
    """A head has begun, or must begin soon."""
    _idle = False
    """Between two requests."""
    _upgrading = False
    _gone: Callable[[], None] | None = None
    _is_lost = False

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has some seconds to say something whole."""
        super().connection_made(transport)
        kind = type(self)
        if kind._shared is None or kind._shared.loop is not self.loop:
            kind._shared = TurnWrites(self.loop, *kind.before_writes)
        self.writes = kind._shared
        self.cycle: Any = None
        self.pipeline: deque[Any] = deque()  # cycles that wait for the one before
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": self.root_path,
            WHEN_GONE: self.when_gone,
        }
        self._application: Application = cast("Any", self.app)  # pyright: ignore[reportUnknownMemberType]
        self._due = MovingDeadline(self.loop)
        self._due.within(self.limits.header_seconds, self._close)

    def when_gone(self, call: Callable[[], None] | None) -> None:
        """See `disconnect.WHEN_GONE`."""
        if call is not None and self._is_lost:
            self.loop.call_soon(call)
        else:
            self._gone = call

    def data_received(self, data: bytes) -> None:
        """Bytes came: of a body as many as there are, of a head only so many."""
        if self._idle:
            self._idle = False
            self._due.clear()
            self._head_bytes = len(data)  # it may begin a head, or be what is left of a body
        elif self._head_open:
            self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.logger.warning(_INVALID)
            self.send_400_response(_INVALID)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
        if self._upgrading or self.transport.is_closing():
            return
        if self._head_open and self._head_bytes > HEADER_BYTES:
            self.send_400_response("The head of the request is too large.")
        elif self.cycle is not None and self.cycle.response_complete and not self._due.is_set:
            self._await_head()

    def handle_websocket_upgrade(self) -> None:
        """From here on the connection is another protocol's."""
        self.writes.flush()
        self._due.close()
        super().handle_websocket_upgrade()
        self._let_go()

    def send_400_response(self, msg: str) -> None:
        """What cannot be read ends the connection; what was answered before it is said before it."""
        self.writes.flush()
        super().send_400_response(msg)

    # ---- what the parser finds

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url = b""
        self.headers = []
        self._head_open = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is whole: the application begins, or waits for the answer before."""
        self._head_open, self._head_bytes = False, 0
        self._due.clear()
        parser = self.parser
        version = parser.get_http_version()
        path, raw_path, query = _target(self.url)
        if self.root_path:
            path, raw_path = self.root_path + path, self.root_path.encode("ascii") + raw_path
        scope: Any = {
            **self._scope,
            "http_version": version,
            "method": parser.get_method().decode("ascii"),
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": self.headers,
            "state": self.app_state.copy(),
        }
        self.scope = scope
        self._upgrading = parser.should_upgrade() and self._should_upgrade()
        if self._upgrading:
            return
        before = self.cycle
        keep_alive = version != "1.0" and parser.should_keep_alive()
        expects_continue = dict(self.headers).get(b"expect", b"").lower() == b"100-continue"
        cycle = self.cycle = Cycle(self, scope, keep_alive=keep_alive, expects_continue=expects_continue)
        if before is None or before.response_complete:
            self._start(cycle)
        else:  # a client that does not wait for its answers
            self.flow.pause_reading()
            self.pipeline.append(cycle)

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        if not self._upgrading and not self.cycle.response_complete:
            self.cycle.feed(body)

    def on_message_complete(self) -> None:
        """The end of a request."""
        if not self._upgrading and not self.cycle.response_complete:
            self.cycle.feed_end()

    # ---- what becomes of an answer

    def _start(self, cycle: Cycle) -> None:
        task = cycle.task = self.loop.create_task(cycle.run(self._application))
        self.tasks.add(task)

    def on_response_complete(self) -> None:
        """The answer was sent: the next one begins, or the connection is kept for a while."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            self.flow.resume_reading()
        if self.pipeline:
            self._start(self.pipeline.popleft())
        elif self._head_open:
            self._await_head()
        else:
            self._idle = True
            self._due.within(self.timeout_keep_alive, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._due.close()
        self._forget_unread()
        self.connections.discard(self)
        self._is_lost = True
        for cycle in (self.cycle, *self.pipeline):
            if cycle is not None:
                cycle.lose()
        self.flow.resume_writing()
        if exc is None:
            self.transport.close()
        if self._gone is not None:
            self._gone()
            self._gone = None
        self._let_go()

    def _let_go(self) -> None:
        """Hold nothing that points back here: this is freed when the last call on it is over, and does not wait for the collector,
        which looks rarely at what has lived for a while."""
        self.parser = cast("Any", None)
        self.cycle = None
        self.pipeline.clear()
        self._scope, self.scope = {}, cast("Any", None)

    def pause_writing(self) -> None:
        """The client takes no more for now: it has some seconds to go on reading."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.send_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads on."""
        self._forget_unread()
        super().resume_writing()

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_head(self) -> None:
        self._due.within(self.limits.header_seconds, self._close)

    def shutdown(self) -> None:
        """The server ends: what was answered in this turn is still said."""
        self.writes.flush()
        super().shutdown()

    def _close(self) -> None:
        self.writes.flush()
        if not self.transport.is_closing():
            self.transport.close()


def _target(url: bytes) -> tuple[str, bytes, bytes]:
    """The path, as it is meant and as it came, and the query."""
    query = b""
    if not url.startswith(b"/") or b"?" in url or b"#" in url:
        parsed = httptools.parse_url(url)
        url, query = parsed.path, parsed.query or b""
    path = url.decode("ascii")
    return unquote(path) if "%" in path else path, url, query


def protocol_within(limits: EdgeLimits, *before_writes: Callable[[], None]) -> type[DeadlineProtocol]:
    """The protocol of a server with these limits; uvicorn makes one for each connection. `before_writes` are called before anything
    is sent."""

    class Limited(DeadlineProtocol):
        pass

    Limited.limits = limits
    Limited.before_writes = before_writes
    return Limited
