"""Messages → `contents` and `systemInstruction`."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gemini.render_parts import render_parts, render_result
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage
from modelruntime.entities.parts import ToolCallPart


def render_contents(messages: tuple[Message, ...], warnings: CallWarnings) -> JSON:
    """The fields of the body. All instructions stand in front; neighbouring turns of one role are joined; results are the
    user's."""
    contents: list[JSON] = []
    system: list[JSON] = []
    calls: dict[str, ToolCallPart] = {}
    for message in messages:
        match message:
            case SystemMessage() | DeveloperMessage():
                system += render_parts(message.content, warnings)
                continue
            case ToolMessage():
                role, parts = "user", [render_result(message, calls.get(message.tool_call_id), warnings)]
            case AssistantMessage():
                role, parts = "model", render_parts(message.content, warnings)
                calls |= {call.id: call for call in message.tool_calls}
            case _:
                role, parts = "user", render_parts(message.content, warnings)
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    body: JSON = {"contents": contents}
    if system:
        body["systemInstruction"] = {"parts": system}
    return body
