"""Parts → content blocks."""

from __future__ import annotations

import re
from typing import Any

from modelruntime.codecs.anthropic.family import FAMILY, cache_control
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content, ToolMessage, parts_of
from modelruntime.entities.parts import (
    DocumentPart,
    HostedToolPart,
    ImagePart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)

_NO_ID = re.compile(r"[^a-zA-Z0-9_-]")


def render_blocks(content: Content, warnings: CallWarnings) -> list[JSON]:
    """The blocks of a message. Empty texts, which the vendor refuses, are left out; what has no block is dropped with a
    warning."""
    blocks: list[JSON] = []
    for part in parts_of(content):
        if isinstance(part, SourcePart):
            if (citation := facts_of(FAMILY, part.provider_metadata)) and blocks:
                blocks[-1].setdefault("citations", []).append(citation)
        elif block := _render(part, warnings):
            hint = getattr(part, "cache", None)
            blocks.append(block if hint is None else {**block, "cache_control": cache_control(hint)})
    return blocks


def render_result(message: ToolMessage, warnings: CallWarnings) -> JSON:
    """A tool's result, which stands in a user's turn."""
    content: Any = message.content if isinstance(message.content, str) else render_blocks(message.content, warnings)
    block: JSON = {"type": "tool_result", "tool_use_id": call_id(message.tool_call_id), "content": content}
    if message.is_error:
        block["is_error"] = True
    block |= facts_of(FAMILY, message.provider_metadata)
    return {**block, "cache_control": cache_control(message.cache)} if message.cache else block


def call_id(name: str) -> str:
    """An id that the vendor takes, for calls that another vendor's model made: letters, digits, `_` and `-` only."""
    return _NO_ID.sub("_", name)


def _render(part: Part, warnings: CallWarnings) -> JSON | None:
    facts = facts_of(FAMILY, part.provider_metadata)
    match part:
        case TextPart():
            return {"type": "text", "text": part.text, **facts} if part.text else None
        case ReasoningPart() if "redacted" in facts:
            return {"type": "redacted_thinking", "data": facts["redacted"]}
        case ReasoningPart() if "signature" in facts:
            return {"type": "thinking", "thinking": part.text, **facts}
        case ReasoningPart():
            if part.text:
                warnings.map("reasoning without this family's signature is not sent back", "messages")
            return None
        case ToolCallPart():
            return {"type": "tool_use", "id": call_id(part.id), "name": part.name, "input": _input(part), **facts}
        case ImagePart():
            return {"type": "image", "source": _source(part.source, part.media_type, "image/png"), **facts}
        case DocumentPart():
            title = {"title": part.filename} if part.filename else {}
            return {"type": "document", "source": _source(part.source, part.media_type, "application/pdf"), **title, **facts}
        case HostedToolPart() | OpaquePart() if part.family == FAMILY:
            return dict(part.data)
        case _:
            warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
            return None


def _input(part: ToolCallPart) -> Any:
    try:
        return part.json()
    except ParameterInvalid:  # what a model wrote is history, not the caller's mistake: it is shown as it was
        return {"invalid_json": part.arguments}


def _source(source: Any, media_type: str | None, default: str) -> JSON:
    if isinstance(source, FileRef):
        return {"type": "file", "file_id": source.id}
    if isinstance(source, bytes) and (media_type or "").startswith("text/"):
        return {"type": "text", "media_type": media_type, "data": source.decode("utf-8", "replace")}
    if url := remote_url(source):
        return {"type": "url", "url": url}
    found = inline(source, media_type, default)
    return {"type": "base64", "media_type": found.media_type, "data": found.base64}
