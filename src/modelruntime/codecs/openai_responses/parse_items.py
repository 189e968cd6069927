"""Output items → parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.vendor_metadata import JSON, without
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


def parse_items(items: Any, output_tool: str | None = None) -> tuple[Part, ...]:
    """All parts of an answer's output."""
    return tuple(part for item in as_array(items) for part in parse_item(as_object(item), output_tool))


def parse_item(item: JSON, output_tool: str | None = None) -> list[Part]:
    """An item as parts, sources after the text they belong to. The call of `output_tool` is the answer itself."""
    kind = as_text(item.get("type")) or "unknown"
    match kind:
        case "message":
            facts = without(item, ("type", "role", "content"))
            contents = enumerate(as_array(item.get("content")))
            return [part for at, content in contents for part in parse_text(as_object(content), facts, at)]
        case "reasoning":
            return list(_reasoning(item))
        case "function_call" if item["name"] == output_tool:
            return [TextPart(item["arguments"])]
        case "function_call":
            facts = without(item, ("type", "call_id", "name", "arguments"))
            return [ToolCallPart(item["call_id"], item["name"], item["arguments"], {FAMILY: {"item": facts}})]
        case "image_generation_call" if picture := decode_base64(as_text(item.get("result")) or ""):
            media_type = f"image/{item.get('output_format') or 'png'}"
            return [MediaPart(picture, media_type, item.get("id"), None, {FAMILY: {"item": without(item, ("result",))}})]
        case _ if kind.endswith("_output"):
            return [HostedToolPart(kind.removesuffix("_output"), "result", item.get("id"), item, family=FAMILY)]
        case _ if kind.endswith("_call"):
            done = item.get("outputs") or item.get("results") or item.get("output") or kind == "web_search_call"
            name = kind.removesuffix("_call")
            return [HostedToolPart(name, "call_and_result" if done else "call", item.get("id"), item, family=FAMILY)]
        case _:
            return [OpaquePart(FAMILY, kind, item)]


def parse_text(content: JSON, item: JSON, at: int) -> Iterator[Part]:
    """A content of a message item: its text, and its citations."""
    kind = content.get("type")
    facts: JSON = {"item": item, "part": at}
    if kind != "output_text":
        facts["kind"] = kind
    yield TextPart(as_text(content.get("text")) or as_text(content.get("refusal")) or "", {FAMILY: facts})
    for note in as_array(content.get("annotations")):
        yield parse_annotation(as_object(note))


def parse_annotation(note: JSON) -> SourcePart:
    """A citation; its offsets count characters."""
    title = note.get("title") or note.get("filename")
    return SourcePart(note.get("url"), title, None, note.get("start_index"), note.get("end_index"), {FAMILY: note})


def _reasoning(item: JSON) -> Iterator[ReasoningPart]:
    """One part a summary or content. What is encrypted stands on the last: a stream knows it only then."""
    summaries = [("summary", as_object(each)["text"]) for each in as_array(item.get("summary"))]
    texts = summaries + [("content", as_object(each)["text"]) for each in as_array(item.get("content"))]
    facts = without(item, ("type", "summary", "content", "encrypted_content"))
    for at, (kind, text) in enumerate(texts or [("none", "")]):
        last = at + 1 >= len(texts)
        own = {**facts, "encrypted_content": item.get("encrypted_content")} if last else facts
        yield ReasoningPart(text, {FAMILY: {"item": own, "part": at, "kind": kind}})
