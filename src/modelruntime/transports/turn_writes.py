"""What the calls of one turn of the event loop write, written together when the turn is over.

To write into a socket whose reader sleeps wakes that reader, and waking costs more than writing. Of many writes one after the
other only the first wakes: uvloop writes at once, and under load a tenth of the CPU time of a call went there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_MOST = 64 * 1024
"""Bytes that wait for one transport: what is more does not wait, so that flow control hears of it."""


class TurnWrites:
    """For the transports of one event loop."""

    __slots__ = ("_before", "_waiting", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, *before: Callable[[], None]) -> None:
        """`before` are called before anything is written: what must have happened when somebody reads it."""
        self.loop = loop
        self._before = before
        self._waiting: dict[asyncio.WriteTransport, bytes] = {}

    def write(self, transport: asyncio.WriteTransport, data: bytes) -> None:
        """Write soon, and nothing to one that is closed before. What is written to the transport itself in the same turn comes
        before it."""
        waiting = self._waiting
        if not waiting:
            self.loop.call_soon(self.flush)
        if transport in waiting:
            data = waiting[transport] + data
        waiting[transport] = data
        if len(data) > _MOST:
            self.flush()

    def flush(self) -> None:
        """Write now what waits: whoever closes a transport that was just written to calls it first."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            for call in self._before:
                call()
        for transport, data in waiting.items():
            if not transport.is_closing():
                transport.write(data)
