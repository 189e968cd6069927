"""Chat in Tencent's spelling and in OpenAI's: the same objects, `ToolCalls` for `tool_calls`."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_array, is_object
from modelruntime.codecs.tencent.family import JSON, opened

_REPLY = {
    "Choices": "choices",
    "Content": "content",
    "Created": "created",
    "Delta": "delta",
    "FinishReason": "finish_reason",
    "Id": "id",
    "Index": "index",
    "Message": "message",
    "ReasoningContent": "reasoning_content",
    "Role": "role",
    "ToolCalls": "tool_calls",
    "Type": "type",
    "Function": "function",
    "Name": "name",
    "Arguments": "arguments",
    "Usage": "usage",
    "PromptTokens": "prompt_tokens",
    "CompletionTokens": "completion_tokens",
    "TotalTokens": "total_tokens",
}
"""Other names stay as they are, and land in the metadata."""
_HOLDERS = frozenset(("Choices", "Delta", "Message", "ToolCalls", "Function", "Usage"))


def pascal(name: str) -> str:
    """`tool_call_id` → `ToolCallId`. A name with capitals is the vendor's own."""
    return name if name != name.lower() else "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def to_reply(body: JSON) -> JSON:
    """A reply, or an event of a stream, in OpenAI's spelling."""
    inner = opened(body)
    if "error" in inner:
        return inner
    reply = _renamed(inner)
    reply.pop("RequestId", None)
    for choice in as_array(reply.get("choices")):
        if not choice.get("finish_reason"):  # an empty text while the answer goes on
            choice.pop("finish_reason", None)
        for holder in (as_object(choice.get("delta")), as_object(choice.get("message"))):
            for at, call in enumerate(as_array(holder.get("tool_calls"))):
                call.setdefault("index", at)
    return reply


def to_body(body: JSON) -> JSON:
    """A request's body in Tencent's spelling."""
    wire = {pascal(name): value for name, value in body.items()}
    wire["Messages"] = [_message(message) for message in as_array(body.get("messages"))]
    if tools := as_array(body.get("tools")):
        wire["Tools"] = [_tool(tool) for tool in tools]
        choice: Any = body.get("tool_choice")
        if is_object(choice):
            name = as_object(choice.get("function")).get("name")
            wire["ToolChoice"] = "custom"
            wire["CustomTool"] = next((tool for tool in wire["Tools"] if as_object(tool.get("Function")).get("Name") == name), None)
    if isinstance(stop := body.get("stop"), str):
        wire["Stop"] = [stop]
    return wire


def _renamed(value: JSON) -> JSON:
    return {_REPLY.get(name, name): _inner(item) if name in _HOLDERS else item for name, item in value.items()}


def _inner(value: Any) -> Any:
    if is_array(value):
        return [_inner(item) for item in value]
    return _renamed(value) if is_object(value) else value


def _message(message: JSON) -> JSON:
    """Text is `Content`, parts are `Contents`. A turn of tool calls alone has a blank: an empty text is refused, says the
    reference of `Messages`."""
    wire: JSON = {"Role": message["role"]}
    content: Any = message.get("content")
    if is_array(content):
        wire["Contents"] = [_content(part) for part in content]
    else:
        wire["Content"] = content or " "
    if "tool_call_id" in message:
        wire["ToolCallId"] = message["tool_call_id"]
    if calls := as_array(message.get("tool_calls")):
        wire["ToolCalls"] = [_call(call) for call in calls]
    return wire


def _content(part: JSON) -> JSON:
    kind = as_text(part.get("type")) or "text"
    if kind == "text":
        return {"Type": "text", "Text": part.get("text")}
    return {"Type": kind, pascal(kind): {"Url": as_object(part.get(kind)).get("url")}}


def _call(call: JSON) -> JSON:
    function = as_object(call.get("function"))
    named = {"Name": function.get("name"), "Arguments": function.get("arguments")}
    return {"Id": call.get("id"), "Type": "function", "Function": named}


def _tool(tool: JSON) -> JSON:
    """A tool's parameters are JSON in a text."""
    function = as_object(tool.get("function"))
    wire: JSON = {"Name": function.get("name"), "Parameters": msgspec.json.encode(function.get("parameters")).decode()}
    if function.get("description") is not None:
        wire["Description"] = function["description"]
    return {"Type": "function", "Function": wire}
