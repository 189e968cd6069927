"""The vendors' own SDKs and types as oracles, and the wire content a stream stands for."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, cast

import msgspec

from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import ReasoningPart, TextPart
from tests.spike import bedrock
from tests.spike.framing import SSE, AwsFrames
from tests.spike.gemini import camel
from tests.spike.responses import CODEC as RESPONSES
from tests.spike.same import compare
from tests.spike.same import gemini as same_gemini
from tests.spike.wire import JSON, bytes_of, facts_of, without_nulls


def missing() -> list[str]:
    """SDKs that are not installed: without them the sample has no oracle."""
    return [name for name in ("openai", "anthropic", "google.genai", "botocore") if not _installed(name)]


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _facts(text: str, calls: list[tuple[str, Any]], tokens: tuple[Any, Any]) -> list[Any]:
    return [text, [list(call) for call in calls], list(tokens)]


def _ours(result: LLMResult, text: str | None = None) -> list[Any]:
    calls = [(call.name, call.json()) for call in result.tool_calls]
    return _facts(result.text if text is None else text, calls, (result.usage.input.total, result.usage.output.total))


def _events(row: JSON) -> list[JSON]:
    return [payload for _, payload in SSE().feed(row["response"]["text"].encode() + b"\n\n")]


# Responses: the SDK's `Response` over the final object of a stream, or the reply


def response_body(row: JSON) -> JSON:
    """Items of a stream are those of `output_item.done`: the last object may encrypt the same reasoning anew."""
    if not row["streamed"]:
        return dict(row["response"]["json"])
    body = next(e["response"] for e in reversed(_events(row)) if "response" in e)
    return {**body, "output": [e["item"] for e in _events(row) if e["type"] == "response.output_item.done"]}


def response(row: JSON, result: LLMResult) -> str | None:
    from openai.types.responses import Response

    theirs = Response.construct(**response_body(row))
    calls = [(i.name, msgspec.json.decode(i.arguments or "{}")) for i in theirs.output if i.type == "function_call"]
    usage = (theirs.usage.input_tokens, theirs.usage.output_tokens) if theirs.usage else (None, None)
    answered = [p for p in parts_of(result.message.content) if isinstance(p, TextPart)]
    text = "".join(p.text for p in answered if facts_of(RESPONSES, p.provider_metadata).get("kind") is None)
    return compare(_facts(theirs.output_text, calls, usage), _ours(result, text))


# Anthropic: the SDK reads the same bytes through a transport that plays them


def anthropic_message(row: JSON) -> JSON:
    """The message as JSON; a stream's is gathered by the SDK."""
    if not row["streamed"]:
        return dict(row["response"]["json"])
    return play(row["response"]["text"].encode())


def play(data: bytes) -> JSON:
    from anthropic.lib.streaming._beta_messages import accumulate_event

    snapshot: Any = None
    buffers: dict[int, bytes] = {}
    headers: Any = {}
    for _, payload in SSE().feed(data):
        if payload["type"] != "ping":
            snapshot = accumulate_event(
                event=cast(Any, payload), current_snapshot=snapshot, request_headers=headers, json_bufs=buffers
            )
    return without_nulls(snapshot.to_dict())  # type: ignore[no-any-return]


def anthropic(row: JSON, result: LLMResult) -> str | None:
    from anthropic.types.beta import BetaMessage

    theirs = BetaMessage.construct(**anthropic_message(row))
    text = "".join(b.text for b in theirs.content if b.type == "text")
    calls = [(b.name, b.input) for b in theirs.content if b.type == "tool_use"]
    u = theirs.usage
    total = u.input_tokens + (getattr(u, "cache_read_input_tokens", 0) or 0) + (getattr(u, "cache_creation_input_tokens", 0) or 0)
    return compare(_facts(text, calls, (total, u.output_tokens)), _ours(result))


# Gemini


def _chunks(row: JSON) -> list[JSON]:
    return _events(row) if row["streamed"] else [row["response"]["json"]]


def gemini_parts(row: JSON) -> list[JSON]:
    """The answer's parts; of a stream with neighbours joined where neither bears a signature, and no empty ones."""
    parts: list[JSON] = []
    for chunk in _chunks(row):
        for part in chunk["candidates"][0].get("content", {}).get("parts", ()):
            if row["streamed"] and part == {"text": ""}:
                continue
            plain = row["streamed"] and parts and part.keys() == parts[-1].keys() <= {"text", "thought"}
            if plain:
                parts[-1] = {**part, "text": parts[-1]["text"] + part["text"]}
            else:
                parts.append(part)
    return same_gemini({"contents": [{"role": "model", "parts": camel(parts)}]})["contents"][0]["parts"]  # type: ignore[no-any-return]


def gemini(row: JSON, result: LLMResult) -> str | None:
    from google.genai.types import GenerateContentResponse

    text, usage = "", None
    calls: list[tuple[str, Any]] = []
    for chunk in _chunks(row):
        usage_known = {k: v for k, v in chunk["usageMetadata"].items() if k != "serviceTier"}  # newer than the SDK's types
        theirs = GenerateContentResponse.model_validate({**chunk, "usageMetadata": usage_known})
        parts = theirs.candidates[0].content.parts or [] if theirs.candidates and theirs.candidates[0].content else []
        text += "".join(p.text for p in parts if p.text and not p.thought)
        calls += [(p.function_call.name or "", p.function_call.args) for p in parts if p.function_call]
        usage = theirs.usage_metadata or usage
    assert usage is not None
    into = (usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0)
    return compare(_facts(text, calls, (into, (usage.total_token_count or 0) - into)), _ours(result))


# AWS


def frames(data: bytes) -> str | None:
    """Our frames against botocore's."""
    from botocore.eventstream import EventStreamBuffer

    buffer = EventStreamBuffer()
    buffer.add_data(data)
    theirs = [(m.headers.get(":event-type"), m.payload) for m in buffer]
    ours = list(AwsFrames().feed(data))
    for (name, payload), (kind, body) in zip(theirs, ours, strict=True):
        wire = msgspec.json.decode(payload)
        if name != kind or (
            bytes_of(wire["bytes"]) != b"" and msgspec.json.decode(bytes_of(wire["bytes"])) != body
            if name == "chunk"
            else wire != body
        ):
            return f"frame {name} differs"
    return None


def bedrock_turn(row: JSON, result: LLMResult, converse: bool) -> str | None:
    """Each streamed block must be there again, with its signature or encrypted form."""
    inner = [payload for _, payload in AwsFrames().feed(bytes_of(row["response"]["base64"]))]
    if not converse:
        joined = b"".join(b"data: " + msgspec.json.encode(p) + b"\n\n" for p in inner)
        if "claude" not in row["path"]:
            return compare("".join(p.get("outputText") or "" for p in inner), result.text)
        from tests.spike import anthropic_messages

        return compare(play(joined)["content"], anthropic_messages.render_blocks(result.message.content))
    deltas = [(p.get("contentBlockDelta") or p).get("delta") or {} for p in inner]
    text = "".join(d.get("text") or "" for d in deltas)
    secrets = [v for d in deltas for k, v in (d.get("reasoningContent") or {}).items() if k != "text"]
    blocks = bedrock.render_blocks(result.message)
    shown = msgspec.json.encode(blocks).decode()
    reasoning = "".join(d["reasoningContent"].get("text", "") for d in deltas if d.get("reasoningContent"))
    lost = [s for s in secrets if s not in shown]
    ours = "".join(p.text for p in parts_of(result.message.content) if isinstance(p, ReasoningPart))
    return f"lost {len(lost)} signatures" if lost else compare([text, reasoning], [result.text, ours])
