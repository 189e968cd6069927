"""DashScope's native shape. Judged by rules of our own, read off the requests of its client (release 2.0.2)."""

from __future__ import annotations

import base64
import json
from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

INPUTS: dict[str, set[str]] = {
    "dashscope_embeddings": {"texts", "contents"},
    "dashscope_rerank": {"query", "documents"},
    "dashscope_transcriptions": {"messages"},
    "dashscope_speech": {"text", "voice", "format"},
}
PARAMETERS: dict[str, set[str]] = {
    "dashscope_embeddings": {"text_type", "dimension", "output_type", "instruct"},
    "dashscope_rerank": {"top_n", "return_documents", "instruct"},
    "dashscope_transcriptions": {"asr_options", "format", "sample_rate", "language_hints"},
    "dashscope_speech": set(),
}
PATHS: dict[str, tuple[str, ...]] = {
    "dashscope_embeddings": (
        "/api/v1/services/embeddings/text-embedding/text-embedding",
        "/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding",
    ),
    "dashscope_rerank": ("/api/v1/services/rerank/text-rerank/text-rerank",),
    "dashscope_transcriptions": ("/api/v1/services/aigc/multimodal-generation/generation",),
    "dashscope_speech": ("/api/v1/services/aigc/multimodal-generation/generation", "/api/v1/services/audio/tts/SpeechSynthesizer"),
}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "r-1"}


FAULTS = {
    "refused key": as_json(_error("InvalidApiKey", "Invalid API-key provided."), 401),
    "rate limit": as_json(_error("Throttling.RateQuota", "Requests rate limit exceeded"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("InternalError", facts.ERROR_MESSAGE), 500),
}


class DashScopeFamily:
    """`{model, input, parameters}` → `{output, usage, request_id}`."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The path, the three members, and none but known or declared names inside them."""
        body = seen.json()
        declared = {rule.maps_to or profile.rename.get(rule.name, rule.name) for rule in case.model.parameter_rules}
        found = [] if seen.path in PATHS[case.codec] else [f"there is nothing at {seen.path}"]
        found += [f"body.{name}: unknown" for name in body.keys() - {"model", "input", "parameters"}]
        found += [f"body.input.{name}: unknown" for name in body["input"].keys() - INPUTS[case.codec] - declared]
        found += [
            f"body.parameters.{name}: unknown" for name in body.get("parameters", {}).keys() - PARAMETERS[case.codec] - declared
        ]
        if body["model"] != case.wire_model:
            found.append(f"body.model is {body['model']!r}")
        if case.codec == "dashscope_speech" and seen.headers.get("x-dashscope-sse") != "enable":
            found.append("no events are asked for")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The answer of the service that the codec speaks to."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        return ANSWERS[case.codec](seen.json())


def _embeddings(body: dict[str, Any]) -> Answer:
    given, index = (body["input"]["texts"], "text_index") if "texts" in body["input"] else (body["input"]["contents"], "index")
    rows = [{index: at, "embedding": facts.vector(at)} for at in reversed(range(len(given)))]
    return _reply({"embeddings": rows}, {"total_tokens": 3})


def _ranking(body: dict[str, Any]) -> Answer:
    top = body.get("parameters", {}).get("top_n") or 2
    rows = [{"index": at, "relevance_score": facts.SCORES[at]} for at in (1, 0)][:top]
    return _reply({"results": rows}, {"total_tokens": 3})


def _transcript(body: dict[str, Any]) -> Answer:
    (part,) = body["input"]["messages"][-1]["content"]
    if "input_audio" in part:
        return _reply(
            {"text": facts.TRANSCRIPT, "sentence": {"begin_time": 0, "end_time": 1000, "text": facts.TRANSCRIPT}}, {"duration": 1}
        )
    message = {"role": "assistant", "content": [{"text": facts.TRANSCRIPT}]}
    return _reply({"choices": [{"finish_reason": "stop", "message": message}]}, {"seconds": 1})


def _speech(body: dict[str, Any]) -> Answer:
    pieces = [facts.SOUND[:60], facts.SOUND[60:]]
    outputs = [{"audio": {"data": base64.b64encode(piece).decode()}, "finish_reason": "null"} for piece in pieces]
    outputs.append({"audio": {"data": "", "url": "http://x/a.wav"}, "finish_reason": "stop"})
    told = [json.dumps({"output": output, "usage": {"characters": 6}, "request_id": "r-1"}) for output in outputs]
    wire = "".join(f"id:{at}\nevent:result\n:HTTP_STATUS/200\ndata:{data}\n\n" for at, data in enumerate(told))
    return Answer(wire.encode(), headers={"content-type": "text/event-stream;charset=UTF-8"}, streamed=True)


def _reply(output: dict[str, Any], usage: dict[str, Any]) -> Answer:
    return as_json({"output": output, "usage": usage, "request_id": "r-1"})


ANSWERS = {
    "dashscope_embeddings": _embeddings,
    "dashscope_rerank": _ranking,
    "dashscope_transcriptions": _transcript,
    "dashscope_speech": _speech,
}
FAMILY = DashScopeFamily()
