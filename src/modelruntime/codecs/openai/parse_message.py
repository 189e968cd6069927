"""The assistant's message of a whole reply."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_object
from modelruntime.codecs.openai.parse_media import parse_audio, parse_images
from modelruntime.codecs.openai.parse_sources import parse_annotations
from modelruntime.codecs.openai.reasoning_details import FIELD as DETAILS
from modelruntime.codecs.openai.reasoning_details import details_text
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.think_tags import ThinkTags
from modelruntime.codecs.openai.tool_call_ids import make_id
from modelruntime.codecs.openai.vendor_fields import FAMILY, metadata_of, unknown_fields
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import HostedToolPart, Part, ReasoningPart, TextPart, ToolCallPart
from modelruntime.schema.profile import Profile

REASONING_FIELDS = ("reasoning_content", "reasoning")
KNOWN = frozenset(
    ("role", "content", "refusal", "tool_calls", "function_call", "audio", "images", "annotations", "executed_tools", "index")
)
_PLAIN = frozenset(("role", "content"))
KNOWN_OF_CALL = frozenset(("id", "type", "function", "index"))


def parse_message(message: dict[str, Any], reply_id: str, context: ReplyContext) -> AssistantMessage:
    """Reasoning, hosted tool steps, text, tool calls, sources, media, in this order; other fields in `provider_metadata`."""
    profile = context.endpoint.profile
    beside = unknown_fields(message, _PLAIN)
    if not beside:
        return AssistantMessage(tuple(_content(message.get("content"), profile)))
    own = profile.reasoning_field
    fields = (own, *REASONING_FIELDS) if own else REASONING_FIELDS
    parts: list[Part] = [*_reasoning(beside, fields)]
    text = _content(message.get("content"), replace(profile, think_open=False) if parts and profile.think_open else profile)
    parts += [*parse_executed_tools(beside.get("executed_tools")), *text]
    if refusal := as_text(beside.get("refusal")):
        parts.append(TextPart(refusal, metadata_of({"refusal": True})))
    parts.extend(_calls(beside, reply_id, context))
    sources, others = parse_annotations(beside.get("annotations"))
    parts.extend(sources)
    if audio := parse_audio(beside.get("audio"), context.audio_format):
        parts.append(audio)
    parts.extend(parse_images(beside.get("images")))
    kept = unknown_fields(beside, KNOWN.union(fields))
    if others:
        kept["annotations"] = others
    return AssistantMessage(tuple(parts), provider_metadata=metadata_of(kept))


def _reasoning(message: dict[str, Any], fields: tuple[str, ...]) -> list[ReasoningPart]:
    for field in fields:
        if text := as_text(message.get(field)):
            return [ReasoningPart(text, metadata_of({"field": field}))]
    text = details_text(message.get(DETAILS))
    return [ReasoningPart(text, metadata_of({"field": DETAILS}))] if text else []


def _content(content: object, profile: Profile) -> list[Part]:
    if isinstance(content, str):
        return split_text(content, profile)
    if is_object(content):
        return [TextPart(msgspec.json.encode(content).decode())]
    parts: list[Part] = []
    for item in as_array(content):
        parts.extend(parse_content_item(as_object(item)))
    return parts


def split_text(text: str, profile: Profile) -> list[Part]:
    """Text, with the reasoning between think tags taken out where the profile names tags."""
    if profile.think_tags is None:
        text = text.lstrip() if profile.text_lstrip else text
        return [TextPart(text)] if text else []
    tags = ThinkTags(profile.think_tags, begins_inside=profile.think_open)
    joined: list[tuple[str, str]] = []
    for said, piece in (*tags.feed(text), *tags.close()):
        if joined and joined[-1][0] == said:
            joined[-1] = (said, joined[-1][1] + piece)
        else:
            joined.append((said, piece))
    parts: list[Part] = []
    seen_text = False
    for kind, piece in joined:
        if kind == "reasoning":
            parts.append(ReasoningPart(piece, metadata_of({"field": "tags"})))
        elif kept := piece.lstrip() if profile.text_lstrip and not seen_text else piece:
            parts.append(TextPart(kept))
            seen_text = True
    return parts


def parse_content_item(item: dict[str, Any]) -> list[Part]:
    """One element of a content list: text, thinking (https://docs.mistral.ai/capabilities/reasoning; read 2026-11-22),
    an image; an element of another kind is kept as a step of a vendor-run tool."""
    kind = item.get("type")
    if kind == "thinking":
        inner = item.get("thinking")
        said = inner if isinstance(inner, str) else "".join(as_text(as_object(one).get("text")) or "" for one in as_array(inner))
        kept = unknown_fields(item, ("type", "thinking"))
        return [ReasoningPart(said, metadata_of({"field": "content", **kept}))]
    if kind == "image_url":
        return list(parse_images([item]))
    text = as_text(item.get("text"))
    if text is not None:
        return [TextPart(text, metadata_of(unknown_fields(item, ("type", "text", "annotations"))))] if text else []
    return [HostedToolPart(str(kind), "result", data=item, family=FAMILY)] if item else []


def parse_executed_tools(tools: object) -> list[HostedToolPart]:
    """Steps of the vendor's own tools (https://console.groq.com/docs/agentic-tooling; unverified)."""
    return [
        HostedToolPart(as_text(as_object(tool).get("type")) or "tool", "call_and_result", data=tool, family=FAMILY)
        for tool in as_array(tools)
        if tool
    ]


def _calls(message: dict[str, Any], reply_id: str, context: ReplyContext) -> list[Part]:
    calls = [as_object(call) for call in as_array(message.get("tool_calls"))]
    legacy = as_object(message.get("function_call"))
    if not calls and legacy.get("name"):  # Snowflake's answers have one without a name where nothing is called
        calls = [{"function": legacy}]
    return [parse_call(call, at, reply_id, context) for at, call in enumerate(calls)]


def parse_call(call: dict[str, Any], at: int, reply_id: str, context: ReplyContext) -> ToolCallPart | TextPart:
    """One tool call; the forced output tool's arguments are text. Without an id it gets one; its arguments stay as they are."""
    function = as_object(call.get("function"))
    name = as_text(function.get("name")) or ""
    arguments = arguments_text(function.get("arguments"))
    if name == context.output_tool:
        return TextPart(arguments)
    identifier = as_text(call.get("id")) or make_id(reply_id, at, name)
    return ToolCallPart(identifier, name, arguments, metadata_of(unknown_fields(call, KNOWN_OF_CALL)))


def arguments_text(arguments: object) -> str:
    """The arguments' JSON text; some servers send the object itself."""
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else msgspec.json.encode(arguments).decode()
