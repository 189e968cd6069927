"""modelruntime with everything on that a user has by default: rules, warnings, usage, cost; and one observer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.subjects.request import EVENTS, INPUTS, MESSAGES, MODEL, PARAMETERS, STREAMS, Paced
from modelruntime import AsyncRuntime, BaseObserver, FinishEvent, LLMResult, Runtime

DECLARATION = f"""
provider: bench
label: {{en_US: Bench}}
supported_model_types: [llm, text-embedding]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: API key}}}}
    - {{variable: base_url, type: text-input, required: true, label: {{en_US: URL}}}}
codec: {{llm: openai_chat, text-embedding: openai_embeddings}}
endpoint: "{{base_url}}"
auth: {{bearer: api_key}}
models:
  - model: {MODEL}
    model_type: llm
    features: [tool-call, stream-tool-call, vision]
    model_properties: {{mode: chat, context_size: 131072}}
    parameter_rules:
      - {{name: temperature, use_template: temperature, min: 0, max: 2}}
      - {{name: top_p, use_template: top_p}}
      - {{name: max_tokens, use_template: max_tokens, max: 16384}}
      - {{name: frequency_penalty, use_template: frequency_penalty, min: -2, max: 2}}
    pricing: {{input: "2.50", output: "10.00", unit: "0.000001", currency: USD}}
  - model: {MODEL}
    model_type: text-embedding
    model_properties: {{context_size: 8192, max_chunks: 2048}}
    pricing: {{input: "0.02", unit: "0.000001", currency: USD}}
"""


def arguments(url: str, mode: str) -> dict[str, Any]:
    return {
        "documents": [DECLARATION],
        "credentials": {"bench": {"api_key": "sk-bench", "base_url": f"{url}/{mode}/v1"}},
        "observers": [BaseObserver()],
        "environ": {},
    }


def _check(result: LLMResult) -> None:
    assert result.cost is not None
    assert result.usage.output.total == 200


def _check_end(event: Any) -> None:
    assert type(event) is FinishEvent
    assert event.cost is not None


def chat_sync(url: str) -> Callable[[], int]:
    llm = Runtime(**arguments(url, "burst")).llm(f"bench/{MODEL}")

    def call() -> int:
        result = llm.invoke(MESSAGES, **PARAMETERS)
        _check(result)
        return 1

    return call


async def chat_async(url: str) -> Callable[[], Awaitable[int]]:
    llm = AsyncRuntime(**arguments(url, "burst")).llm(f"bench/{MODEL}")

    async def call() -> int:
        result = await llm.invoke(MESSAGES, **PARAMETERS)
        _check(result)
        return 1

    return call


def stream_sync(url: str) -> Callable[[], int]:
    llm = Runtime(**arguments(url, "burst")).llm(f"bench/{MODEL}")

    def read() -> int:
        event = None
        for event in llm.stream(MESSAGES, **PARAMETERS):  # noqa: B007 (the last one is looked at)
            pass
        _check_end(event)
        return EVENTS

    return read


async def stream_async(url: str) -> Callable[[], Awaitable[int]]:
    llm = AsyncRuntime(**arguments(url, "burst")).llm(f"bench/{MODEL}")
    return lambda: _read(llm)


async def stream_paced(url: str) -> Callable[[], Awaitable[int]]:
    llm = AsyncRuntime(**arguments(url, "paced")).llm(f"bench/{MODEL}")
    await AsyncRuntime(**arguments(url, "burst")).llm(f"bench/{MODEL}").invoke("warm up")

    async def read_all() -> int:
        return sum(await asyncio.gather(*(_read(llm) for _ in range(STREAMS))))

    return Paced(read_all)


async def _read(llm: Any) -> int:
    event = None
    async for event in llm.stream(MESSAGES, **PARAMETERS):  # noqa: B007 (the last one is looked at)
        pass
    _check_end(event)
    return EVENTS


def embed_sync(url: str) -> Callable[[], int]:
    model = Runtime(**arguments(url, "burst")).text_embedding(f"bench/{MODEL}")

    def call() -> int:
        result = model.invoke(INPUTS)
        assert len(result.vectors) == len(INPUTS)
        assert result.cost is not None
        return 1

    return call


async def embed_async(url: str) -> Callable[[], Awaitable[int]]:
    model = AsyncRuntime(**arguments(url, "burst")).text_embedding(f"bench/{MODEL}")

    async def call() -> int:
        result = await model.invoke(INPUTS)
        assert len(result.vectors) == len(INPUTS)
        assert result.cost is not None
        return 1

    return call
