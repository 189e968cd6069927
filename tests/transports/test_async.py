"""What only async transports can get wrong: cancellation, loops that come and go, tasks left behind."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import warnings
from collections.abc import Callable

import pytest

from modelruntime.entities.errors import StreamIncomplete
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import AsyncTransport, Timeouts, TransportOptions
from tests.simulators.raw_server import CHUNKED, JSON, Flood, RawServer, Script, chunk
from tests.transports.drivers import ASYNC, LOOPS

Make = Callable[..., AsyncTransport]


@pytest.fixture(params=ASYNC)
def make(request: pytest.FixtureRequest) -> Make:
    return lambda **options: ASYNC[request.param](TransportOptions(trust_env=False, **options))


@pytest.fixture(params=LOOPS)
def runner(request: pytest.FixtureRequest):
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
        yield runner


def post(server: RawServer) -> HttpRequest:
    return HttpRequest("POST", server.url, (), b"{}")


async def until_asked(server: RawServer, count: int = 1) -> None:
    assert await asyncio.to_thread(server.saw_requests, count, 10.0)


def no_tasks() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


STALLS: dict[str, Script] = {"before-the-head": ("stall",), "in-the-body": (CHUNKED + chunk(b"abc"), "stall")}


@pytest.mark.parametrize("script", STALLS.values(), ids=STALLS)
def test_a_cancelled_call_closes_its_socket_and_the_next_one_works(make: Make, runner: asyncio.Runner, script: Script):
    async def main() -> None:
        transport = make()
        task = asyncio.create_task(transport.send(post(server), Timeouts()))
        await until_asked(server)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.all_closed, 1.0)
        assert (await transport.send(post(server), Timeouts())).head.status == 200
        await transport.close()
        assert await asyncio.to_thread(server.all_closed, 1.0)
        assert no_tasks()

    with RawServer(script, (JSON,)) as server:
        runner.run(main())


def test_a_cancelled_stream_closes_its_socket(make: Make, runner: asyncio.Runner):
    async def consume(transport: AsyncTransport, got: asyncio.Event) -> None:
        reply = await transport.open(post(server), Timeouts())
        async for _ in reply.chunks():
            got.set()

    async def main() -> None:
        transport, got = make(), asyncio.Event()
        task = asyncio.create_task(consume(transport, got))
        await got.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        gc.collect()
        assert await asyncio.to_thread(server.all_closed, 1.0)
        await transport.close()
        assert no_tasks()

    with RawServer((CHUNKED + chunk(b"abc"), "stall")) as server:
        runner.run(main())


def test_a_cancelled_connect_leaves_nothing(make: Make, runner: asyncio.Runner):
    async def main() -> None:
        transport = make()
        request = HttpRequest("GET", f"https://127.0.0.1:{server.port}/")
        task = asyncio.create_task(transport.send(request, Timeouts()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.close()
        assert await asyncio.to_thread(server.all_closed, 1.0)

    with RawServer(greet=("stall",)) as server:
        runner.run(main())


def test_a_reply_dropped_without_closing_frees_its_socket(make: Make, runner: asyncio.Runner):
    async def main() -> None:
        transport = make()
        reply = await transport.open(post(server), Timeouts())
        del reply
        gc.collect()
        assert await asyncio.to_thread(server.all_closed, 1.0)
        await transport.close()

    with RawServer((CHUNKED + chunk(b"abc"), "stall")) as server:
        runner.run(main())


def test_breaking_out_of_a_stream_closes_its_socket(make: Make, runner: asyncio.Runner):
    async def main() -> None:
        transport = make()
        reply = await transport.open(post(server), Timeouts())
        async for _ in reply.chunks():
            break
        await reply.close()
        assert await asyncio.to_thread(server.all_closed, 1.0)
        with pytest.raises(StreamIncomplete):
            await reply.read()
        await transport.close()

    with RawServer((CHUNKED + chunk(b"abc"), "stall")) as server:
        runner.run(main())


def test_a_reader_that_is_slow_stalls_the_server_instead_of_memory(make: Make, runner: asyncio.Runner):
    async def main() -> None:
        transport = make()
        reply = await transport.open(post(server), Timeouts())
        chunks = reply.chunks()
        await anext(chunks)
        sizes = []
        for _ in range(3):
            await asyncio.sleep(0.05)
            sizes.append(len(await anext(chunks)))
        assert max(sizes) < 2 * 2**20
        await reply.close()
        await transport.close()

    with RawServer((CHUNKED, Flood(chunk(b"a" * 60_000)))) as server:
        runner.run(main())


def test_many_calls_at_once_share_the_connections_allowed(make: Make, runner: asyncio.Runner):
    async def main() -> None:
        transport = make(max_connections=5)
        answers = await asyncio.gather(*(transport.send(post(server), Timeouts()) for _ in range(50)))
        assert {answer.body for answer in answers} == {b'{"ok":true}'}
        await transport.close()
        assert no_tasks()

    with RawServer() as server:
        runner.run(main())
        assert server.connections == 5


@pytest.mark.parametrize("loop", LOOPS)
def test_one_transport_serves_loop_after_loop_without_being_closed(make: Make, loop: str):
    """`asyncio.run` twice with one transport: each loop gets its own connections and takes them along when it ends."""
    transport = make()
    with RawServer() as server:
        for _ in range(2):
            with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
                for _ in range(2):
                    response = runner.run(transport.send(post(server), Timeouts()))
                    assert response.body == b'{"ok":true}'
            assert server.all_closed()
        assert server.connections == 2
    del transport
    gc.collect()


@pytest.mark.parametrize("loop", LOOPS)
def test_a_stream_left_open_when_its_loop_ends_does_no_harm(make: Make, loop: str):
    transport = make()
    with RawServer((CHUNKED + chunk(b"abc"), "stall"), (JSON,)) as server:
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            reply = runner.run(transport.open(post(server), Timeouts()))
        assert server.all_closed()
        del reply
        gc.collect()
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            assert runner.run(transport.send(post(server), Timeouts())).head.status == 200


def _child(transport: AsyncTransport, request: HttpRequest, answers: object) -> None:
    response = asyncio.run(transport.send(request, Timeouts()))
    os.write(answers, response.body)  # type: ignore[arg-type]


def test_a_forked_child_uses_connections_of_its_own_and_leaves_the_parents_alone(make: Make):
    with RawServer() as server, asyncio.Runner() as runner:
        transport = make()
        runner.run(transport.send(post(server), Timeouts()))
        read, write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads: the server's, which the child never uses
            child = multiprocessing.get_context("fork").Process(target=_child, args=(transport, post(server), write))
            child.start()
        child.join(20)
        assert child.exitcode == 0
        assert os.read(read, 100) == b'{"ok":true}'
        runner.run(transport.send(post(server), Timeouts()))
        assert server.connections == 2
        runner.run(transport.close())
        os.close(read)
        os.close(write)
