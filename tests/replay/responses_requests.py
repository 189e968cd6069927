"""Recorded requests of the Responses family, read into our types."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.parse_items import parse_item, parse_text
from modelruntime.codecs.vendor_metadata import metadata_of, without
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
from modelruntime.entities.parts import DocumentPart, ImagePart, OpaquePart, Part, TextPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

JSON = dict[str, Any]
PARAMETERS = (
    *("max_output_tokens", "temperature", "top_p", "reasoning", "top_logprobs", "truncation", "service_tier", "store", "include"),
    *("background", "max_tool_calls", "prompt_cache_key", "prompt_cache_retention", "previous_response_id", "safety_identifier"),
    *("conversation", "context_management", "metadata", "prompt", "stream_options", "user", "search_parameters"),
    *("compact_threshold", "moderation"),
)
EXTRA = {
    "text": "beside the format, what another vendor than the inventor put there",
    "tool_choice": "a form that only this family has: several tools that the vendor runs",
}
"""Keys that may go through `extra`, with the reason."""
ROLES: dict[str, type[SystemMessage | DeveloperMessage | UserMessage | AssistantMessage]] = {
    "user": UserMessage,
    "system": SystemMessage,
    "developer": DeveloperMessage,
    "assistant": AssistantMessage,
}


def parse_request(body: JSON) -> LLMCall:
    """The call that a recorded body is."""
    messages: list[Message] = []
    if body.get("instructions") is not None:
        messages.append(SystemMessage(body["instructions"], provider_metadata={FAMILY: {"instructions": True}}))
    given = body.get("input")
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else given or []:
        _turn(item, messages)
    known = ("model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "stream", *PARAMETERS)
    extra = without(body, known)
    text = dict(body.get("text") or {})
    form = text.pop("format", None)
    parameters = {key: body[key] for key in PARAMETERS if key in body}
    if "verbosity" in text:
        parameters["verbosity"] = text.pop("verbosity")
    choice = _choice(body.get("tool_choice"), body.get("parallel_tool_calls"))
    if body.get("tool_choice") is not None and choice is None:
        extra["tool_choice"] = body["tool_choice"]
    return LLMCall(
        body["model"],
        tuple(messages),
        parameters=parameters,
        tools=tuple(_tool(tool) for tool in body.get("tools") or ()),
        tool_choice=choice,
        output=_format(form) if form else None,
        stream=bool(body.get("stream")),
        extra=extra | ({"text": text} if text else {}),
    )


def canonical(body: JSON) -> JSON:
    """The body in one of the forms that the vendor takes as the same."""
    given = body.get("input") or []
    turns = [{"role": "user", "content": given}] if isinstance(given, str) else given
    choice = None if body.get("tool_choice") == "auto" else body.get("tool_choice")
    tools = [{k: v for k, v in tool.items() if (k, v) != ("strict", False)} for tool in body.get("tools") or ()]
    return {**body, "input": items_of(turns), "stream": body.get("stream") or None, "tool_choice": choice, "tools": tools}


def items_of(output: list[JSON]) -> list[JSON]:
    """Items without what need not go back: log probabilities; and a message's texts as lists."""

    def item(found: JSON) -> JSON:
        if isinstance(output := found.get("output"), list):
            shown = [{k: v for k, v in each.items() if (k, v) != ("detail", "auto")} for each in output]
            return {**found, "output": shown}
        if found.get("type", "message") != "message":
            return found
        kind = "output_text" if found["role"] == "assistant" else "input_text"
        texts = [{"type": kind, "text": found["content"]}] if isinstance(found["content"], str) else list(found["content"] or ())
        plain = [{k: v for k, v in text.items() if k != "logprobs" and (k, v) != ("detail", "auto")} for text in texts]
        return {**found, "type": "message", "content": plain}

    return [item(each) for each in output]


def _content(content: str | list[JSON]) -> Content:
    return content if isinstance(content, str) else tuple(part for block in content for part in _parts(block))


def _parts(block: JSON) -> list[Part]:
    match block["type"]:
        case "input_text":
            return [TextPart(block["text"])]
        case "output_text" | "refusal":
            return list(parse_text(block, {}, 0))
        case "input_image":
            source = FileRef(block["file_id"]) if block.get("file_id") else block["image_url"]
            return [ImagePart(source, detail=block.get("detail"))]
        case "input_file":
            document = FileRef(block["file_id"]) if block.get("file_id") else block.get("file_url") or block["file_data"]
            return [DocumentPart(document, filename=block.get("filename"))]
        case kind:
            return [OpaquePart(FAMILY, kind, block)]


def _turn(item: JSON, messages: list[Message]) -> None:
    kind, last = item.get("type", "message"), messages[-1] if messages else None
    if kind == "message" and (item["role"] != "assistant" or isinstance(item["content"], str)):
        facts = metadata_of(FAMILY, {"item": without(item, ("type", "role", "content")) or None})
        messages.append(ROLES[item["role"]](_content(item["content"]), provider_metadata=facts))
    elif kind == "function_call_output":
        facts = metadata_of(FAMILY, without(item, ("type", "call_id", "output")))
        messages.append(ToolMessage(item["call_id"], _content(item["output"]), provider_metadata=facts))
    elif item.get("role") == "developer":
        messages.append(DeveloperMessage((OpaquePart(FAMILY, kind, item),)))
    else:
        parts = parse_item({**item, "type": kind})
        if isinstance(last, AssistantMessage) and not isinstance(last.content, str):
            messages[-1] = AssistantMessage((*last.content, *parts))
        else:
            messages.append(AssistantMessage(tuple(parts)))


def _format(form: JSON) -> OutputFormat:
    if form["type"] != "json_schema":
        return OutputFormat("json" if form["type"] == "json_object" else "text")
    return OutputFormat("json_schema", form["schema"], form["name"], form.get("description"), form.get("strict"))


def _choice(choice: Any, parallel: bool | None) -> ToolChoice | None:
    match choice:
        case None:
            return None if parallel is None else ToolChoice("auto", parallel=parallel)
        case "auto" | "none" | "required" as mode:
            return ToolChoice(mode, parallel=parallel)
        case {"type": "function", "name": name}:
            return ToolChoice("tool", name, parallel=parallel)
        case {"type": kind, **rest} if kind != "allowed_tools" and not rest:
            return ToolChoice("tool", kind, parallel=parallel)
        case {"type": "allowed_tools", "mode": mode, "tools": tools} if all(tool["type"] == "function" for tool in tools):
            return ToolChoice(mode, allowed=tuple(tool["name"] for tool in tools), parallel=parallel)
    return None


def _tool(tool: JSON) -> Tool | HostedTool:
    if tool["type"] != "function":
        return HostedTool(tool["type"], without(tool, ("type",)))
    facts = metadata_of(FAMILY, without(tool, ("type", "name", "description", "parameters", "strict")))
    return Tool(tool["name"], tool.get("description"), tool.get("parameters"), tool.get("strict"), facts)
