"""The bytes that the simulated upstream sends: made once, before anything is measured."""

from __future__ import annotations

import base64
import json
from array import array
from collections.abc import Iterator
from typing import Any

EVENTS = 202
"""Events of a stream before `[DONE]`: 200 with text, the finish, the usage."""
TEXTS, WIDTH = 64, 1536
_USAGE = {"prompt_tokens": 25, "completion_tokens": 200, "total_tokens": 225}
_MODEL = "gpt-bench-2026-08-07"


def response(body: bytes, content_type: bytes = b"application/json") -> bytes:
    """A whole HTTP answer."""
    return (
        b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\nx-request-id: req-0123456789abcdef\r\ncontent-length: %d\r\n\r\n%s"
        % (content_type, len(body), body)
    )  # fmt: skip


def chat() -> bytes:
    """A chat completion of about 640 bytes."""
    message = {"role": "assistant", "content": "The quick brown fox jumps over the lazy dog. " * 4, "refusal": None}
    body = {
        "id": "chatcmpl-0123456789abcdef",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": _MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {**_USAGE, "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0}},
        "service_tier": "default",
        "system_fingerprint": "fp_0123456789",
    }
    return response(json.dumps(body).encode())


STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-request-id: req-0123456789abcdef\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)


def stream_events() -> Iterator[bytes]:
    """The events of a stream of chat, each in an HTTP chunk of its own, about 300 bytes long; then the last chunk."""
    yield _framed(_event({"role": "assistant", "content": "The"}))
    for number in range(EVENTS - 3):
        yield _framed(_event({"content": f" word{number}"}))
    yield _framed(_event({}, finish_reason="stop"))
    yield _framed(_event(None, usage=_USAGE))
    yield _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"


def _event(delta: dict[str, str] | None, finish_reason: str | None = None, usage: dict[str, int] | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    chunk = {
        "id": "chatcmpl-0123456789abcdef",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": _MODEL,
        "service_tier": "default",
        "system_fingerprint": "fp_0123456789",
        "choices": [choice] if delta is not None else [],
        "usage": usage,
        "obfuscation": "AbCdEfGh",
    }
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def embeddings(as_base64: bool) -> bytes:
    """64 vectors of 1536 numbers, as base64 or as lists of numbers: whichever was asked for."""
    rows: list[dict[str, Any]] = []
    for index in range(TEXTS):
        vector = array("f", ((index * 31 + place * 17) % 2001 / 1000.5 - 1.0 for place in range(WIDTH)))
        shown = base64.b64encode(vector.tobytes()).decode() if as_base64 else [round(number, 7) for number in vector]
        rows.append({"object": "embedding", "index": index, "embedding": shown})
    body = {"object": "list", "data": rows, "model": _MODEL, "usage": {"prompt_tokens": 640, "total_tokens": 640}}
    return response(json.dumps(body).encode())
