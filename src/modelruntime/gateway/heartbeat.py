"""Comments in a stream while its vendor is silent: proxies and clients between close a connection on which nothing comes."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from modelruntime.gateway.exchange import Exchange

COMMENT = b": still here\n\n"
"""Every reader of server-sent events drops it."""


class Heartbeat:
    """`with Heartbeat(exchange) as beat:` and `beat.sent()` for whatever is sent. A comment follows one to two periods of
    silence, and only once the answer has begun: before that it could still become an error with a status of its own."""

    __slots__ = ("_beating", "_count", "_exchange", "_period", "_seen", "_timer")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._period = exchange.plane.limits.comment_seconds
        self._count = self._seen = 0
        self._timer: asyncio.TimerHandle | None = None
        self._beating: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._timer is not None
        self._timer.cancel()
        if self._beating is not None:
            self._beating.cancel()

    def sent(self) -> None:
        """Something was sent."""
        self._count += 1

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._period, self._beat)

    def _beat(self) -> None:
        silent, self._seen = self._count == self._seen, self._count
        if silent and self._exchange.started and (self._beating is None or self._beating.done()):
            self._beating = asyncio.get_running_loop().create_task(self._comment())
        self._wait()

    async def _comment(self) -> None:
        await self._exchange.send({"type": "http.response.body", "body": COMMENT, "more_body": True})
