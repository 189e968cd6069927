"""Recorded requests read into our types, so that encoding them again can be compared with what was sent."""

import json
from typing import Any, Literal

from modelruntime.codecs.json_value import as_array
from modelruntime.entities.call import LLMCall
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    ImagePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
)
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile

_AUDIO = {"wav": "audio/wav", "mp3": "audio/mpeg"}
_STRUCTURE = {
    "model",
    "messages",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "stream",
    "stream_options",
    "n",
    "functions",
}


def parse_request(body: dict[str, Any]) -> tuple[LLMCall, Profile]:
    """The call that a recorded body says, and the profile under which that body is how to say it."""
    extra: dict[str, Any] = {}
    choice = _choice(body)
    output = _output(body.get("response_format"))
    if output is None and body.get("response_format") is not None:
        extra["response_format"] = body["response_format"]
    if body.get("n", 1) != 1:
        extra["n"] = body["n"]
    legacy = "functions" in body
    tools = [{"type": "function", "function": function} for function in body["functions"]] if legacy else body.get("tools") or []
    names = ("max_tokens", "max_completion_tokens")
    parts = {part["type"] for message in body["messages"] for part in as_array(message.get("content"))}
    profile = Profile(
        max_tokens_field="max_completion_tokens" if names[1] in body else "max_tokens",
        return_reasoning="always",
        function_calling="function_call" if legacy else "tool_call",
        document_part=next((kind for kind in ("document_url", "file_url") if kind in parts), "file"),
        document_sources=("url", "data"),
        tool_choice_required="any" if body.get("tool_choice") == "any" else "required",
        tool_result_media="inline",
        stream_usage="include_usage" if "stream_options" in body else "always",
    )
    call = LLMCall(
        model=body["model"],
        messages=tuple(_message(message) for message in body["messages"]),
        parameters={key: value for key, value in body.items() if key not in _STRUCTURE},
        tools=tuple(_tool(tool) for tool in tools),
        tool_choice=choice,
        output=output,
        stream=bool(body.get("stream")),
        extra=extra,
    )
    return call, profile


def _choice(body: dict[str, Any]) -> ToolChoice | None:
    word, parallel = body.get("tool_choice"), body.get("parallel_tool_calls")
    if isinstance(word, dict):
        return ToolChoice("tool", word["function"]["name"], parallel=parallel)
    if word is None and parallel is None:
        return None
    modes: dict[str | None, Literal["auto", "none", "required"]] = {"any": "required", "required": "required", "none": "none"}
    return ToolChoice(modes.get(word, "auto"), parallel=parallel)


def _output(found: dict[str, Any] | None) -> OutputFormat | None:
    if found is None or found["type"] == "text":
        return None
    if found["type"] == "json_object":
        return OutputFormat("json")
    inner = found["json_schema"]
    return OutputFormat("json_schema", inner["schema"], inner["name"], inner.get("description"), inner.get("strict"))


def _tool(found: dict[str, Any]) -> Tool | HostedTool:
    if found.get("type", "function") != "function":
        return HostedTool(found["type"], {key: value for key, value in found.items() if key != "type"})
    function = found["function"]
    rest = {key: value for key, value in found.items() if key not in ("type", "function")}
    metadata = {"openai": rest} if rest else None
    return Tool(function["name"], function.get("description"), function.get("parameters"), function.get("strict"), metadata)


def _message(found: dict[str, Any]) -> Message:
    role, content = found["role"], _content(found.get("content") or "")
    if role == "assistant":
        return _assistant(found)
    if role == "tool":
        return ToolMessage(found["tool_call_id"], content)
    if role == "user":
        return UserMessage(content, found.get("name"))
    return SystemMessage(content, found.get("name")) if role == "system" else DeveloperMessage(content, found.get("name"))


def _assistant(found: dict[str, Any]) -> AssistantMessage:
    rest = {
        key: value for key, value in found.items() if key not in ("role", "content", "tool_calls", "name") and value is not None
    }
    fields = [field for field in ("reasoning", "reasoning_content") if field in rest]
    parts: list[Part] = [ReasoningPart(rest.pop(field), {"openai": {"field": field}}) for field in fields]
    content = _content(found.get("content") or ())
    parts += [TextPart(content)] if isinstance(content, str) else content
    for call in found.get("tool_calls") or []:
        more = {key: value for key, value in call.items() if key not in ("id", "type", "function")}
        function = call["function"]
        parts.append(ToolCallPart(call["id"], function["name"], function["arguments"], {"openai": more} if more else None))
    return AssistantMessage(tuple(parts), found.get("name"), {"openai": rest} if rest else None)


def _content(found: Any) -> Content:
    return found if isinstance(found, str) else tuple(_part(part) for part in found)


def _part(found: dict[str, Any]) -> Part:
    rest = {key: value for key, value in found.items() if key not in ("type", found["type"]) and value is not None}
    metadata = {"openai": rest} if rest else None
    match found["type"]:
        case "text":
            return TextPart(found["text"], metadata)
        case "thinking":
            text = "".join(piece["text"] for piece in found["thinking"])
            return ReasoningPart(text, {"openai": {"field": "content", **rest}})
        case "image_url":
            return ImagePart(found["image_url"]["url"], None, found["image_url"].get("detail"), metadata)
        case "input_audio":
            audio = found["input_audio"]
            return AudioPart(f"data:{_AUDIO[audio['format']]};base64,{audio['data']}", None, metadata)
        case "document_url":
            return DocumentPart(found["document_url"], provider_metadata=metadata)
        case "file_url":
            return DocumentPart(f"data:application/pdf;base64,{found['file_url']['url']}", provider_metadata=metadata)
        case "file" if "file_id" in found["file"]:
            return DocumentPart(FileRef(found["file"]["file_id"]))
        case "file":
            return DocumentPart(found["file"]["file_data"], None, found["file"].get("filename"), metadata)
        case kind:
            raise AssertionError(f"a content part of kind {kind}: {json.dumps(found)[:200]}")


def canonical(value: Any) -> Any:
    """A request's JSON without what means nothing: nulls, empty lists, defaults, one text part for its text."""
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], dict) and set(value[0]) == {"type", "text"}:
            return value[0]["text"]
        return [canonical(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: canonical(item) for key, item in value.items() if item is not None and item != []}
    for key, default in (
        ("type", "function"),
        ("stream", False),
        ("prefix", False),
        ("content", ""),
        ("tool_choice", "auto"),
        ("n", 1),
    ):
        if kept.get(key) == default:
            del kept[key]
    return kept
