"""One chunk of a stream, decoded once, with only the fields that a chunk is read for (trees: nothing for the collector)."""

from __future__ import annotations

from typing import Any

import msgspec


class FunctionDelta(msgspec.Struct, gc=False):
    """Name and a piece of the arguments; some servers send the arguments as an object."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallDelta(msgspec.Struct, gc=False):
    """A piece of a tool call."""

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None
    extra_content: Any = None


class Delta(msgspec.Struct, gc=False):
    """What a chunk adds to the message."""

    content: str | list[Any] | dict[str, Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[CallDelta] | None = None
    refusal: str | None = None
    function_call: FunctionDelta | None = None
    reasoning_details: list[Any] | None = None
    annotations: list[Any] | None = None
    audio: dict[str, Any] | None = None
    images: list[Any] | None = None
    executed_tools: list[Any] | None = None


class Choice(msgspec.Struct, gc=False):
    """One answer's share of a chunk; `text` is that of completions."""

    delta: Delta | None = None
    text: str | None = None
    finish_reason: str | None = None
    index: int | None = 0
    logprobs: Any = None
    error: Any = None


class Chunk(msgspec.Struct, gc=False):
    """One event's data."""

    choices: list[Choice] | None = None
    model: str | None = None
    id: str | int | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    citations: Any = None
    search_results: Any = None
    web_search: Any = None


decode_chunk = msgspec.json.Decoder(Chunk).decode
KNOWN_OF_DELTA = frozenset(Delta.__struct_fields__) | {"role"}
