"""A stream of many small pieces arms one timer, not one for each; limits still hold to the letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple, Unpack

import pytest

from modelruntime.entities.errors import TimedOut
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.asyncio_connection import AsyncioConnection
from modelruntime.transports.asyncio_transport import AsyncioTransport
from modelruntime.transports.contract import Timeouts, TransportOptions
from tests.simulators.raw_server import CHUNKED, Drip, RawServer, chunk

Ts = TypeVarTuple("Ts")


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts the timers that connections ask for."""

    timers = 0

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self.timers += isinstance(getattr(callback, "__self__", None), AsyncioConnection)
        return super().call_later(delay, callback, *args, context=context)


async def drip(server: RawServer, timeouts: Timeouts) -> tuple[int, str]:
    """How many pieces came, and which limit ended the stream."""
    transport, pieces = AsyncioTransport(TransportOptions(trust_env=False)), 0
    try:
        reply = await transport.open(HttpRequest("POST", server.url, (), b"{}"), timeouts)
        async for _ in reply.chunks():
            pieces += 1
    except TimedOut as error:
        return pieces, error.code or ""
    finally:
        await transport.close()
    raise AssertionError("a drip has no end")


def test_pieces_that_come_one_by_one_share_a_timer():
    with RawServer((CHUNKED, Drip(chunk(b"a"), 0.005))) as server, asyncio.Runner(loop_factory=CountingLoop) as runner:
        pieces, limit = runner.run(drip(server, Timeouts(total=0.5)))
        loop = runner.get_loop()
        assert isinstance(loop, CountingLoop)
        assert limit == "total"
        assert pieces > 3 * loop.timers


@pytest.mark.parametrize("idle", [0.05, 0.15])
def test_an_idle_limit_counts_from_the_last_piece_and_not_from_the_timer(idle: float):
    """The timer of the first wait fires in a later one, which has its own full limit; then silence meets that limit."""
    with (
        RawServer((CHUNKED + chunk(b"a"), Drip(chunk(b"b"), 10.0))) as server,
        asyncio.Runner(loop_factory=CountingLoop) as runner,
    ):
        began = runner.get_loop().time()
        pieces, limit = runner.run(drip(server, Timeouts(idle=idle)))
        assert limit == "idle"
        assert pieces >= 1
        assert idle <= runner.get_loop().time() - began < idle + 1.0


async def calls(server: RawServer, count: int) -> None:
    transport = AsyncioTransport(TransportOptions(trust_env=False))
    try:
        for _ in range(count):
            await transport.send(HttpRequest("POST", server.url, (), b"{}"), Timeouts())
    finally:
        await transport.close()


def test_calls_over_one_connection_share_a_timer():
    with RawServer() as server, asyncio.Runner(loop_factory=CountingLoop) as runner:
        runner.run(calls(server, 20))
        loop = runner.get_loop()
        assert isinstance(loop, CountingLoop)
        assert loop.timers == 1
