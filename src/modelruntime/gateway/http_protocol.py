"""uvicorn's HTTP/1.1 protocol with a deadline and a size for the head of a request, and a deadline for a client that reads
nothing.

uvicorn waits for a head for ever (measured: still open after 45 s), so that a few slow clients could hold every socket; and it
waits as long for a client that has stopped reading, whose call at the vendor stands still with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from modelruntime.gateway.disconnect import WHEN_GONE
from modelruntime.gateway.limits import EdgeLimits

HEADER_BYTES = 64 * 2**10


class DeadlineProtocol(HttpToolsProtocol):
    """A connection whose head must be whole within `limits.header_seconds` and smaller than `HEADER_BYTES`, and whose client is
    taken for gone when it takes nothing for `limits.send_seconds`."""

    limits = EdgeLimits()
    _unread: asyncio.TimerHandle | None = None
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _head_open = False
    _gone: Callable[[], None] | None = None
    _is_lost = False

    def when_gone(self, call: Callable[[], None] | None) -> None:
        """See `disconnect.WHEN_GONE`."""
        if call is not None and self._is_lost:
            self.loop.call_soon(call)
        else:
            self._gone = call

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[WHEN_GONE] = self.when_gone

    def connection_made(self, transport: Any) -> None:
        """A client connected: it has some seconds to say something whole."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Bytes came: of a body as many as there are, of a head only so many."""
        if self._deadline is None and self.cycle is not None and self.cycle.response_complete and not self._head_open:
            self._await_head()  # the next request of a kept connection begins
        if self._head_open:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_open and self._head_bytes > HEADER_BYTES and not self.transport.is_closing():
            self._forget_deadline()
            self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._forget_deadline()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._forget_deadline()
        self._forget_unread()
        super().connection_lost(exc)
        self._is_lost = True
        if self._gone is not None:
            self._gone()
            self._gone = None

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
        self._head_open, self._head_bytes = True, 0
        self._deadline = self.loop.call_later(self.limits.header_seconds, self._overdue)

    def _forget_deadline(self) -> None:
        self._head_open = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


def protocol_within(limits: EdgeLimits) -> type[DeadlineProtocol]:
    """The protocol of a server with these limits; uvicorn makes one for each connection."""

    class Limited(DeadlineProtocol):
        pass

    Limited.limits = limits
    return Limited
