"""An assistant message on its way back to the model.

Sources and steps of vendor-run tools are output only: the wire has no place for them in the history. Reasoning goes back
as the profile says; fields that the vendor attached (signatures, `reasoning_details`, audio ids) always do.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.openai.cache_marks import cache_mark
from modelruntime.codecs.openai.reasoning_details import FIELD as DETAILS
from modelruntime.codecs.openai.render_parts import render_part
from modelruntime.codecs.openai.request import merge_into
from modelruntime.codecs.openai.tool_call_ids import wire_id
from modelruntime.codecs.openai.vendor_fields import FAMILY, fields_of
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
from modelruntime.schema.profile import Profile


def render_assistant(
    message: AssistantMessage, returns_reasoning: bool, profile: Profile, warnings: CallWarnings
) -> dict[str, Any]:
    """The wire message. Its content is a string for one plain text, null when there is none beside tool calls."""
    wire: dict[str, Any] = {"role": "assistant", "content": None}
    if message.name is not None:
        wire["name"] = message.name
    if isinstance(message.content, str):
        wire["content"] = message.content
    else:
        _place(wire, parts_of(message.content), returns_reasoning, profile, warnings)
    merge_into(wire, {key: value for key, value in fields_of(message.provider_metadata).items() if key not in ("content", "role")})
    return wire


def _place(
    wire: dict[str, Any], parts: tuple[Part, ...], returns_reasoning: bool, profile: Profile, warnings: CallWarnings
) -> None:
    said: list[TextPart | dict[str, Any]] = []
    reasoning: list[ReasoningPart] = []
    calls: list[ToolCallPart] = []
    for part in parts:
        match part:
            case TextPart() if "refusal" in fields_of(part.provider_metadata):
                wire["refusal"] = part.text
            case TextPart():
                said.append(part)
            case ReasoningPart() if returns_reasoning and fields_of(part.provider_metadata).get("field") == "content":
                said.append(_thinking(part))
            case ReasoningPart():
                reasoning.append(part)
            case ToolCallPart():
                calls.append(part)
            case MediaPart() if part.id is not None:
                wire["audio"] = {"id": part.id}
            case SourcePart():
                pass  # a citation of the text before it, which goes back without
            case HostedToolPart():
                if part.family != FAMILY:
                    warnings.drop(f"the {part.kind} step of another family's tool is not sent back", "messages")
            case OpaquePart():
                own = as_object(part.data) if part.family == FAMILY else {}
                if own:
                    said.append(own)
                else:
                    warnings.drop(f"a {part.kind} part of another family is not sent back", "messages")
            case _:
                if (rendered := render_part(part, profile, warnings)) is not None:
                    said.append(rendered)
    if reasoning and returns_reasoning:
        _return_reasoning(wire, said, reasoning, profile)
    wire["content"] = _content(said, profile, warnings)
    if calls:
        _place_calls(wire, calls, profile, warnings)


def _thinking(part: ReasoningPart) -> dict[str, Any]:
    """Reasoning as a content part (https://docs.mistral.ai/capabilities/reasoning; read 2026-11-22)."""
    kept = {key: value for key, value in fields_of(part.provider_metadata).items() if key != "field"}
    return {"type": "thinking", "thinking": [{"type": "text", "text": part.text}], **kept}


def _return_reasoning(
    wire: dict[str, Any], said: list[TextPart | dict[str, Any]], reasoning: list[ReasoningPart], profile: Profile
) -> None:
    text = "".join(part.text for part in reasoning)
    if profile.think_tags is not None:
        said.insert(0, TextPart(f"{profile.think_tags[0]}{text}{profile.think_tags[1]}"))
        return
    came_in = next((field for part in reasoning if (field := fields_of(part.provider_metadata).get("field"))), None)
    if came_in == DETAILS:
        return
    wire[str(came_in or profile.reasoning_field or "reasoning_content")] = text


def _content(said: list[TextPart | dict[str, Any]], profile: Profile, warnings: CallWarnings) -> str | list[dict[str, Any]] | None:
    plain = [piece.text for piece in said if isinstance(piece, TextPart) and _is_plain(piece, profile)]
    if len(plain) == len(said) and (len(said) <= 1 or profile.content_as_text):
        return "".join(plain) if said else None
    if profile.content_as_text:
        warnings.drop("parts of an assistant message were not sent: the endpoint takes only text", "messages")
        return "".join(piece.text for piece in said if isinstance(piece, TextPart))
    rendered = [piece if isinstance(piece, dict) else render_part(piece, profile, warnings) for piece in said]
    return [piece for piece in rendered if piece is not None]


def _is_plain(part: TextPart, profile: Profile) -> bool:
    """Is there nothing to say beside its text?"""
    return not part.provider_metadata and (profile.content_as_text or not cache_mark(part.cache, profile))


def _place_calls(wire: dict[str, Any], calls: list[ToolCallPart], profile: Profile, warnings: CallWarnings) -> None:
    if profile.function_calling == "function_call":
        for left in calls[1:]:
            warnings.drop(f"the call of {left.name} was not sent: the endpoint knows one call a message", "messages")
        wire["function_call"] = {"name": calls[0].name, "arguments": calls[0].arguments or "{}"}
        return
    wire["tool_calls"] = [
        {
            "id": wire_id(call.id, profile),
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments or "{}"},
            **fields_of(call.provider_metadata),
        }
        for call in calls
    ]
