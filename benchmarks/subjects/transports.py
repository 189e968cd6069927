"""Transports alone: bytes out, bytes in, nothing rendered or parsed. `http.client` and bare aiohttp stand beside ours."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.subjects.request import MESSAGES, MODEL, STREAMS, paced
from benchmarks.wire import EVENTS
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import Timeouts

_HEADERS = (("content-type", "application/json"), ("authorization", "Bearer sk-bench"))
_TIMEOUTS = Timeouts()
_AT_ONCE = 64


def _request(url: str, mode: str = "burst", **more: Any) -> HttpRequest:
    body = json.dumps({"model": MODEL, "messages": MESSAGES, **more}).encode()
    return HttpRequest("POST", f"{url}/{mode}/v1/chat/completions", _HEADERS, body)


def blocking_call(url: str) -> Callable[[], int]:
    from modelruntime.transports.blocking import BlockingTransport

    transport, request = BlockingTransport(), _request(url)

    def call() -> int:
        assert len(transport.send(request, _TIMEOUTS).body) > 500
        return 1

    return call


def stdlib_call(url: str) -> Callable[[], int]:
    request = _request(url)
    path, headers = request.url.removeprefix(url), dict(request.headers)
    connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def call() -> int:
        connection.request("POST", path, request.body, headers)
        assert len(connection.getresponse().read()) > 500
        return 1

    return call


def blocking_stream(url: str) -> Callable[[], int]:
    from modelruntime.transports.blocking import BlockingTransport

    transport, request = BlockingTransport(), _request(url, stream=True)

    def read() -> int:
        return _counted(sum(chunk.count(b"\n\n") for chunk in transport.open(request, _TIMEOUTS).chunks()))

    return read


async def asyncio_call(url: str) -> Callable[[], Awaitable[int]]:
    return _call(_asyncio(), url)


async def asyncio_at_once(url: str) -> Callable[[], Awaitable[int]]:
    return _calls(_asyncio(), url)


async def asyncio_stream(url: str) -> Callable[[], Awaitable[int]]:
    return _stream(_asyncio(), url)


async def asyncio_paced(url: str) -> Callable[[], Awaitable[int]]:
    return _paced(_asyncio(), url)


async def aiohttp_call(url: str) -> Callable[[], Awaitable[int]]:
    return _call(_aiohttp(), url)


async def aiohttp_at_once(url: str) -> Callable[[], Awaitable[int]]:
    return _calls(_aiohttp(), url)


async def aiohttp_stream(url: str) -> Callable[[], Awaitable[int]]:
    return _stream(_aiohttp(), url)


async def aiohttp_paced(url: str) -> Callable[[], Awaitable[int]]:
    return _paced(_aiohttp(), url)


async def bare_aiohttp_call(url: str) -> Callable[[], Awaitable[int]]:
    import aiohttp

    request, session = _request(url), aiohttp.ClientSession()

    async def call() -> int:
        async with session.post(request.url, data=request.body, headers=request.headers) as response:
            assert len(await response.read()) > 500
        return 1

    return call


def _asyncio() -> Any:
    from modelruntime.transports.asyncio_transport import AsyncioTransport

    return AsyncioTransport()


def _aiohttp() -> Any:
    from modelruntime.transports.aiohttp_transport import AiohttpTransport

    return AiohttpTransport()


def _call(transport: Any, url: str) -> Callable[[], Awaitable[int]]:
    request = _request(url)

    async def call() -> int:
        assert len((await transport.send(request, _TIMEOUTS)).body) > 500
        return 1

    return call


def _calls(transport: Any, url: str) -> Callable[[], Awaitable[int]]:
    call = _call(transport, url)

    async def calls() -> int:
        return sum(await asyncio.gather(*(call() for _ in range(_AT_ONCE))))

    return calls


def _stream(transport: Any, url: str) -> Callable[[], Awaitable[int]]:
    request = _request(url, stream=True)
    return lambda: _read(transport, request)


def _paced(transport: Any, url: str) -> Callable[[], Awaitable[int]]:
    request = _request(url, "paced", stream=True)

    async def read_all() -> int:
        return sum(await asyncio.gather(*(_read(transport, request) for _ in range(STREAMS))))

    return paced(read_all)


async def _read(transport: Any, request: HttpRequest) -> int:
    reply = await transport.open(request, _TIMEOUTS)
    count = 0
    async for chunk in reply.chunks():
        count += chunk.count(b"\n\n")
    return _counted(count)


def _counted(events: int) -> int:
    assert events == EVENTS + 1, events
    return events
