"""Content blocks → parts."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.anthropic.parse_blocks import arguments_text
from modelruntime.codecs.bedrock.family import FAMILY
from modelruntime.codecs.bedrock.render_media import FORMATS
from modelruntime.codecs.json_value import as_array, as_object, as_text, at_pointer
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.vendor_metadata import JSON
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

_SERVER_CALL = "server_tool_use"


def parse_blocks(blocks: Any, output_tool: str | None = None) -> tuple[Part, ...]:
    """All parts of an answer's content."""
    return tuple(part for block in as_array(blocks) for part in parse_block(as_object(block), output_tool))


def parse_block(block: JSON, output_tool: str | None = None) -> list[Part]:
    """A block as parts: a cited text with its citations after it, else one part. The call of `output_tool` is the answer."""
    kind, value = single(block)
    match kind:
        case "text":
            return [TextPart(value)]
        case "citationsContent":
            text = "".join(as_text(as_object(piece).get("text")) or "" for piece in as_array(value.get("content")))
            return [TextPart(text), *(parse_citation(as_object(each)) for each in as_array(value.get("citations")))]
        case "reasoningContent":
            return [_reasoning(value)]
        case "toolUse" if value.get("type") == _SERVER_CALL:
            return [HostedToolPart(value["name"], "call", value["toolUseId"], block, family=FAMILY)]
        case "toolUse" if output_tool is not None and value["name"] == output_tool:
            return [TextPart(arguments_text(value.get("input")))]
        case "toolUse":
            return [ToolCallPart(value["toolUseId"], value["name"], arguments_text(value.get("input")))]
        case "toolResult":
            return [HostedToolPart(as_text(value.get("type")) or "tool", "result", value.get("toolUseId"), block, family=FAMILY)]
        case "image" | "audio" if (data := decode_base64(as_text(at_pointer(value, "/source/bytes")) or "")) is not None:
            return [MediaPart(data, _media_type(kind, value.get("format")))]
        case _:
            return [OpaquePart(FAMILY, kind, block)]


def single(union: JSON) -> tuple[str, Any]:
    """Name and value of the one member that an object of alternatives has."""
    name = next(iter(union), "")
    return name, union.get(name, {})


def parse_citation(citation: JSON) -> SourcePart:
    """A citation; its place in the source stays in the metadata, which goes back."""
    texts = [as_text(as_object(piece).get("text")) or "" for piece in as_array(citation.get("sourceContent"))]
    url = as_text(at_pointer(citation, "/location/web/url"))
    return SourcePart(url, as_text(citation.get("title")), "".join(texts) or None, provider_metadata={FAMILY: citation})


def _reasoning(value: JSON) -> ReasoningPart:
    if "redactedContent" in value:
        return ReasoningPart("", {FAMILY: {"redacted": value["redactedContent"]}})
    said = as_object(value.get("reasoningText"))
    signature = said.get("signature")
    return ReasoningPart(as_text(said.get("text")) or "", {FAMILY: {"signature": signature}} if signature else None)


def _media_type(kind: str, word: Any) -> str | None:
    return next((media_type for media_type, known in FORMATS[kind].items() if known == word), None)
