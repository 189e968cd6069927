"""The chunk that nearly every event of a stream is: one choice whose delta is more text, and nothing else that says anything.

It is decoded as that shape in one go; whatever does not fit is left to `stream_chunk`. What no one reads beside a text may be there
too.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

_NoText = Literal[""] | None
_NoItems = Annotated[list[Any], msgspec.Meta(max_length=0)] | None


class _Delta(msgspec.Struct, gc=False):
    content: Annotated[str, msgspec.Meta(min_length=1)]
    reasoning_content: _NoText = None
    reasoning: _NoText = None
    tool_calls: _NoItems = None
    refusal: _NoText = None
    function_call: None = None
    reasoning_details: _NoItems = None
    annotations: _NoItems = None
    audio: None = None
    images: _NoItems = None
    executed_tools: _NoItems = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Delta
    index: Literal[0] | None = 0
    finish_reason: _NoText = None
    logprobs: None = None
    error: None = None
    text: str | None = None


class _Chunk(msgspec.Struct, gc=False):
    choices: tuple[_Choice]
    usage: None = None
    error: None = None
    model: str | None = None
    id: str | int | None = None


_decode = msgspec.json.Decoder(_Chunk).decode


def text_of_chunk(frame: bytes) -> str | None:
    """The text that a plain chunk adds; None for any other event."""
    try:
        return _decode(frame).choices[0].delta.content
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
