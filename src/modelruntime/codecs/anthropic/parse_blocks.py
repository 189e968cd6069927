"""Content blocks → parts. Shapes: https://docs.anthropic.com/en/api/messages, read 2026-11-22."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.anthropic.family import FAMILY
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.parts import (
    HostedToolPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)

_CALLS = ("server_tool_use", "mcp_tool_use")


def parse_blocks(blocks: Any, output_tool: str | None = None) -> tuple[Part, ...]:
    """All parts of an answer's content."""
    return tuple(part for block in as_array(blocks) for part in parse_block(as_object(block), output_tool))


def parse_block(block: JSON, output_tool: str | None = None) -> list[Part]:
    """A block as parts: a text with its citations after it, else one part. The call of `output_tool` is the answer itself."""
    kind = block.get("type")
    match kind:
        case "text":
            facts = without(block, ("type", "text", "citations"))
            text = TextPart(as_text(block.get("text")) or "", metadata_of(FAMILY, facts))
            return [text, *(parse_citation(as_object(each)) for each in as_array(block.get("citations")))]
        case "thinking":
            return [ReasoningPart(block["thinking"], metadata_of(FAMILY, without(block, ("type", "thinking"))))]
        case "redacted_thinking":
            return [ReasoningPart("", {FAMILY: {"redacted": block["data"]}})]
        case "tool_use" if output_tool is not None and block["name"] == output_tool:
            return [TextPart(arguments_text(block.get("input")))]
        case "tool_use":
            facts = without(block, ("type", "id", "name", "input"))
            return [ToolCallPart(block["id"], block["name"], arguments_text(block.get("input")), metadata_of(FAMILY, facts))]
        case str() if kind in _CALLS:
            return [HostedToolPart(block["name"], "call", block["id"], block, family=FAMILY)]
        case str() if kind.endswith("_tool_result"):
            return [HostedToolPart(kind.removesuffix("_tool_result"), "result", block.get("tool_use_id"), block, family=FAMILY)]
        case _:
            return [OpaquePart(FAMILY, str(kind), block)]


def parse_citation(citation: JSON) -> SourcePart:
    """A citation; its place in the source stays in the metadata, which goes back."""
    title = citation.get("title") or citation.get("document_title")
    return SourcePart(citation.get("url"), title, citation.get("cited_text"), provider_metadata={FAMILY: citation})


def arguments_text(value: Any) -> str:
    """A call's input as JSON text."""
    return msgspec.json.encode({} if value is None else value).decode()
