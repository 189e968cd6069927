"""What a vendor of each family sends: whole replies, and the events of a stream in their phases."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from tests.simulators.raw_server import CHUNKED, Script, answer, chunk

FIRST, SECOND = "Hello", " there"
SAID = FIRST + SECOND
CANARY = "sk-CANARY0123456789"
END = b"0\r\n\r\n"


class Wire(msgspec.Struct, frozen=True):
    """One family. The phases of a stream: `opening` shows nobody anything, `said` is text, `ending` holds the terminal facts,
    `last` is the family's last word."""

    name: str
    opening: bytes
    said: Callable[[str], bytes]
    ending: bytes
    last: bytes
    body: Callable[[str], dict[str, Any]]
    failure: Callable[[str, str], dict[str, Any]]
    """A word and a sentence → the body of an error."""

    def stream(self, *pieces: str) -> bytes:
        """A whole stream that says these."""
        return self.opening + b"".join(map(self.said, pieces or (FIRST, SECOND))) + self.ending + self.last

    def whole(self, text: str = SAID, **changes: Any) -> bytes:
        """A whole reply, as HTTP."""
        return answer(json.dumps({**self.body(text), **changes}).encode(), "Content-Type: application/json")

    def well(self, request: bytes) -> Script:
        """Nothing is wrong: streamed or whole, as the request asks."""
        streams = b'"stream":true' in request.replace(b" ", b"")
        return sent(self.stream()) if streams else (self.whole(),)

    def refusal(self, status: str, word: str, *headers: str, sentence: str = f"no, Bearer {CANARY}") -> Script:
        """An answer that is no success."""
        return (
            answer(json.dumps(self.failure(word, sentence)).encode(), "Content-Type: application/json", *headers, status=status),
        )


def sent(*pieces: bytes) -> Script:
    """A stream of server-sent events, each piece a chunk of its own, that ends as HTTP says."""
    return (CHUNKED + b"".join(map(chunk, pieces)) + END,)


def begun(*pieces: bytes) -> bytes:
    """The same, but it has not ended."""
    return CHUNKED + b"".join(map(chunk, pieces))


def _chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    fields = {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice], **more}
    return b"data: " + json.dumps(fields, ensure_ascii=False).encode() + b"\n\n"


def openai_chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    """One event of the OpenAI family."""
    return _chunk(delta, finish, **more)


def anthropic_event(kind: str, **fields: Any) -> bytes:
    """One event of the Anthropic family."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields}, ensure_ascii=False)}\n\n".encode()


def _openai_body(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return {"id": "c1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}


def _anthropic_body(text: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}]
    usage = {"input_tokens": 10, "output_tokens": 5}
    about = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn", "stop_sequence": None}
    return {**about, "content": content, "usage": usage}


OPENAI = Wire(
    "openai",
    opening=_chunk({"role": "assistant", "content": ""}),
    said=lambda text: _chunk({"content": text}),
    ending=_chunk({}, "stop", usage={"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}),
    last=b"data: [DONE]\n\n",
    body=_openai_body,
    failure=lambda word, sentence: {"error": {"message": sentence, "type": word, "code": word}},
)
ANTHROPIC = Wire(
    "anthropic",
    opening=anthropic_event("message_start", message={**_anthropic_body(""), "content": [], "stop_reason": None})
    + anthropic_event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    said=lambda text: anthropic_event("content_block_delta", index=0, delta={"type": "text_delta", "text": text}),
    ending=anthropic_event("content_block_stop", index=0)
    + anthropic_event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 5}),
    last=anthropic_event("message_stop"),
    body=_anthropic_body,
    failure=lambda word, sentence: {"type": "error", "error": {"type": word, "message": sentence}},
)
WIRES = {wire.name: wire for wire in (OPENAI, ANTHROPIC)}
