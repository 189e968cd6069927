"""The OpenAI family, judged by the types of the `openai` package."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from email.parser import BytesParser
from typing import Any

from mixedbread.types import EmbeddingCreateParams as EmbeddingCreateParamsOfMixedbread
from openai.types import CompletionCreateParams, EmbeddingCreateParams, ModerationCreateParams
from openai.types.audio import SpeechCreateParams
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming, CompletionCreateParamsStreaming

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.conformance.want import RETRY_AFTER, Want

DIALECT_FIELDS = frozenset({"thinking", "enable_thinking", "thinking_budget", "chat_template_kwargs", "reasoning"})
"""Fields of compatible vendors that a codec puts into a body by a profile's word."""
DIALECT_MESSAGE_FIELDS = frozenset({"reasoning_content", "reasoning", "reasoning_details"})
DIALECT_PARTS = frozenset({"video_url", "file_url", "document_url", "audio_url"})
INVENTOR = "openai"
OWN_TYPES: dict[tuple[str, str], Any] = {("mixedbread", "openai_embeddings"): EmbeddingCreateParamsOfMixedbread}
"""Compatible vendors whose own package has types."""


class OpenAIFamily:
    """Chat, completions, embeddings, transcriptions, speech, moderations, and the model list."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Bodies by the package's own types; for compatible vendors without the fields they are known to add."""
        if case.codec == "openai_transcriptions":
            return list(_judge_upload(seen, case))
        body = seen.json()
        found = [] if body.get("model") in (case.wire_model, None) else [f"body.model is {body.get('model')!r}"]
        if own := OWN_TYPES.get((case.provider.provider, case.codec)):
            return found + complaints(body, own)
        if case.provider.provider != INVENTOR:
            body = _plain(body, case, profile)
        return found + complaints(body, _type_of(case.codec, body))

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The answer in the family's words."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if case.codec == "openai_transcriptions":
            return _transcription(seen)
        body = seen.json()
        match case.codec:
            case "openai_embeddings":
                return _embeddings(body, profile)
            case "openai_speech":
                return Answer(facts.SOUND, headers={"content-type": "audio/wav"})
            case "openai_moderations":
                row = {"flagged": True, "categories": {"harassment": True}, "category_scores": {"harassment": facts.HARASSMENT}}
                return as_json({"id": "m", "model": "m", "results": [row]})
            case "openai_completions":
                return _completion(body, want)
            case _:
                return _streamed_chat(body, profile, want) if body.get("stream") else _chat(profile, want)


def error(message: str = facts.ERROR_MESSAGE, kind: str = "server_error", code: str | None = None) -> dict[str, Any]:
    """The family's error body."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


FAULTS = {
    "refused key": as_json(error("Incorrect API key provided", "invalid_request_error", "invalid_api_key"), 401),
    "rate limit": as_json(error("Rate limit reached", "requests", "rate_limit_exceeded"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(error(), 503),
}
USAGE = {
    "prompt_tokens": facts.INPUT_TOKENS,
    "completion_tokens": facts.OUTPUT_TOKENS,
    "total_tokens": facts.INPUT_TOKENS + facts.OUTPUT_TOKENS,
}


def _type_of(codec: str, body: dict[str, Any]) -> Any:
    if codec == "openai_chat":
        return CompletionCreateParamsStreaming if body.get("stream") else CompletionCreateParamsNonStreaming
    return {
        "openai_completions": CompletionCreateParams,
        "openai_embeddings": EmbeddingCreateParams,
        "openai_speech": SpeechCreateParams,
        "openai_moderations": ModerationCreateParams,
    }[codec]


def _plain(body: dict[str, Any], case: Case, profile: Profile) -> dict[str, Any]:
    """The body without what the vendor's declaration says it adds."""
    declared = {(rule.maps_to or profile.rename.get(rule.name, rule.name)).partition(".")[0] for rule in case.model.parameter_rules}
    known = declared | set(profile.constants) | DIALECT_FIELDS | set(case.model.extra)
    known |= {profile.embedding_input_type_field or ""}
    plain = {name: value for name, value in body.items() if name not in known}
    if "voice" in known or case.codec == "openai_speech":
        plain |= {"voice": body.get("voice", "alloy"), "input": body.get("input", "")}
    if (renamed := profile.rename.get("input")) in plain:
        plain["input"] = plain.pop(renamed)
    if profile.embedding_media == "objects":
        plain["input"] = [next(iter(each.values())) for each in plain["input"]]
    if profile.embedding_media == "content":
        plain["input"] = [part["text"] for each in plain["input"] for part in each["content"]]
    if "messages" in plain:
        plain["messages"] = [_plain_message(message) for message in plain["messages"]]
    return plain


def _plain_message(message: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in message.items() if name not in DIALECT_MESSAGE_FIELDS}
    if isinstance(content := plain.get("content"), list):
        plain["content"] = [part for part in content if part.get("type") not in DIALECT_PARTS]
    return plain


def _judge_upload(seen: Seen, case: Case) -> Iterator[str]:
    kind = seen.headers["content-type"]
    upload = BytesParser().parsebytes(f"content-type: {kind}\r\n\r\n".encode() + seen.body)
    parts = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in upload.walk()}
    if parts.get("model") != case.wire_model.encode():
        yield f"the form's model is {parts.get('model')!r}"
    if parts.get("file") != facts.SOUND:
        yield "the form's file is not the one that was given"


def _message(profile: Profile, want: Want) -> dict[str, Any]:
    text = want.text
    message: dict[str, Any] = {"role": "assistant"}
    if want.reasoning and profile.think_tags:
        begin, end = profile.think_tags
        text = f"{'' if profile.think_open else begin}{want.reasoning}{end}{text}"
    elif want.reasoning:
        message[profile.reasoning_field or "reasoning_content"] = want.reasoning
    calls = [{"id": key, "type": "function", "function": {"name": name, "arguments": text}} for key, name, text in want.calls]
    return message | {"content": text} | ({"tool_calls": calls} if calls else {})


def _chat(profile: Profile, want: Want) -> Answer:
    finish = "tool_calls" if want.calls else "stop"
    choice = {"index": 0, "message": _message(profile, want), "finish_reason": finish}
    return as_json({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE})


def _streamed_chat(body: dict[str, Any], profile: Profile, want: Want) -> Answer:
    message = _message(profile, want)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    for name in dict.fromkeys(("reasoning_content", profile.reasoning_field or "", "content")):
        text = message.get(name)
        deltas += [{name: piece} for piece in re.findall(r".{1,9}", text or "", re.DOTALL)]
    for at, call in enumerate(message.get("tool_calls", ())):
        head = {"index": at, "id": call["id"], "type": "function", "function": {"name": call["function"]["name"], "arguments": ""}}
        deltas.append({"tool_calls": [head]})
        pieces = re.findall(r".{1,5}", call["function"]["arguments"])
        deltas += [{"tool_calls": [{"index": at, "function": {"arguments": piece}}]} for piece in pieces]
    chunks = [_chunk(delta) for delta in deltas]
    if want.fault == "error in stream":
        return as_events(*chunks[:2], error())
    if want.fault == "cut":
        return as_events(*chunks[:-1], cut=True)
    chunks.append(_chunk({}, "tool_calls" if want.calls else "stop"))
    asked = (body.get("stream_options") or {}).get("include_usage")
    if asked or profile.stream_usage == "always":
        chunks.append({**_chunk({}), "choices": [], "usage": USAGE})
    return as_events(*chunks)


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _completion(body: dict[str, Any], want: Want) -> Answer:
    whole = {"id": "c", "object": "text_completion", "created": 1, "model": "m"}
    if not body.get("stream"):
        return as_json({**whole, "choices": [{"index": 0, "text": want.text, "finish_reason": "stop"}], "usage": USAGE})
    pieces = re.findall(r".{1,9}", want.text or "", re.DOTALL)
    chunks = [{**whole, "choices": [{"index": 0, "text": piece, "finish_reason": None}]} for piece in pieces]
    if want.fault == "error in stream":
        return as_events(*chunks[:1], error())
    if want.fault == "cut":
        return as_events(*chunks, cut=True)
    return as_events(*chunks, {**whole, "choices": [{"index": 0, "text": "", "finish_reason": "stop"}]})


def _text_of(item: dict[str, Any]) -> str:
    """The text of an input that is an object: by its kind, or as parts."""
    value: Any = next(iter(item.values()))
    return str(value) if not isinstance(value, list) else str(value[0].get("text"))


def _embeddings(body: dict[str, Any], profile: Profile) -> Answer:
    given = body[profile.rename.get("input", "input")]
    inputs = [given] if isinstance(given, str) else given
    texts = [item if isinstance(item, str) else _text_of(item) for item in inputs]
    rows: list[Any] = [facts.vector_of(text) for text in texts]
    usage = {"prompt_tokens": 3, "total_tokens": 3}
    if profile.embedding_rows_field != "data":
        return as_json({"model": "m", profile.embedding_rows_field: rows, "usage": usage})
    if body.get("encoding_format") == "base64":
        rows = [base64.b64encode(struct.pack(f"<{len(row)}f", *row)).decode() for row in rows]
    data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
    return as_json({"object": "list", "model": "m", "data": data, "usage": usage})


def _transcription(seen: Seen) -> Answer:
    asked = re.search(rb'name="response_format"\r\n(?:[^\r\n]+\r\n)*\r\n([a-z_]+)', seen.body)
    if asked and asked[1] in (b"text", b"srt", b"vtt"):
        return Answer(facts.TRANSCRIPT.encode(), headers={"content-type": "text/plain"})
    segment = {"id": 0, "start": 0.0, "end": 1.0, "text": facts.TRANSCRIPT}
    return as_json({"text": facts.TRANSCRIPT, "language": "en", "duration": 1.0, "segments": [segment]})


def listing(*ids: str) -> Answer:
    """The family's model list."""
    return as_json({"object": "list", "data": [{"id": name, "object": "model"} for name in ids]})


FAMILY = OpenAIFamily()
