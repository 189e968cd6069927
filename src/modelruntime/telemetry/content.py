"""What was said, as attributes of a span. Used only where someone asked for it."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.call import Call, LLMCall
from modelruntime.entities.messages import Content, Message, ToolMessage, text_of
from modelruntime.entities.parts import ReasoningPart, TextPart, ToolCallPart
from modelruntime.runtime.redaction import redact
from modelruntime.telemetry import genai


def input_messages(call: Call) -> dict[str, str]:
    """`gen_ai.input.messages` of a language model's call; media are named, not carried. Nothing for the other types."""
    if not isinstance(call, LLMCall):
        return {}
    if call.prompt is not None:
        return {genai.INPUT_MESSAGES: _encoded([{"role": "user", "parts": _parts(call.prompt)}])}
    return {genai.INPUT_MESSAGES: _encoded([_message(message) for message in call.messages])}


def output_messages(result: Any) -> dict[str, str]:
    """`gen_ai.output.messages` of an answer that came whole; a stream's parts are not gathered for it."""
    message, finish = getattr(result, "message", None), getattr(result, "finish", None)
    if message is None or finish is None:
        return {}
    return {
        genai.OUTPUT_MESSAGES: _encoded([{"role": "assistant", "parts": _parts(message.content), "finish_reason": finish.unified}])
    }


def _message(message: Message) -> dict[str, Any]:
    if isinstance(message, ToolMessage):
        reply = {"type": "tool_call_response", "id": message.tool_call_id, "response": redact(text_of(message.content))}
        return {"role": "tool", "parts": [reply]}
    return {"role": message.__struct_config__.tag, "parts": _parts(message.content)}


def _parts(content: Content) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "content": redact(content)}]
    return [_part(part) for part in content]


def _part(part: Any) -> dict[str, Any]:
    match part:
        case TextPart():
            return {"type": "text", "content": redact(part.text)}
        case ReasoningPart():
            return {"type": "reasoning", "content": redact(part.text)}
        case ToolCallPart():
            return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": redact(part.arguments)}
        case _:
            return {"type": type(part).__name__.removesuffix("Part").lower()}


def _encoded(messages: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(messages).decode()
