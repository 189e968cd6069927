"""One process, one call: what a script or a function in the cloud pays. `python -m benchmarks.first_call WHO URL`."""

from __future__ import annotations

import asyncio
import sys

MESSAGES = [{"role": "user", "content": "Hello"}]
KEY = "sk-bench"


def ours_sync(url: str) -> None:
    from modelruntime import Runtime

    runtime = Runtime(credentials={"openai": {"openai_api_key": KEY}}, endpoints={"openai": f"{url}/burst/v1"})
    assert runtime.llm("openai/gpt-4.1").invoke(MESSAGES, temperature=0.5).cost is not None


def ours_async(url: str) -> None:
    from modelruntime import AsyncRuntime

    async def call() -> None:
        runtime = AsyncRuntime(credentials={"openai": {"openai_api_key": KEY}}, endpoints={"openai": f"{url}/burst/v1"})
        assert (await runtime.llm("openai/gpt-4.1").invoke(MESSAGES, temperature=0.5)).cost is not None

    asyncio.run(call())


def openai_sync(url: str) -> None:
    from openai import OpenAI

    client = OpenAI(base_url=f"{url}/burst/v1", api_key=KEY)
    assert client.chat.completions.create(model="gpt-4.1", messages=MESSAGES, temperature=0.5).usage  # type: ignore[arg-type]


def openai_async(url: str) -> None:
    from openai import AsyncOpenAI

    async def call() -> None:
        client = AsyncOpenAI(base_url=f"{url}/burst/v1", api_key=KEY)
        assert (await client.chat.completions.create(model="gpt-4.1", messages=MESSAGES, temperature=0.5)).usage  # type: ignore[arg-type]

    asyncio.run(call())


def litellm_sync(url: str) -> None:
    import os

    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # no download at import
    import litellm

    assert litellm.completion(model="openai/gpt-4.1", api_base=f"{url}/burst/v1", api_key=KEY, messages=MESSAGES).usage


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
