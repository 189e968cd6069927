"""Parts of an answer → output items."""

from __future__ import annotations

from base64 import b64encode

from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.inbound.items import FOREIGN
from modelruntime.codecs.vendor_metadata import JSON, facts_of
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

_PREFIXES: dict[type, str] = {TextPart: "msg", ReasoningPart: FOREIGN.removesuffix("_"), ToolCallPart: "fc", MediaPart: "ig"}


def render_output(parts: tuple[Part, ...], served_id: str) -> list[JSON]:
    """The items; a citation stands in the text before it."""
    items: list[JSON] = []
    for part in parts:
        if isinstance(part, SourcePart):
            if items and items[-1]["type"] == "message":
                items[-1]["content"][-1]["annotations"].append(render_annotation(part))
        elif (item := render_item(part, item_id(part, served_id, len(items)))) is not None:
            items.append(item)
    return items


def item_id(part: Part, served_id: str, at: int) -> str:
    """An id for an item of ours; the vendor's own items keep theirs."""
    return f"{_PREFIXES.get(type(part), 'it')}_{served_id}_{at}"


def render_item(part: Part, identifier: str) -> JSON | None:
    """A finished item; None for a part that the family has no item for."""
    facts = facts_of(FAMILY, getattr(part, "provider_metadata", None))
    own = {name: value for name, value in facts.get("item", {}).items() if value is not None}
    match part:
        case TextPart():
            content = text_content(part)
            return {"type": "message", "id": identifier, "status": "completed", "role": "assistant", **own, "content": [content]}
        case ReasoningPart():
            return _reasoning(part, facts, {"id": identifier, **own})
        case ToolCallPart():
            call = {"call_id": part.id, "name": part.name, "arguments": part.arguments}
            return {"type": "function_call", "id": identifier, "status": "completed", **call, **own}
        case MediaPart() if (part.media_type or "").startswith("image/") and isinstance(part.source, bytes):
            picture = {"status": "completed", "result": b64encode(part.source).decode()}
            return {"type": "image_generation_call", "id": identifier, **own, **picture}
        case HostedToolPart() | OpaquePart() if part.family == FAMILY:
            return dict(part.data)
        case _:
            return None


def text_content(part: TextPart) -> JSON:
    """The content of a message item."""
    if facts_of(FAMILY, part.provider_metadata).get("kind") == "refusal" or _refused(part):
        return {"type": "refusal", "refusal": part.text}
    return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": []}


def render_annotation(source: SourcePart) -> JSON:
    """The vendor's own annotation, or a place on the web in its form."""
    if own := facts_of(FAMILY, source.provider_metadata):
        return own
    place = {"url": source.url or "", "title": source.title or ""}
    return {"type": "url_citation", **place, "start_index": source.start or 0, "end_index": source.end or 0}


def _refused(part: TextPart) -> bool:
    return "refusal" in facts_of("openai", part.provider_metadata)


def _reasoning(part: ReasoningPart, facts: JSON, own: JSON) -> JSON:
    item: JSON = {"type": "reasoning", "summary": [], **own}
    if facts.get("kind") == "content":
        return {**item, "content": [{"type": "reasoning_text", "text": part.text}]}
    return {**item, "summary": [{"type": "summary_text", "text": part.text}]} if part.text else item
