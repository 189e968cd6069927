"""Codecs that are not OpenAI's: the operation that a profile may move, the path, and a reply."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

from tests.runtime.scripted import answer


class Wire(NamedTuple):
    """`path` may hold `{model}`."""

    operation: str
    path: str
    reply: Any


MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "model": "m",
    "status": "completed",
    "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello", "annotations": []}]}],
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


def generated(*parts: dict[str, Any]) -> dict[str, Any]:
    """A whole answer of the Gemini family."""
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, "finishReason": "STOP"}]}


SOUND = {"inlineData": {"mimeType": "audio/wav", "data": base64.b64encode(b"RIFFdata").decode()}}
GENERATE = "/models/{model}:generateContent"

WIRES: dict[str, Wire] = {
    "anthropic_messages": Wire("messages", "/v1/messages", answer(MESSAGE)),
    "anthropic_vertex": Wire("messages", "/models/{model}:rawPredict", answer(MESSAGE)),
    "gemini": Wire("generate", GENERATE, answer(generated({"text": "Hello"}))),
    "gemini_speech": Wire("generate", GENERATE, answer(generated(SOUND))),
    "gemini_transcriptions": Wire("generate", GENERATE, answer(generated({"text": "Hello"}))),
    "gemini_embeddings": Wire("embeddings", "/models/{model}:batchEmbedContents", answer({"embeddings": [{"values": [1.0, 0.0]}]})),
    "vertex_embeddings": Wire(
        "embeddings", "/models/{model}:predict", answer({"predictions": [{"embeddings": {"values": [1.0, 0.0]}}]})
    ),
    "ark_multimodal_embeddings": Wire(
        "multimodal_embeddings",
        "/embeddings/multimodal",
        answer({"data": {"embedding": [1.0, 0.0]}, "usage": {"prompt_tokens": 1}}),
    ),
    "openai_responses": Wire("responses", "/responses", answer(RESPONSE)),
}
LISTING_QUERY = {"anthropic_models": "?limit=1000", "gemini_models": "?pageSize=1000"}
"""Codec of a list of models → the query of its first page."""
