"""The vendor's message → parts."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.cohere.family import FAMILY, PLAN, THINKING
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.parts import OpaquePart, Part, ReasoningPart, SourcePart, TextPart, ToolCallPart


def parse_message(message: JSON, output_tool: str | None = None) -> tuple[Part, ...]:
    """The plan first, then each block of the content with its citations after it, then the calls."""
    parts: list[Part] = []
    if plan := as_text(message.get("tool_plan")):
        parts.append(ReasoningPart(plan, made_as(PLAN)))
    cited = [as_object(citation) for citation in as_array(message.get("citations"))]
    blocks = _blocks(message.get("content"))
    default = next((at for at, block in enumerate(blocks) if block.get("type") == "text"), 0)
    for at, block in enumerate(blocks):
        parts.append(parse_block(block))
        parts += [parse_citation(each) for each in cited if each.get("content_index", default) == at]
    if not blocks:
        parts += [parse_citation(each) for each in cited]
    parts += [parse_call(as_object(call), output_tool) for call in as_array(message.get("tool_calls"))]
    return tuple(parts)


def parse_block(block: JSON) -> Part:
    """A text, a thought, or what the vendor added last week."""
    match block.get("type"):
        case "text":
            return TextPart(as_text(block.get("text")) or "", metadata_of(FAMILY, without(block, ("type", "text"))))
        case "thinking":
            return ReasoningPart(as_text(block.get("thinking")) or "", made_as(THINKING))
        case kind:
            return OpaquePart(FAMILY, str(kind), block)


def parse_citation(citation: JSON) -> SourcePart:
    """A citation of one or several sources; the first names it, all stay in the metadata, which goes back. `start` and `end`
    count characters of the block it belongs to."""
    source = as_object(next(iter(as_array(citation.get("sources"))), None))
    held = as_object(source.get("document")) or as_object(source.get("tool_output"))
    start, end = citation.get("start"), citation.get("end")
    return SourcePart(
        as_text(held.get("url")),
        as_text(held.get("title")),
        as_text(held.get("text")) or as_text(held.get("snippet")) or as_text(held.get("content")),
        start if isinstance(start, int) else None,
        end if isinstance(end, int) else None,
        {FAMILY: citation},
    )


def parse_call(call: JSON, output_tool: str | None = None) -> Part:
    """A call of a tool; that of `output_tool` is the answer itself."""
    function = as_object(call["function"])
    arguments = as_text(function.get("arguments")) or "{}"
    if output_tool is not None and function["name"] == output_tool:
        return TextPart(arguments)
    return ToolCallPart(call["id"], function["name"], arguments)


def made_as(form: str) -> dict[str, Any]:
    """The metadata of reasoning that this family made, which goes back as it came."""
    return {FAMILY: {"form": form}}


def _blocks(content: Any) -> list[JSON]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else [as_object(block) for block in as_array(content)]
