"""The `openai` package as its documentation uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from openai import AsyncOpenAI, OpenAI

from benchmarks.subjects.request import EVENTS, INPUTS, MESSAGES, MODEL, PARAMETERS, STREAMS, Paced

_STREAM: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}


def _sync(url: str) -> Any:
    return OpenAI(base_url=f"{url}/burst/v1", api_key="sk-bench")


def _async(url: str, mode: str = "burst") -> Any:
    return AsyncOpenAI(base_url=f"{url}/{mode}/v1", api_key="sk-bench")


def chat_sync(url: str) -> Callable[[], int]:
    client = _sync(url)

    def call() -> int:
        result = client.chat.completions.create(model=MODEL, messages=MESSAGES, **PARAMETERS)
        assert result.usage.completion_tokens == 200
        return 1

    return call


async def chat_async(url: str) -> Callable[[], Awaitable[int]]:
    client = _async(url)

    async def call() -> int:
        result = await client.chat.completions.create(model=MODEL, messages=MESSAGES, **PARAMETERS)
        assert result.usage.completion_tokens == 200
        return 1

    return call


def stream_sync(url: str) -> Callable[[], int]:
    client = _sync(url)

    def read() -> int:
        return _checked(sum(1 for _ in client.chat.completions.create(model=MODEL, messages=MESSAGES, **PARAMETERS, **_STREAM)))

    return read


async def stream_async(url: str) -> Callable[[], Awaitable[int]]:
    client = _async(url)
    return lambda: _read(client)


async def stream_paced(url: str) -> Callable[[], Awaitable[int]]:
    client = _async(url, "paced")
    await _async(url).chat.completions.create(model=MODEL, messages=MESSAGES)

    async def read_all() -> int:
        return sum(await asyncio.gather(*(_read(client) for _ in range(STREAMS))))

    return Paced(read_all)


async def _read(client: Any) -> int:
    stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, **PARAMETERS, **_STREAM)
    count = 0
    async for _ in stream:
        count += 1
    return _checked(count)


def _checked(events: int) -> int:
    assert events == EVENTS, events
    return events


def embed_sync(url: str) -> Callable[[], int]:
    client = _sync(url)

    def call() -> int:
        assert len(client.embeddings.create(model=MODEL, input=INPUTS).data) == len(INPUTS)
        return 1

    return call


async def embed_async(url: str) -> Callable[[], Awaitable[int]]:
    client = _async(url)

    async def call() -> int:
        result = await client.embeddings.create(model=MODEL, input=INPUTS)
        assert len(result.data) == len(INPUTS)
        return 1

    return call
