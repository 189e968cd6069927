"""Content blocks of a request → parts: what callers make beside what models answered
(https://docs.anthropic.com/en/api/messages, read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.anthropic.family import FAMILY
from modelruntime.codecs.anthropic.parse_blocks import parse_block
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.openai.inbound.field import (
    filled_text_at,
    is_list,
    mapping_at,
    optional_text_at,
    refuse,
    text_at,
)
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content
from modelruntime.entities.parts import (
    DocumentPart,
    ImagePart,
    MediaSource,
    OpaquePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
)

_MEDIA = ("type", "source", "title", "cache_control")


def content_from(value: Any, place: str) -> Content:
    """A text, or the parts of its blocks. Raises `ParameterInvalid` naming the place that cannot be read."""
    if isinstance(value, str):
        return value
    if not is_list(value):
        refuse(place, "is missing" if value is None else f"must be text or a list of blocks, not {type(value).__name__}")
    return tuple(part for at, block in enumerate(value) for part in parts_from(block, f"{place}[{at}]"))


def parts_from(value: Any, place: str) -> list[Part]:
    """The parts of one block: a text has its citations after it."""
    block = dict(mapping_at(value, place))
    kind = filled_text_at(block, "type", place)
    cache = cache_from(block, place)
    match kind:
        case "image":
            source, media_type = _source(block, place)
            return [ImagePart(source, media_type, None, metadata_of(FAMILY, without(block, _MEDIA)), cache)]
        case "document" if as_object(block.get("source")).get("type") != "content":
            source, media_type = _source(block, place)
            title = optional_text_at(block, "title", place)
            return [DocumentPart(source, media_type, title, metadata_of(FAMILY, without(block, _MEDIA)), cache)]
        case "text":
            text_at(block, "text", place)
            text, *sources = parse_block(without(block, ("cache_control",)))
            assert isinstance(text, TextPart)
            return [TextPart(text.text, text.provider_metadata, cache), *sources]
        case "thinking":
            text_at(block, "thinking", place)
            return [_thinking(block)]
        case "tool_use":
            filled_text_at(block, "id", place)
            filled_text_at(block, "name", place)
            (call,) = parse_block(without(block, ("cache_control",)))
            assert isinstance(call, ToolCallPart)
            return [ToolCallPart(call.id, call.name, call.arguments, call.provider_metadata, cache)]
        case _:
            return _others(block, place)


def cache_from(block: Mapping[str, Any], place: str) -> CacheHint | None:
    """The mark for prompt caching, where there is one."""
    control = block.get("cache_control")
    if control is None:
        return None
    ttl = mapping_at(control, f"{place}.cache_control").get("ttl")
    return CacheHint(ttl) if ttl in (None, "5m", "1h") else refuse(f"{place}.cache_control.ttl", "must be 5m or 1h")


def _thinking(block: dict[str, Any]) -> ReasoningPart:
    """Thinking of another family's model was told with an empty signature: it has none."""
    facts = without(block, ("type", "thinking"))
    return ReasoningPart(block["thinking"], metadata_of(FAMILY, facts) if facts.get("signature") else None)


def _others(block: dict[str, Any], place: str) -> list[Part]:
    """Blocks that go back as they came: the vendor's own tools, encrypted thinking, what is not known here."""
    try:
        return parse_block(block)
    except (KeyError, TypeError, AttributeError):
        if block["type"] in ("tool_result", "redacted_thinking"):
            refuse(place, f"is no whole {block['type']} block")
        return [OpaquePart(FAMILY, block["type"], block)]


def _source(block: Mapping[str, Any], place: str) -> tuple[MediaSource, str | None]:
    place = f"{place}.source"
    source = mapping_at(block.get("source"), place)
    match filled_text_at(source, "type", place):
        case "base64":
            data = decode_base64(filled_text_at(source, "data", place))
            return data if data is not None else refuse(f"{place}.data", "must be base64"), filled_text_at(
                source, "media_type", place
            )
        case "text":
            return text_at(source, "data", place).encode(), optional_text_at(source, "media_type", place) or "text/plain"
        case "url":
            return filled_text_at(source, "url", place), None
        case "file":
            return FileRef(filled_text_at(source, "file_id", place)), None
        case _:
            return refuse(f"{place}.type", "must be base64, text, url or file")
