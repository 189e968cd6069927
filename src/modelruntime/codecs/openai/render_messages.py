"""A conversation on the wire."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.cache_marks import cache_mark
from modelruntime.codecs.openai.render_assistant import render_assistant
from modelruntime.codecs.openai.render_parts import render_content
from modelruntime.codecs.openai.request import merge_into
from modelruntime.codecs.openai.tool_call_ids import wire_id
from modelruntime.codecs.openai.vendor_fields import fields_of
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from modelruntime.entities.parts import Part, TextPart
from modelruntime.schema.profile import Profile

Wire = dict[str, Any]


def render_messages(messages: tuple[Message, ...], profile: Profile, warnings: CallWarnings) -> list[Wire]:
    """The wire messages, in order, after the fixes that the profile asks for."""
    if not messages:
        return []
    names = {call.id: call.name for message in messages if isinstance(message, AssistantMessage) for call in message.tool_calls}
    last_user = _last_user(messages) if profile.return_reasoning == "tool_loop" else -1
    wires: list[Wire] = []
    left_over: list[Part] = []
    for at, message in enumerate(messages):
        if left_over and not isinstance(message, ToolMessage):
            wires.append(_attachments(left_over, profile, warnings))
            left_over = []
        match message:
            case SystemMessage():
                wires.append(_message(message, profile.system_role, profile, warnings))
            case DeveloperMessage():
                wires.append(_message(message, profile.developer_role, profile, warnings))
            case UserMessage():
                wires.append(_message(message, "user", profile, warnings))
            case AssistantMessage():
                returns = profile.return_reasoning == "always" or (profile.return_reasoning == "tool_loop" and at > last_user)
                wires.append(render_assistant(message, returns, profile, warnings))
            case ToolMessage():
                wires.append(_tool_result(message, names, left_over, profile, warnings))
    if left_over:
        wires.append(_attachments(left_over, profile, warnings))
    return _fixed(wires, profile)


def _last_user(messages: tuple[Message, ...]) -> int:
    """Its place; -1 without one."""
    return max((at for at, message in enumerate(messages) if isinstance(message, UserMessage)), default=-1)


def _message(message: SystemMessage | DeveloperMessage | UserMessage, role: str, profile: Profile, warnings: CallWarnings) -> Wire:
    wire: Wire = {"role": role, "content": render_content(message.content, profile, warnings)}
    if message.name is not None:
        wire["name"] = message.name
    if message.provider_metadata:
        merge_into(wire, fields_of(message.provider_metadata))
    return wire


def _tool_result(
    message: ToolMessage, names: dict[str, str], left_over: list[Part], profile: Profile, warnings: CallWarnings
) -> Wire:
    if message.is_error:
        warnings.map("a failed tool's result was sent without a mark of failure: only its text tells", "messages")
    content = render_content(_result_content(message.content, left_over, profile, warnings), profile, warnings)
    if profile.function_calling == "function_call":
        name = message.name or names.get(message.tool_call_id, message.tool_call_id)
        return {"role": "function", "name": name, "content": content}
    wire: Wire = {"role": "tool", "tool_call_id": wire_id(message.tool_call_id, profile), "content": content}
    wire |= cache_mark(message.cache, profile)
    merge_into(wire, fields_of(message.provider_metadata))
    return wire


def _result_content(content: Content, left_over: list[Part], profile: Profile, warnings: CallWarnings) -> Content:
    """Text stays in the result; media follow in a user message, except where the endpoint reads them in place."""
    if isinstance(content, str) or profile.tool_result_media == "inline":
        return content
    media = [part for part in content if not isinstance(part, TextPart)]
    if media:
        warnings.map("media of a tool's result were sent in a user message: the endpoint takes only text there", "messages")
        left_over.extend(media)
    text = tuple(part for part in content if isinstance(part, TextPart))
    if len(text) == 1 and text[0].provider_metadata is None and not cache_mark(text[0].cache, profile):
        return text[0].text
    return text or ("The result is in the next message." if media else "")


def _attachments(parts: list[Part], profile: Profile, warnings: CallWarnings) -> Wire:
    return {"role": "user", "content": render_content(tuple(parts), profile, warnings)}


def _fixed(wires: list[Wire], profile: Profile) -> list[Wire]:
    if profile.drop_empty:
        wires = [wire for wire in wires if wire["content"] or wire.keys() - {"role", "content", "name"}]
    if not profile.several_system_messages:
        wires = _one_system_message(wires, {profile.system_role, profile.developer_role})
    return _merged(wires) if profile.merge_consecutive else wires


def _one_system_message(wires: list[Wire], roles: Set[str]) -> list[Wire]:
    instructions = [wire for wire in wires if wire["role"] in roles and wire["role"] != "user"]
    if len(instructions) < 2:
        return wires
    first = dict(instructions[0])
    for other in instructions[1:]:
        first["content"] = _joined(first["content"], other["content"])
    return [first, *(wire for wire in wires if wire not in instructions)]


def _merged(wires: list[Wire]) -> list[Wire]:
    """Neighbours of one role become one message; those that hold more than content stay alone."""
    merged: list[Wire] = []
    for wire in wires:
        last = merged[-1] if merged else None
        if last is not None and wire["role"] == last["role"] != "tool" and wire.keys() == last.keys() == {"role", "content"}:
            merged[-1] = {"role": wire["role"], "content": _joined(last["content"], wire["content"])}
        else:
            merged.append(wire)
    return merged


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_as_parts(first), *_as_parts(second)]


def _as_parts(content: Any) -> list[Any]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content) if content else []
