"""Messages → the vendor's `messages`: each a text, pictures beside it, a thought, and calls whose arguments are objects."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.media_source import inline
from modelruntime.codecs.ollama.family import FAMILY
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import (
    AssistantMessage,
    Message,
    ToolMessage,
    UserMessage,
    parts_of,
    text_of,
)
from modelruntime.entities.parts import ImagePart, ReasoningPart, SourcePart, TextPart, ToolCallPart


def render_messages(messages: tuple[Message, ...], warnings: CallWarnings) -> list[JSON]:
    """Instructions of either kind are the role `system`. A result names the tool, which is how the vendor knows it."""
    calls: dict[str, ToolCallPart] = {}
    rendered: list[JSON] = []
    for message in messages:
        fields = _fields(message, warnings)
        match message:
            case UserMessage():
                rendered.append({"role": "user", **fields})
            case AssistantMessage():
                calls |= {call.id: call for call in message.tool_calls}
                rendered.append({"role": "assistant", **fields})
            case ToolMessage():
                rendered.append({"role": "tool", **fields, **_named(message, calls.get(message.tool_call_id))})
            case _:
                rendered.append({"role": "system", **fields})
    return rendered


def _fields(message: Message, warnings: CallWarnings) -> JSON:
    fields: JSON = {"content": text_of(message.content)}
    for part in parts_of(message.content):
        match part:
            case TextPart() | SourcePart():
                pass
            case ImagePart():
                fields.setdefault("images", []).append(inline(part.source, part.media_type, "image/png").base64)
            case ReasoningPart() if FAMILY in (part.provider_metadata or {}):
                fields["thinking"] = fields.get("thinking", "") + part.text
            case ReasoningPart():
                if part.text:
                    warnings.map("reasoning of another family is not sent back", "messages")
            case ToolCallPart():
                fields.setdefault("tool_calls", []).append(_call(part))
            case _:
                warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
    return fields


def _call(part: ToolCallPart) -> JSON:
    """With the id, where the vendor gave one."""
    facts = facts_of(FAMILY, part.provider_metadata)
    return {**facts, "function": {"name": part.name, "arguments": _arguments(part)}}


def _arguments(part: ToolCallPart) -> Any:
    try:
        found = part.json()
    except ParameterInvalid:  # what a model wrote is history, not the caller's mistake: it is shown as it was
        found = None
    return found if is_object(found) else {"invalid_json": part.arguments}


def _named(message: ToolMessage, call: ToolCallPart | None) -> JSON:
    name = message.name or (call.name if call else None)
    own = facts_of(FAMILY, call.provider_metadata).get("id") if call else None
    return {**({"tool_name": name} if name else {}), **({"tool_call_id": own} if own else {})}
