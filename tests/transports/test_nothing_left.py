"""When a loop has ended, no socket of ours is left for the garbage collector to complain about."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable

import pytest

from modelruntime import AsyncRuntime
from modelruntime.entities.errors import ConnectionFailed
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import AsyncReply, AsyncTransport, Timeouts, TransportOptions
from tests.simulators.raw_server import CHUNKED, JSON, RawServer, Script, answer, chunk
from tests.transports.drivers import ASYNC, LOOPS

Ending = Callable[[AsyncTransport, RawServer], Awaitable[object]]
_STALLED: Script = (CHUNKED + chunk(b"abc"), "stall")


@pytest.fixture(params=ASYNC)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=LOOPS)
def loop(request: pytest.FixtureRequest) -> str:
    return request.param


def post(server: RawServer, body: bytes = b"{}") -> HttpRequest:
    return HttpRequest("POST", server.url, (), body)


def run_and_collect(loop: str, main: Callable[[], Awaitable[object]]) -> list[str]:
    """What the collector says once the loop of `main` has ended; nothing of `main` is alive then."""

    async def outer() -> None:
        await main()

    gc.collect()  # what others left is theirs
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            runner.run(outer())
        gc.collect()
    return [str(one.message) for one in said if issubclass(one.category, ResourceWarning)]


def transport_of(kind: str) -> AsyncTransport:
    return ASYNC[kind](TransportOptions(trust_env=False))


async def idle(transport: AsyncTransport, server: RawServer) -> None:
    await asyncio.gather(*(transport.send(post(server), Timeouts()) for _ in range(3)))


async def streamed_to_a_point(transport: AsyncTransport, server: RawServer) -> AsyncReply:
    reply = await transport.open(post(server), Timeouts())
    async for _ in reply.chunks():
        break
    return reply


async def streamed_and_closed(transport: AsyncTransport, server: RawServer) -> None:
    await (await streamed_to_a_point(transport, server)).close()


async def cancelled(transport: AsyncTransport, server: RawServer) -> None:
    task = asyncio.create_task(transport.send(post(server), Timeouts()))
    await asyncio.to_thread(server.saw_requests, 1)
    task.cancel()


CASES: dict[str, tuple[Script, Ending]] = {
    "idle": ((JSON,), idle),
    "stream-let-go": (_STALLED, streamed_to_a_point),
    "stream-closed": (_STALLED, streamed_and_closed),
    "cancelled": (("stall",), cancelled),
}


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "never-closed"])
@pytest.mark.parametrize(("script", "ending"), CASES.values(), ids=CASES)
def test_no_socket_outlives_its_loop(kind: str, loop: str, script: Script, ending: Ending, closed: bool):
    async def main() -> None:
        transport = transport_of(kind)
        await ending(transport, server)
        if closed:
            await transport.close()

    with RawServer(script) as server:
        assert run_and_collect(loop, main) == []
        assert server.all_closed()


def test_a_transport_kept_beyond_its_loop_leaves_nothing_either(kind: str, loop: str):
    transport = transport_of(kind)

    async def main() -> None:
        await idle(transport, server)

    with RawServer((JSON,)) as server:
        assert run_and_collect(loop, main) == []
        assert server.all_closed()


@pytest.mark.parametrize("turns", range(5))
def test_a_call_that_was_connecting_when_the_transport_closed_fails_and_leaves_nothing(kind: str, loop: str, turns: int):
    async def main() -> None:
        transport = transport_of(kind)
        tasks = [asyncio.create_task(transport.send(post(server), Timeouts())) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await transport.close()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(outcome, ConnectionFailed) or getattr(outcome, "body", None) == b'{"ok":true}'
        await transport.close()

    with RawServer((JSON,)) as server:
        assert run_and_collect(loop, main) == []
        assert server.all_closed()


def test_an_upload_that_was_answered_early_leaves_nothing(kind: str, loop: str):
    """aiohttp alone would keep the socket until the rest of the upload is taken, which is never."""

    async def main() -> None:
        transport = transport_of(kind)
        response = await transport.send(post(server, b"a" * 20_000_000), Timeouts())
        assert response.head.status == 413
        await transport.close()

    with RawServer(hasty=(answer(b"no", "Connection: close", status="413 Too Large"), "stall")) as server:
        assert run_and_collect(loop, main) == []
        assert server.all_closed()


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "never-closed"])
def test_a_runtime_leaves_nothing(loop: str, closed: bool):
    async def main() -> None:
        runtime = AsyncRuntime(environ={}, transport_options=TransportOptions(trust_env=False))
        reply = await streamed_to_a_point(runtime.world.transport, server)
        await reply.close()
        await idle(runtime.world.transport, server)
        if closed:
            await runtime.aclose()

    with RawServer(_STALLED, (JSON,)) as server:
        assert run_and_collect(loop, main) == []
        assert server.all_closed()
