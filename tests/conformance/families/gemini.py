"""The Gemini family, judged by the types of `google-genai`: what its models do not know is refused."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from google.genai import types
from pydantic import TypeAdapter, ValidationError

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

FIELDS: dict[str, Any] = {
    "contents": list[types.Content],
    "systemInstruction": types.Content,
    "tools": list[types.Tool],
    "toolConfig": types.ToolConfig,
    "generationConfig": types.GenerationConfig,
    "safetySettings": list[types.SafetySetting],
    "cachedContent": str,
    "serviceTier": types.ServiceTier,
    "labels": dict[str, str],
    "store": bool,
}


class GeminiFamily:
    """generateContent, its stream, embeddings, speech and transcription."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Each field by the package's model of it; the model stands in the path."""
        found = [] if f"/models/{case.wire_model}:" in seen.path else [f"the path {seen.path} does not name the model"]
        body = seen.json()
        if case.codec in ("gemini_embeddings", "vertex_embeddings"):
            return found + _judge_embeddings(body, profile)
        if "contents" not in body:
            found.append("body.contents: missing")
        for name, value in body.items():
            if name not in FIELDS:
                found.append(f"body.{name}: unknown")
            else:
                found += _judge(value, FIELDS[name], name)
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A body, or its chunks."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        match case.codec:
            case "gemini_embeddings":
                return as_json({"embeddings": [{"values": _vector(each["content"])} for each in body["requests"]]})
            case "vertex_embeddings" if profile.embedding_media == "objects":
                return as_json({"predictions": [{"textEmbedding": facts.vector_of(body["instances"][0]["text"])}]})
            case "vertex_embeddings" if "instances" in body:
                rows = [{"embeddings": {"values": facts.vector_of(each["content"])}} for each in body["instances"]]
                return as_json({"predictions": rows})
            case "vertex_embeddings":
                return as_json({"embedding": {"values": _vector(body["content"])}})
            case "gemini_speech":
                data = {"mimeType": "audio/wav", "data": base64.b64encode(facts.SOUND).decode()}
                whole = _chunk([{"inlineData": data}], "STOP")
            case "gemini_transcriptions":
                whole = _chunk([{"text": facts.TRANSCRIPT}], "STOP")
            case _:
                whole = _chunk(_parts(want), "STOP")
        if "streamGenerateContent" not in seen.path:
            return as_json(whole)
        if seen.query != "alt=sse":
            return as_json(_error(400, "INVALID_ARGUMENT"), 400)
        return _streamed(case, want, whole)


def _vector(content: dict[str, Any]) -> list[float]:
    return facts.vector_of(content["parts"][0]["text"])


def _error(code: int, status: str, *details: Any, message: str = facts.ERROR_MESSAGE) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


_RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{RETRY_AFTER:.0f}s"}
_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
FAULTS = {
    "refused key": as_json(_error(400, "INVALID_ARGUMENT", _KEY, message="API key not valid. Please pass a valid API key."), 400),
    "rate limit": as_json(_error(429, "RESOURCE_EXHAUSTED", _RETRY), 429),
    "outage": as_json(_error(503, "UNAVAILABLE"), 503),
}
USAGE = {
    "promptTokenCount": facts.INPUT_TOKENS,
    "candidatesTokenCount": facts.OUTPUT_TOKENS,
    "totalTokenCount": facts.INPUT_TOKENS + facts.OUTPUT_TOKENS,
}


def _chunk(parts: list[Any], finish: str | None) -> dict[str, Any]:
    candidate = {"index": 0, "content": {"role": "model", "parts": parts}, **({"finishReason": finish} if finish else {})}
    return {"responseId": "resp", "modelVersion": "gemini", "candidates": [candidate], "usageMetadata": USAGE}


def _parts(want: Want) -> list[Any]:
    thought = [{"text": want.reasoning, "thought": True}] if want.reasoning else []
    text = [{"text": want.text}] if want.text else []
    calls = [{"functionCall": {"name": name, "args": json.loads(text)}, "thoughtSignature": "c2ln"} for _, name, text in want.calls]
    return [*thought, *text, *calls]


def _streamed(case: Case, want: Want, whole: dict[str, Any]) -> Answer:
    chunks: list[Any] = []
    for part in whole["candidates"][0]["content"]["parts"]:
        pieces = re.findall(r".{1,9}", part["text"], re.DOTALL) if "text" in part else [None]
        chunks += [_chunk([part if piece is None else {**part, "text": piece}], None) for piece in pieces]
    if want.fault == "error in stream":
        return as_events(chunks[0], _error(503, "UNAVAILABLE"), done=None)
    if want.fault == "cut":
        return as_events(*chunks, done=None, cut=True)
    return as_events(*chunks, _chunk([], "STOP"), done=None)


def _judge(value: Any, hint: Any, at: str) -> list[str]:
    try:
        TypeAdapter(hint).validate_python(value)
    except ValidationError as refused:
        return [f"body.{at}.{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in refused.errors()]
    return []


def _judge_embeddings(body: dict[str, Any], profile: Profile) -> list[str]:
    rows = body.get("requests") or body.get("instances") or [body]
    if profile.embedding_media == "objects":
        return [f"body.{name}: unknown" for row in rows for name in row.keys() - {"text", "image", "video"}]
    known = {"model", "content", "taskType", "task_type", "title", "outputDimensionality", "autoTruncate"}
    return [f"body.{name}: unknown" for row in rows for name in row if name not in known]


FAMILY = GeminiFamily()
