"""LiteLLM as its documentation uses it; runs in an environment of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # no download at import

import litellm

from benchmarks.subjects.request import INPUTS, MESSAGES, MODEL, PARAMETERS, STREAMS, Paced
from benchmarks.wire import EVENTS


def _arguments(url: str, mode: str = "burst") -> dict[str, Any]:
    return {"model": f"openai/{MODEL}", "api_base": f"{url}/{mode}/v1", "api_key": "sk-bench"}


def _chat(url: str, mode: str = "burst") -> dict[str, Any]:
    return {**_arguments(url, mode), "messages": MESSAGES, **PARAMETERS}


_STREAM: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}


def chat_sync(url: str) -> Callable[[], int]:
    def call() -> int:
        assert litellm.completion(**_chat(url)).usage.completion_tokens == 200
        return 1

    return call


async def chat_async(url: str) -> Callable[[], Awaitable[int]]:
    async def call() -> int:
        assert (await litellm.acompletion(**_chat(url))).usage.completion_tokens == 200
        return 1

    return call


def stream_sync(url: str) -> Callable[[], int]:
    def read() -> int:
        for _ in litellm.completion(**_chat(url), **_STREAM):
            pass
        return EVENTS

    return read


async def stream_async(url: str) -> Callable[[], Awaitable[int]]:
    return lambda: _read(url, "burst")


async def stream_paced(url: str) -> Callable[[], Awaitable[int]]:
    await litellm.acompletion(**_chat(url))

    async def read_all() -> int:
        return sum(await asyncio.gather(*(_read(url, "paced") for _ in range(STREAMS))))

    return Paced(read_all)


async def _read(url: str, mode: str) -> int:
    async for _ in await litellm.acompletion(**_chat(url, mode), **_STREAM):
        pass
    return EVENTS


def embed_sync(url: str) -> Callable[[], int]:
    def call() -> int:
        assert len(litellm.embedding(**_arguments(url), input=INPUTS).data) == len(INPUTS)
        return 1

    return call


async def embed_async(url: str) -> Callable[[], Awaitable[int]]:
    async def call() -> int:
        assert len((await litellm.aembedding(**_arguments(url), input=INPUTS)).data) == len(INPUTS)
        return 1

    return call
