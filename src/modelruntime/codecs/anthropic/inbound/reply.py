"""A whole answer as a message (https://docs.anthropic.com/en/api/messages, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.anthropic.family import FAMILY
from modelruntime.codecs.dialect import Served
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import (
    HostedToolPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)
from modelruntime.entities.usage import Usage

_WORDS: dict[FinishReason, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
    "error": "end_turn",
    "other": "end_turn",
}
_OWN = frozenset(("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"))


def render_message(result: LLMResult, served: Served) -> bytes:
    """The body."""
    return msgspec.json.encode(
        {
            **about(result.response_id or served.id, served.model),
            "content": render_content(parts_of(result.message.content)),
            "stop_reason": render_stop(result.finish),
            "stop_sequence": None,
            "usage": render_usage(result.usage),
        }
    )


def about(identifier: str, model: str) -> JSON:
    """What every message says of itself."""
    return {"id": identifier, "type": "message", "role": "assistant", "model": model}


def render_stop(finish: Finish) -> str:
    """The vendor's own word where it is this family's, else ours in its words."""
    return finish.raw if finish.raw in _OWN else _WORDS[finish.unified]


def render_content(parts: tuple[Part, ...]) -> list[JSON]:
    """The blocks; sources stand in the text before them."""
    blocks: list[JSON] = []
    for part in parts:
        if isinstance(part, SourcePart):
            if blocks and blocks[-1]["type"] == "text":
                blocks[-1]["citations"] = [*(blocks[-1].get("citations") or ()), render_citation(part)]
        elif (block := render_block(part)) is not None:
            blocks.append(block)
    return blocks


def render_block(part: Part) -> JSON | None:
    """A block; None for a part that the family has no block for. Thinking of another family has an empty signature."""
    facts = facts_of(FAMILY, getattr(part, "provider_metadata", None))
    match part:
        case TextPart():
            return {"type": "text", "text": part.text, **facts}
        case ReasoningPart() if "redacted" in facts:
            return {"type": "redacted_thinking", "data": facts["redacted"]}
        case ReasoningPart():
            return {"type": "thinking", "thinking": part.text, "signature": "", **facts}
        case ToolCallPart():
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": _input(part), **facts}
        case HostedToolPart() | OpaquePart() if part.family == FAMILY:
            return dict(part.data)
        case _:
            return None


def render_citation(source: SourcePart) -> JSON:
    """The vendor's own citation, or a place on the web in its form."""
    if own := facts_of(FAMILY, source.provider_metadata):
        return own
    place = {"url": source.url or "", "title": source.title, "cited_text": source.text or "", "encrypted_index": ""}
    return {"type": "web_search_result_location", **place}


def render_usage(usage: Usage) -> JSON:
    """`input_tokens` counts neither cache reads nor writes here; clients add them up, so unknown numbers are 0."""
    read, written = usage.input.cache_read or 0, usage.input.cache_write or 0
    fresh = usage.input.fresh if usage.input.fresh is not None else max(0, (usage.input.total or 0) - read - written)
    counted = {"input_tokens": fresh, "output_tokens": usage.output.total or 0}
    return {**counted, "cache_read_input_tokens": read, "cache_creation_input_tokens": written}


def _input(call: ToolCallPart) -> Any:
    try:
        return call.json()
    except ParameterInvalid:  # shown as the model wrote it
        return {"invalid_json": call.arguments}
