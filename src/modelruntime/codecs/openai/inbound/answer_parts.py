"""The parts of an answer as fields of the family's message, whole or as deltas."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from modelruntime.codecs.openai.vendor_fields import fields_of
from modelruntime.entities.parts import MediaPart, SourcePart, TextPart, ToolCallPart


def is_refusal(part: TextPart) -> bool:
    """Did the model refuse with this text?"""
    return bool(part.provider_metadata) and "refusal" in fields_of(part.provider_metadata)


def render_call(call: ToolCallPart) -> dict[str, Any]:
    """A call of a function."""
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def render_source(source: SourcePart) -> dict[str, Any]:
    """A citation as an annotation."""
    citation = {
        "url": source.url,
        "title": source.title,
        "content": source.text,
        "start_index": source.start,
        "end_index": source.end,
    }
    return {"type": "url_citation", "url_citation": {name: value for name, value in citation.items() if value is not None}}


def render_media(media: MediaPart) -> tuple[str, Any] | None:
    """The field and its value: `audio` for speech, an item of `images` for a picture; None for what the family has no place for."""
    kind = (media.media_type or "").partition("/")[0]
    if kind == "audio" and isinstance(media.source, bytes):
        data = b64encode(media.source).decode()
        return "audio", {"id": media.id or "audio", "data": data, "transcript": media.transcript or "", "expires_at": 0}
    if isinstance(media.source, str):
        url = media.source
    elif isinstance(media.source, bytes):
        url = f"data:{media.media_type or 'application/octet-stream'};base64,{b64encode(media.source).decode()}"
    else:
        return None
    return "images", {"type": "image_url", "image_url": {"url": url}}
