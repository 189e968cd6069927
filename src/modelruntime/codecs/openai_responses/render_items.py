"""An assistant's turn → output items, put together as they came."""

from __future__ import annotations

import base64

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.messages import AssistantMessage, parts_of
from modelruntime.entities.parts import (
    HostedToolPart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)


def render_items(message: AssistantMessage, warnings: CallWarnings) -> list[JSON]:
    """The items; what another family made and this one can not take is left out with a warning."""
    items: list[JSON] = []
    for part in parts_of(message.content):
        facts = facts_of(FAMILY, part.provider_metadata)
        own = {name: value for name, value in facts.get("item", {}).items() if value is not None}
        _add(items, part, facts, own, warnings)
    return items


def _add(items: list[JSON], part: Part, facts: JSON, own: JSON, warnings: CallWarnings) -> None:
    begins = not items or facts.get("part", 0) == 0
    match part:
        case TextPart() if not facts:
            if part.text:  # nobody's item: the short form of a message needs no id
                items.append({"role": "assistant", "content": part.text})
        case TextPart():
            if begins or items[-1].get("role") != "assistant":
                items.append({"type": "message", "role": "assistant", **own, "content": []})
            kind = facts.get("kind", "output_text")
            content: JSON = {"refusal": part.text} if kind == "refusal" else {"text": part.text, "annotations": []}
            items[-1]["content"].append({"type": kind, **content})
        case SourcePart():
            if facts and items and isinstance(items[-1].get("content"), list):
                items[-1]["content"][-1].setdefault("annotations", []).append(facts)
        case ReasoningPart() if facts:
            if begins or items[-1].get("type") != "reasoning":
                items.append({"type": "reasoning", "summary": [], "content": []})
            items[-1].update(own)
            if facts["kind"] == "summary":
                items[-1]["summary"].append({"type": "summary_text", "text": part.text})
            elif facts["kind"] == "content":
                items[-1]["content"].append({"type": "reasoning_text", "text": part.text})
        case ReasoningPart():
            if part.text:
                warnings.map("reasoning that another family wrote is not sent", "messages")
        case ToolCallPart():
            items.append({"type": "function_call", "call_id": part.id, "name": part.name, "arguments": part.arguments, **own})
        case MediaPart() if own and isinstance(part.source, bytes):
            items.append({**own, "result": base64.b64encode(part.source).decode()})
        case HostedToolPart() | OpaquePart() if part.family == FAMILY:
            items.append(part.data)
        case _:
            warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
