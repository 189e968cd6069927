"""Recorded requests of Cohere's chat, read into our types."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.cohere.family import FAMILY, PLAN
from modelruntime.codecs.cohere.parse_message import made_as, parse_block, parse_call, parse_citation
from modelruntime.codecs.vendor_metadata import without
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, Content, Message, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import DocumentPart, ImagePart, Part, ReasoningPart, TextPart
from modelruntime.entities.tools import Tool, ToolChoice

JSON = dict[str, Any]
PARAMETERS = (
    *("max_tokens", "temperature", "p", "k", "stop_sequences", "seed", "frequency_penalty", "presence_penalty", "logprobs"),
    *("thinking", "safety_mode", "citation_options", "priority"),
)
CHOICES: dict[str, ToolChoice] = {"REQUIRED": ToolChoice("required"), "NONE": ToolChoice("none")}


def parse_request(body: JSON) -> LLMCall:
    """The call that a recorded body is. Documents become parts of the last message of a user."""
    messages = [_message(message) for message in body["messages"]]
    documents = tuple(_document(document) for document in body.get("documents") or ())
    if documents:
        at = max(at for at, message in enumerate(messages) if isinstance(message, UserMessage))
        content = messages[at].content
        messages[at] = UserMessage((*((TextPart(content),) if isinstance(content, str) else content), *documents))
    output = body.get("response_format")
    known = ("model", "messages", "documents", "tools", "tool_choice", "strict_tools", "response_format", "stream", *PARAMETERS)
    return LLMCall(
        body["model"],
        tuple(messages),
        parameters={name: body[name] for name in PARAMETERS if name in body},
        tools=tuple(_tool(tool, body.get("strict_tools")) for tool in body.get("tools") or ()),
        tool_choice=CHOICES[body["tool_choice"]] if body.get("tool_choice") else None,
        output=OutputFormat("json_schema", output["json_schema"]) if output else None,
        stream=bool(body.get("stream")),
        extra=without(body, known),
    )


def canonical(body: JSON) -> JSON:
    """The body in one of the forms that the vendor takes as the same: one text as a string, no empty text."""
    return {**body, "messages": [_canonical(message) for message in body["messages"]]}


def _canonical(message: JSON) -> JSON:
    content = message.get("content")
    if isinstance(content, list):
        content = [block for block in content if block != {"type": "text", "text": ""}]
        if len(content) == 1 and content[0].keys() == {"type", "text"}:
            content = content[0]["text"]
    return {**message, "content": content}


def _message(message: JSON) -> Message:
    match message["role"]:
        case "system":
            return SystemMessage(_content(message["content"]))
        case "user":
            return UserMessage(_content(message["content"]))
        case "tool":
            return ToolMessage(message["tool_call_id"], _content(message["content"]))
        case _:
            return _assistant(message)


def _assistant(message: JSON) -> AssistantMessage:
    parts: list[Part] = [ReasoningPart(message["tool_plan"], made_as(PLAN))] if message.get("tool_plan") else []
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or ()
    parts += [parse_block(block) for block in blocks]
    parts += [parse_citation(citation) for citation in message.get("citations") or ()]
    parts += [parse_call(call) for call in message.get("tool_calls") or ()]
    return AssistantMessage(tuple(parts))


def _content(content: str | list[JSON]) -> Content:
    return content if isinstance(content, str) else tuple(_part(block) for block in content)


def _part(block: JSON) -> Part:
    match block["type"]:
        case "text":
            return TextPart(block["text"])
        case "image_url":
            return ImagePart(block["image_url"]["url"], detail=block["image_url"].get("detail"))
        case _:
            return _document(block["document"])


def _document(document: JSON) -> DocumentPart:
    facts = {"id": document["id"], "data": without(document["data"], ("text", "title"))}
    data = document["data"]
    return DocumentPart(data["text"].encode(), "text/plain", data.get("title"), {FAMILY: facts})


def _tool(tool: JSON, strict: bool | None) -> Tool:
    function = tool["function"]
    return Tool(function["name"], function.get("description"), function["parameters"], strict)
