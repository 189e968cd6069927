"""Codecs that are not OpenAI's: the operation that a profile may move, the path, and a reply."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

from modelruntime.entities.http import HttpRequest, HttpResponse
from tests.runtime.scripted import answer, chat


class Wire(NamedTuple):
    """`path` may hold `{model}`, or `{model_path}` where its slashes stay."""

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


def uploaded(request: HttpRequest) -> HttpResponse:
    """Three requests are one call of this vendor's."""
    if request.url.endswith("/v2/upload"):
        return answer({"upload_url": "https://cdn.test/1"})
    return answer({"id": "t-1", "status": "completed", "text": "Hello"})


AUDIO = answer(b"RIFFdata", content_type="audio/mpeg")
LISTENED = {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "Hello"}]}]}}
REPLY_OF_COHERE = {
    "id": "c1",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
    "finish_reason": "COMPLETE",
    "usage": {"billed_units": {"input_tokens": 1, "output_tokens": 1}},
}
REPLY_OF_OLLAMA = {
    "model": "m",
    "created_at": "2026-11-28T00:00:00Z",
    "message": {"role": "assistant", "content": "Hello"},
    "done": True,
    "done_reason": "stop",
}

SOUND = {"inlineData": {"mimeType": "audio/wav", "data": base64.b64encode(b"RIFFdata").decode()}}
GENERATE = "/models/{model}:generateContent"

SPOKEN = b'data:{"output":{"audio":{"data":"UklGRg=="},"finish_reason":"stop"}}\n\n'
MULTIMODAL = "/api/v1/services/aigc/multimodal-generation/generation"

VERDICTS = {"prompt-guard": "0.1", "llama-guard": "safe", "": '{"violation": 0, "User Safety": "safe", "Safety": "safe"}'}
"""A piece of a model's name → what it says of harmless content."""


def verdict(request: HttpRequest):
    model = json.loads(request.body or b"{}")["model"]
    return chat(next(said for piece, said in VERDICTS.items() if piece in model))


WIRES: dict[str, Wire] = {
    "anthropic_messages": Wire("messages", "/v1/messages", answer(MESSAGE)),
    "anthropic_vertex": Wire("messages", "/models/{model}:rawPredict", answer(MESSAGE)),
    "cohere_chat": Wire("chat", "/v2/chat", answer(REPLY_OF_COHERE)),
    "cohere_embed": Wire("embeddings", "/v2/embed", answer({"embeddings": {"float": [[1.0, 0.0]]}})),
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
    "dashscope_embeddings": Wire(
        "",
        "/api/v1/services/embeddings/text-embedding/text-embedding",
        answer({"output": {"embeddings": [{"text_index": 0, "index": 0, "embedding": [1.0, 0.0]}]}}),
    ),
    "dashscope_rerank": Wire(
        "",
        "/api/v1/services/rerank/text-rerank/text-rerank",
        answer({"output": {"results": [{"index": 0, "relevance_score": 0.5}]}}),
    ),
    "dashscope_transcriptions": Wire("", MULTIMODAL, answer({"output": {"text": "Hello"}})),
    "dashscope_speech": Wire("speech", MULTIMODAL, answer(SPOKEN, content_type="text/event-stream")),
    "llm_judge": Wire("chat", "/chat/completions", verdict),
    "azure_content_safety": Wire(
        "",
        "/contentsafety/text:analyze?api-version=2024-09-01",
        answer({"categoriesAnalysis": [{"category": "Hate", "severity": 0}]}),
    ),
    "ollama": Wire("chat", "/api/chat", answer(REPLY_OF_OLLAMA)),
    "ollama_embeddings": Wire("embeddings", "/api/embed", answer({"embeddings": [[1.0, 0.0]]})),
    "tei_embeddings": Wire("embeddings", "/embed", answer([[1.0, 0.0]])),
    "triton": Wire("generate", "/v2/models/{model}/generate", answer({"model_name": "m", "text_output": "Hello"})),
    "assemblyai_transcripts": Wire("upload", "/v2/upload", uploaded),
    "azure_speech": Wire("speech", "/cognitiveservices/v1", AUDIO),
    "azure_speech_transcriptions": Wire(
        "transcriptions",
        "/speechtotext/transcriptions:transcribe?api-version=2025-10-15",
        answer({"combinedPhrases": [{"text": "Hello"}], "phrases": []}),
    ),
    "cartesia_speech": Wire("speech", "/tts/bytes", AUDIO),
    "cartesia_transcriptions": Wire("transcriptions", "/stt", answer({"text": "Hello", "type": "transcript"})),
    "deepgram_listen": Wire("transcriptions", "/v1/listen?model={model}&smart_format=true&utterances=true", answer(LISTENED)),
    "deepgram_speak": Wire("speech", "/v1/speak?encoding=mp3&model=aura-2-thalia-en", AUDIO),
    "elevenlabs_speech": Wire("speech", "/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb?output_format=mp3_44100_128", AUDIO),
    "elevenlabs_transcriptions": Wire("transcriptions", "/v1/speech-to-text", answer({"text": "Hello", "words": []})),
    "fishaudio_speech": Wire("speech", "/v1/tts", AUDIO),
    "fishaudio_transcriptions": Wire("transcriptions", "/v1/asr", answer({"text": "Hello", "duration": 1, "segments": []})),
    "minimax_embeddings": Wire("embeddings", "/v1/embeddings", answer({"vectors": [[1.0, 0.0]], "total_tokens": 1})),
    "minimax_speech": Wire("speech", "/v1/t2a_v2", answer({"data": {"audio": "524946466461", "status": 2}})),
    "tencent_sentences": Wire("transcriptions", "/", answer({"Response": {"Result": "Hello"}})),
}
LISTING_QUERY = {"anthropic_models": "?limit=1000", "cohere_models": "?page_size=1000", "gemini_models": "?pageSize=1000"}
"""Codec of a list of models → the query of its first page."""
