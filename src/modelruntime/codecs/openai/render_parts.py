"""Content parts on the wire.

Forms: https://platform.openai.com/docs/api-reference/chat/create (text, image_url, input_audio, file),
https://docs.vllm.ai/en/latest/features/multimodal_inputs.html (video_url), https://docs.perplexity.ai/guides/file-attachments
(file_url), https://docs.mistral.ai/capabilities/document_ai (document_url); unverified.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.openai.cache_marks import cache_mark
from modelruntime.codecs.openai.request import merge_into
from modelruntime.codecs.openai.vendor_fields import fields_of
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, MediaPart, Part, TextPart, VideoPart
from modelruntime.schema.profile import Profile

_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "x-flac": "flac", "x-m4a": "m4a", "mp4": "m4a"}

WireContent = str | list[dict[str, Any]]


def render_content(content: Content, profile: Profile, warnings: CallWarnings) -> WireContent:
    """Text as it is, parts as a list; one string where the endpoint takes nothing else."""
    if isinstance(content, str):
        return content
    if profile.content_as_text:
        return _as_text(content, warnings)
    return [wire for part in content if (wire := render_part(part, profile, warnings)) is not None]


def _as_text(parts: tuple[Part, ...], warnings: CallWarnings) -> str:
    for part in parts:
        if not isinstance(part, TextPart):
            warnings.drop(f"a part of kind {_kind(part)} was not sent: the endpoint takes only text", "messages")
    return "".join(part.text for part in parts if isinstance(part, TextPart))


def render_part(part: Part, profile: Profile, warnings: CallWarnings) -> dict[str, Any] | None:
    """One content part, or None (with a warning) for a kind that this family cannot say."""
    match part:
        case TextPart():
            wire: dict[str, Any] = {"type": "text", "text": part.text}
        case ImagePart():
            wire = {"type": "image_url", "image_url": _image(part, profile)}
        case AudioPart():
            content = inline(part.source, part.media_type, "audio/wav")
            kind = content.media_type.partition("/")[2]
            wire = {"type": "input_audio", "input_audio": {"data": content.base64, "format": _AUDIO_FORMATS.get(kind, kind)}}
        case VideoPart():
            url = remote_url(part.source) or inline(part.source, part.media_type, "video/mp4").url
            wire = {"type": "video_url", "video_url": {"url": url}}
        case DocumentPart():
            _check_source(part, profile.document_sources)
            wire = _document(part, profile)
        case MediaPart() if part.media_type is not None and part.media_type.startswith("image/"):
            wire = {"type": "image_url", "image_url": _image(ImagePart(part.source, part.media_type), profile)}
        case _:
            warnings.drop(f"a part of kind {_kind(part)} was not sent: this place of a message cannot hold it", "messages")
            return None
    if not isinstance(part, MediaPart):
        wire |= cache_mark(part.cache, profile)
    if part.provider_metadata:
        merge_into(wire, fields_of(part.provider_metadata))
    return wire


def _check_source(part: ImagePart | DocumentPart, taken: tuple[str, ...]) -> None:
    """Raises `ParameterInvalid` for a URL, or for content, that the endpoint does not take."""
    kind = "data" if remote_url(part.source) is None else "url"
    if kind not in taken:
        way = "inline: pass the bytes instead of a URL" if kind == "url" else "by URL"
        raise ParameterInvalid(f"the endpoint takes a part of kind {_kind(part)} only {way}", field="messages")


def _image(part: ImagePart, profile: Profile) -> dict[str, Any]:
    _check_source(part, profile.image_sources)
    image: dict[str, Any] = {"url": remote_url(part.source) or inline(part.source, part.media_type, "image/png").url}
    if part.detail is not None:
        image["detail"] = part.detail
    return image


def _document(part: DocumentPart, profile: Profile) -> dict[str, Any]:
    if isinstance(part.source, FileRef):
        return {"type": "file", "file": {"file_id": part.source.id}}
    url = remote_url(part.source) or inline(part.source, part.media_type, "application/pdf").url
    if profile.document_part == "document_url":
        return {"type": "document_url", "document_url": url}
    if profile.document_part == "file_url":
        return {"type": "file_url", "file_url": {"url": url if remote_url(part.source) else url.partition(",")[2]}}
    file = {"file_data": url}
    if part.filename is not None:
        file["filename"] = part.filename
    return {"type": "file", "file": file}


def _kind(part: Part) -> str:
    return str(part.__struct_config__.tag)
