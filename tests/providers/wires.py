"""Codecs that are not OpenAI's: the operation that a profile may move, the path, and a reply."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

from modelruntime.entities.http import HttpRequest, HttpResponse
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


def uploaded(request: HttpRequest) -> HttpResponse:
    """Three requests are one call of this vendor's."""
    if request.url.endswith("/v2/upload"):
        return answer({"upload_url": "https://cdn.test/1"})
    return answer({"id": "t-1", "status": "completed", "text": "Hello"})


AUDIO = answer(b"RIFFdata", content_type="audio/mpeg")
LISTENED = {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "Hello"}]}]}}
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
    "openai_responses": Wire("responses", "/responses", answer(RESPONSE)),
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
LISTING_QUERY = {"anthropic_models": "?limit=1000", "gemini_models": "?pageSize=1000"}
"""Codec of a list of models → the query of its first page."""
