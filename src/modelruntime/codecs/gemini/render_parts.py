"""Parts → wire parts."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gemini.family import FAMILY
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.vendor_metadata import JSON, facts_of, without
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content, ToolMessage, parts_of
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
    VideoPart,
)

_DEFAULTS = {
    ImagePart: "image/png",
    AudioPart: "audio/wav",
    VideoPart: "video/mp4",
    DocumentPart: "application/pdf",
    MediaPart: "application/octet-stream",
}


def render_parts(content: Content, warnings: CallWarnings) -> list[JSON]:
    """The wire parts of a message; what has none is dropped with a warning."""
    return [wire for part in parts_of(content) if (wire := render_part(part, warnings)) is not None]


def render_part(part: Part, warnings: CallWarnings) -> JSON | None:
    """One part; None for what is not sent."""
    facts = facts_of(FAMILY, part.provider_metadata)
    match part:
        case TextPart():
            return {"text": part.text, **facts}
        case ReasoningPart():
            if not facts and part.provider_metadata is not None:
                warnings.map("reasoning that another family wrote is not sent", "messages")
                return None
            return {"text": part.text, "thought": True, **facts} if part.text or facts else None
        case ToolCallPart():
            call = {"name": part.name, "args": _arguments(part), **({} if facts.get("noId") else {"id": part.id})}
            return {"functionCall": call, **without(facts, ("noId",))}
        case ImagePart() | AudioPart() | VideoPart() | DocumentPart() | MediaPart():
            return {**_media(part.source, part.media_type, _DEFAULTS[type(part)]), **facts}
        case HostedToolPart() if part.family == FAMILY:
            return {**part.data, **facts}
        case OpaquePart() if part.family == FAMILY:
            return dict(part.data)
        case SourcePart():
            return None  # derived from the answer; the vendor takes none back
        case _:
            warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
            return None


def render_result(message: ToolMessage, call: ToolCallPart | None, warnings: CallWarnings) -> JSON:
    """A tool's result: a JSON object goes as it is, another text as `result` or `error`; media stand beside it."""
    parts = parts_of(message.content)
    text = "".join(part.text for part in parts if isinstance(part, TextPart))
    response = _object(text)
    if response is None:
        response = {"error" if message.is_error else "result": text}
    name = message.name or (call.name if call else None)
    if name is None:
        raise ParameterInvalid("a tool's result must name its tool here: give its name or the call before it", field="messages")
    body: JSON = {"name": name, "response": response}
    if call is None or not facts_of(FAMILY, call.provider_metadata).get("noId"):
        body["id"] = message.tool_call_id
    media = [part for part in parts if not isinstance(part, TextPart)]
    if shown := [wire for part in media if (wire := render_part(part, warnings)) is not None]:
        body["parts"] = shown
    return {"functionResponse": body, **facts_of(FAMILY, message.provider_metadata)}


def _arguments(part: ToolCallPart) -> Any:
    try:
        return part.json()
    except ParameterInvalid:  # what a model wrote is history, not the caller's mistake
        return {"invalid_json": part.arguments}


def _media(source: Any, media_type: str | None, default: str) -> JSON:
    if isinstance(source, FileRef):
        return {"fileData": {"fileUri": source.id, **({"mimeType": media_type} if media_type else {})}}
    if url := remote_url(source):
        return {"fileData": {"fileUri": url, **({"mimeType": media_type} if media_type else {})}}
    found = inline(source, media_type, default)
    return {"inlineData": {"data": found.base64, "mimeType": found.media_type}}


def _object(text: str) -> JSON | None:
    try:
        found: Any = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    return found if is_object(found) else None
