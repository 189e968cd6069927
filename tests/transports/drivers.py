"""One face over every transport, so that one suite holds them all to the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol

import pytest

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.transports.contract import AsyncReply, AsyncTransport, Reply, Timeouts, Transport, TransportOptions

FAST = Timeouts(connect=2.0, first_byte=2.0, idle=2.0, total=5.0)


class OpenReply(Protocol):
    head: ResponseHead

    def read(self) -> bytes: ...
    def next(self) -> bytes | None: ...
    def close(self) -> None: ...


class Driver(Protocol):
    def send(self, request: HttpRequest, timeouts: Timeouts = FAST) -> HttpResponse: ...
    def open(self, request: HttpRequest, timeouts: Timeouts = FAST) -> OpenReply: ...
    def close(self) -> None: ...


class _BlockingReply:
    def __init__(self, reply: Reply) -> None:
        self._reply, self.head = reply, reply.head
        self._chunks: Iterator[bytes] | None = None

    def read(self) -> bytes:
        return self._reply.read()

    def next(self) -> bytes | None:
        self._chunks = self._chunks or self._reply.chunks()
        return next(self._chunks, None)

    def close(self) -> None:
        self._reply.close()


class BlockingDriver:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: HttpRequest, timeouts: Timeouts = FAST) -> HttpResponse:
        return self._transport.send(request, timeouts)

    def open(self, request: HttpRequest, timeouts: Timeouts = FAST) -> OpenReply:
        return _BlockingReply(self._transport.open(request, timeouts))

    def close(self) -> None:
        self._transport.close()


class _AsyncReply:
    def __init__(self, reply: AsyncReply, runner: asyncio.Runner) -> None:
        self._reply, self._runner, self.head = reply, runner, reply.head
        self._chunks: AsyncIterator[bytes] | None = None

    def read(self) -> bytes:
        return self._runner.run(self._reply.read())

    def next(self) -> bytes | None:
        self._chunks = self._chunks or self._reply.chunks()
        return self._runner.run(_next(self._chunks))

    def close(self) -> None:
        self._runner.run(self._reply.close())


class AsyncDriver:
    """Drives an async transport from outside; its loop only turns while a call is under way."""

    def __init__(self, transport: AsyncTransport, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None) -> None:
        self._transport = transport
        self.runner = asyncio.Runner(loop_factory=loop_factory)

    def send(self, request: HttpRequest, timeouts: Timeouts = FAST) -> HttpResponse:
        return self.runner.run(self._transport.send(request, timeouts))

    def open(self, request: HttpRequest, timeouts: Timeouts = FAST) -> OpenReply:
        return _AsyncReply(self.runner.run(self._transport.open(request, timeouts)), self.runner)

    def close(self) -> None:
        self.runner.run(self._close())
        self.runner.close()

    async def _close(self) -> None:
        await self._transport.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    return await anext(chunks, None)


def _aiohttp(options: TransportOptions) -> AsyncTransport:
    from modelruntime.transports.aiohttp_transport import AiohttpTransport

    return AiohttpTransport(options)


def _asyncio(options: TransportOptions) -> AsyncTransport:
    from modelruntime.transports.asyncio_transport import AsyncioTransport

    return AsyncioTransport(options)


def _uvloop() -> asyncio.AbstractEventLoop:
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


ASYNC: dict[str, Callable[[TransportOptions], AsyncTransport]] = {"asyncio": _asyncio, "aiohttp": _aiohttp}
LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop] | None] = {"loop": None, "uvloop": _uvloop}
NAMES = ["blocking", *(f"{name}-{loop}" for name in ASYNC for loop in LOOPS)]


def make_driver(name: str, options: TransportOptions) -> Driver:
    if name == "blocking":
        from modelruntime.transports.blocking import BlockingTransport

        return BlockingDriver(BlockingTransport(options))
    kind, _, loop = name.partition("-")
    return AsyncDriver(ASYNC[kind](options), LOOPS[loop])


class Drivers:
    """Makes drivers of one kind and closes them at the end of the test."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._made: list[Driver] = []

    def __call__(self, **options: Any) -> Driver:
        driver = make_driver(self.name, TransportOptions(**{"trust_env": False, **options}))
        self._made.append(driver)
        return driver

    def close(self) -> None:
        for driver in self._made:
            driver.close()
        self._made.clear()


@pytest.fixture(params=NAMES)
def drivers(request: pytest.FixtureRequest) -> Iterator[Drivers]:
    made = Drivers(request.param)
    yield made
    made.close()
