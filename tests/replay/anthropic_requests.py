"""Recorded requests of the Messages family, read into our types."""

from __future__ import annotations

import base64
from typing import Any

from modelruntime.codecs.anthropic.family import FAMILY, MODES
from modelruntime.codecs.anthropic.parse_blocks import parse_block
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import DocumentPart, ImagePart, Part, TextPart, ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

JSON = dict[str, Any]
PARAMETERS = (
    *("max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "thinking", "output_config", "service_tier"),
    *("cache_control", "container", "context_management", "mcp_servers", "metadata", "speed", "inference_geo"),
)
EXTRA = {
    "betas": "features that the vendor tries out, by names of its own",
    "output_format": "the older place of a schema, which the codec renders at its new one",
    "anthropic_version": "the host's own",
    "anthropic_beta": "the host's own",
}
"""Keys that may go through `extra`, with the reason."""


def parse_request(body: JSON) -> LLMCall:
    """The call that a recorded body is."""
    messages: list[Message] = []
    if body.get("system"):
        messages.append(SystemMessage(_content(body["system"])))
    for message in body["messages"]:
        messages += _messages(message["role"], message["content"])
    parameters = {name: body[name] for name in PARAMETERS if name in body}
    output = body.get("output_format")
    if not output and isinstance(config := parameters.get("output_config"), dict):
        output = config.get("format")
        rest = without(config, ("format",))
        del parameters["output_config"]
        parameters |= {f"output_config.{name}": value for name, value in rest.items()}
    known = ("model", "messages", "system", "tools", "tool_choice", "stream", "output_format", *PARAMETERS)
    return LLMCall(
        body.get("model", "the path names it"),
        tuple(messages),
        parameters=parameters,
        tools=tuple(_tool(tool) for tool in body.get("tools") or ()),
        tool_choice=_choice(body["tool_choice"]) if body.get("tool_choice") else None,
        output=OutputFormat("json_schema", output["schema"]) if output else None,
        stream=bool(body.get("stream")),
        extra=without(body, known),
    )


def canonical(body: JSON) -> JSON:
    """The body in one of the forms that the vendor takes as the same: texts as lists, one turn a role, a schema's new place."""
    turns: list[JSON] = []
    for message in body["messages"]:
        blocks = [_canonical_block(block) for block in _blocks(message["content"]) if block != {"type": "text", "text": ""}]
        if turns and turns[-1]["role"] == message["role"]:
            turns[-1]["content"] += blocks
        elif blocks:
            turns.append({"role": message["role"], "content": blocks})
    tools = [{k: v for k, v in tool.items() if (k, v) != ("type", "custom")} for tool in body.get("tools") or ()]
    changed: JSON = {**body, "messages": turns, "system": _blocks(body.get("system")), "tools": tools}
    if output := changed.pop("output_format", None):
        changed["output_config"] = {**(changed.get("output_config") or {}), "format": output}
    return {**changed, "stream": body.get("stream") or None}


def _canonical_block(block: JSON) -> JSON:
    if block["type"] != "tool_result":
        return block
    return {**block, "content": _blocks(block.get("content")), "is_error": block.get("is_error") or None}


def _blocks(content: Any) -> list[JSON]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or ())


def _content(content: str | list[JSON]) -> Content:
    return content if isinstance(content, str) else tuple(part for block in content for part in _parts(block))


def _parts(block: JSON) -> list[Part]:
    """A block of a request: what callers make beside what models answer."""
    known = ("type", "source", "title", "cache_control")
    cache = _cache(block)
    match block["type"]:
        case "image":
            source, media_type = _source(block["source"])
            return [ImagePart(source, media_type, None, metadata_of(FAMILY, without(block, known)), cache)]
        case "document" if block["source"]["type"] != "content":
            source, media_type = _source(block["source"])
            return [DocumentPart(source, media_type, block.get("title"), metadata_of(FAMILY, without(block, known)), cache)]
        case "text":
            text, *sources = parse_block(without(block, ("cache_control",)))
            assert isinstance(text, TextPart)
            return [TextPart(text.text, text.provider_metadata, cache), *sources]
        case "tool_use":
            (call,) = parse_block(without(block, ("cache_control",)))
            assert isinstance(call, ToolCallPart)
            return [ToolCallPart(call.id, call.name, call.arguments, call.provider_metadata, cache)]
        case _:
            return parse_block(block)


def _cache(block: JSON) -> CacheHint | None:
    control = block.get("cache_control")
    return CacheHint(control.get("ttl")) if control else None


def _source(source: JSON) -> tuple[Any, str | None]:
    match source["type"]:
        case "base64":
            return base64.b64decode(source["data"]), source["media_type"]
        case "text":
            return source["data"].encode(), source["media_type"]
        case "url":
            return source["url"], None
    return FileRef(source["file_id"]), None


def _messages(role: str, content: str | list[JSON]) -> list[Message]:
    if role != "user" or isinstance(content, str):
        kinds: dict[str, type[UserMessage | AssistantMessage | SystemMessage]] = {
            "user": UserMessage,
            "assistant": AssistantMessage,
            "system": SystemMessage,
        }
        return [kinds[role](_content(content))]
    messages: list[Message] = []
    for block in content:
        if block["type"] == "tool_result":
            result = _content(block.get("content") or "")
            is_error = bool(block.get("is_error"))
            messages.append(ToolMessage(block["tool_use_id"], result, is_error=is_error, cache=_cache(block)))
        elif messages and isinstance(last := messages[-1], UserMessage):
            messages[-1] = UserMessage((*parts_of(last.content), *_parts(block)))
        else:
            messages.append(UserMessage(tuple(_parts(block))))
    return messages


def _tool(tool: JSON) -> Tool | HostedTool:
    if tool.get("type", "custom") != "custom":
        return HostedTool(tool["type"], without(tool, ("type", "cache_control")), _cache(tool))
    known = ("type", "name", "description", "input_schema", "strict", "cache_control")
    facts = metadata_of(FAMILY, without(tool, known))
    return Tool(tool["name"], tool.get("description"), tool["input_schema"], tool.get("strict"), facts, _cache(tool))


def _choice(choice: JSON) -> ToolChoice:
    alone = choice.get("disable_parallel_tool_use")
    return ToolChoice(MODES[choice["type"]], choice.get("name"), parallel=None if alone is None else not alone)
