"""OpenAI-style content parts.

Part types of the chat completions API (https://github.com/openai/openai-openapi, unverified) and
`video_url`, which several servers of that dialect add. Base64 data becomes a `data:` URL and is not decoded here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modelruntime.codecs.openai.inbound.field import (
    check_texts,
    filled_text_at,
    is_list,
    leave_to_family,
    mapping_at,
    optional_text_at,
    refuse,
    text_at,
    unknown_keys,
)
from modelruntime.codecs.openai.vendor_fields import metadata_of
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, Part, ReasoningPart, TextPart, ToolCallPart, VideoPart

_TEXTS: dict[type, tuple[str, ...]] = {TextPart: ("text",), ReasoningPart: ("text",), ToolCallPart: ("id", "name", "arguments")}
_AUDIO_TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav"}


def content_from(value: Any, place: str) -> Content:
    """A text, or a tuple of the listed parts: objects or `Part`s. `place` names it in errors, e.g. `messages[0].content`."""
    if isinstance(value, str):
        return value
    if not is_list(value):
        refuse(place, "is missing" if value is None else f"must be text or a list of parts, not {type(value).__name__}")
    return tuple(part_from(part, f"{place}[{index}]") for index, part in enumerate(value))


def part_from(value: Any, place: str) -> Part:
    """One part. Raises `ParameterInvalid` naming the place that is odd."""
    if isinstance(value, Part):
        check_texts(value, _TEXTS.get(type(value), ()), place)
        return value
    fields = mapping_at(value, place)
    kind = filled_text_at(fields, "type", place)
    read = _READERS.get(kind)
    if read is None:
        leave_to_family(f"{place}.type", f"must be one of: {', '.join(_READERS)}")
    return read(fields, place)


def _read_text(fields: Mapping[str, Any], place: str) -> Part:
    return TextPart(text_at(fields, "text", place), metadata_of(unknown_keys(fields, ("type", "text"))))


def _read_refusal(fields: Mapping[str, Any], place: str) -> Part:
    """A refusal is text that a model wrote; the metadata say so, as they do for one that was just received."""
    return TextPart(text_at(fields, "refusal", place), metadata_of(unknown_keys(fields, ("type", "refusal")) | {"refusal": True}))


def _read_image(fields: Mapping[str, Any], place: str) -> Part:
    url, detail, metadata = _read_url(fields, "image_url", place, ("url", "detail"))
    if detail not in (None, "auto", "low", "high", "original"):
        refuse(f"{place}.image_url.detail", "must be one of: auto, low, high, original")
    return ImagePart(url, detail=detail, provider_metadata=metadata)


def _read_video(fields: Mapping[str, Any], place: str) -> Part:
    url, _, metadata = _read_url(fields, "video_url", place, ("url",))
    return VideoPart(url, provider_metadata=metadata)


def _read_url(fields: Mapping[str, Any], name: str, place: str, known: tuple[str, ...]) -> tuple[str, Any, dict[str, Any] | None]:
    """The address in `{name: {url: …}}`, or in `{name: …}` as some clients write it."""
    held = fields.get(name)
    if isinstance(held, str):
        held = {"url": held}
    inner = mapping_at(held, f"{place}.{name}")
    url = filled_text_at(inner, "url", f"{place}.{name}")
    return url, inner.get("detail"), metadata_of(_unknown(fields, name, inner, known))


def _read_audio(fields: Mapping[str, Any], place: str) -> Part:
    inner = mapping_at(fields.get("input_audio"), f"{place}.input_audio")
    data = filled_text_at(inner, "data", f"{place}.input_audio")
    form = filled_text_at(inner, "format", f"{place}.input_audio")
    media_type = _AUDIO_TYPES.get(form, f"audio/{form}")
    metadata = metadata_of(_unknown(fields, "input_audio", inner, ("data", "format")))
    return AudioPart(_data_url(data, media_type), media_type, metadata)


def _read_file(fields: Mapping[str, Any], place: str) -> Part:
    """A file by its data, or one that was uploaded before by its id."""
    inner = mapping_at(fields.get("file"), f"{place}.file")
    filename = optional_text_at(inner, "filename", f"{place}.file")
    data = optional_text_at(inner, "file_data", f"{place}.file")
    if not data and not inner.get("file_id"):
        refuse(f"{place}.file", "needs file_data or file_id")
    metadata = metadata_of(_unknown(fields, "file", inner, ("filename", "file_data", "file_id")))
    if not data:
        return DocumentPart(FileRef(str(inner["file_id"])), filename=filename, provider_metadata=metadata)
    media_type = "application/pdf" if filename is None or filename.lower().endswith(".pdf") else "application/octet-stream"
    return DocumentPart(_data_url(data, media_type), filename=filename, provider_metadata=metadata)


def _data_url(data: str, media_type: str) -> str:
    return data if data.startswith(("data:", "http://", "https://")) else f"data:{media_type};base64,{data}"


def _unknown(fields: Mapping[str, Any], name: str, inner: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    unknown = unknown_keys(fields, ("type", name))
    if deeper := unknown_keys(inner, known):
        unknown[name] = deeper
    return unknown


_READERS: dict[str, Callable[[Mapping[str, Any], str], Part]] = {
    "text": _read_text,
    "image_url": _read_image,
    "input_audio": _read_audio,
    "video_url": _read_video,
    "file": _read_file,
    "refusal": _read_refusal,
}
