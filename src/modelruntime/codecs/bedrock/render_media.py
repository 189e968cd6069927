"""Attachments as content blocks: bytes, or an object in S3.

Formats: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html and its neighbours; names of
documents: …/API_runtime_DocumentBlock.html (read 2026-11-28).
"""

from __future__ import annotations

import re
from typing import Any

from modelruntime.codecs.bedrock.family import FAMILY
from modelruntime.codecs.media_source import inline
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AttachmentPart, AudioPart, DocumentPart, ImagePart, MediaPart, MediaSource, VideoPart

_DEFAULTS = {"image": "image/png", "document": "application/pdf", "video": "video/mp4", "audio": "audio/wav"}
FORMATS: dict[str, dict[str, str]] = {
    "image": {f"image/{name}": name for name in ("png", "jpeg", "gif", "webp")} | {"image/jpg": "jpeg"},
    "document": {
        "application/pdf": "pdf",
        "text/csv": "csv",
        "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "text/html": "html",
        "text/plain": "txt",
        "text/markdown": "md",
    },
    "video": {
        "video/mp4": "mp4",
        "video/quicktime": "mov",
        "video/x-matroska": "mkv",
        "video/webm": "webm",
        "video/x-flv": "flv",
        "video/mpeg": "mpeg",
        "video/x-ms-wmv": "wmv",
        "video/3gpp": "three_gp",
    },
    "audio": {
        "audio/mpeg": "mp3",
        "audio/mp3": "mp3",
        "audio/wav": "wav",
        "audio/x-wav": "wav",
        "audio/wave": "wav",
        "audio/opus": "opus",
        "audio/aac": "aac",
        "audio/flac": "flac",
        "audio/ogg": "ogg",
        "audio/mp4": "mp4",
        "audio/m4a": "m4a",
        "audio/x-m4a": "m4a",
        "audio/webm": "webm",
    },
}
"""Kind of block → media type → the vendor's word for the format."""
_UNSAYABLE = re.compile(r"[^A-Za-z0-9\-()\[\]]+")
_LONGEST_NAME = 200


class DocumentNames:
    """Names of the documents of one request: sayable, and each once, as the vendor wants them."""

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: set[str] = set()

    def name(self, filename: str | None) -> str:
        """The file's name in letters that the vendor takes; a number where there is none, or where it is taken."""
        plain = _UNSAYABLE.sub(" ", filename or "").strip()[: _LONGEST_NAME - 10] or f"Document {len(self._given) + 1}"
        found, number = plain, 2
        while found in self._given:
            found, number = f"{plain} {number}", number + 1
        self._given.add(found)
        return found


def kind_of(part: AttachmentPart | MediaPart) -> str:
    """The kind of block that carries a part. Raises `ParameterInvalid` for media of no kind that the vendor knows."""
    match part:
        case ImagePart():
            return "image"
        case DocumentPart():
            return "document"
        case VideoPart():
            return "video"
        case AudioPart():
            return "audio"
        case _:
            kind = (part.media_type or "").partition("/")[0]
            return kind if kind in ("image", "audio") else "image"


def render_media(part: AttachmentPart | MediaPart, names: DocumentNames) -> JSON:
    """The block of an attachment. Raises `ParameterInvalid` for a URL, a file that was not read, and a format without a word."""
    kind = kind_of(part)
    if isinstance(part.source, str) and part.source.startswith("s3://"):
        source: JSON = {"s3Location": {"uri": part.source}}
        media_type = part.media_type or _type_of_ending(kind, part.source) or _DEFAULTS[kind]
    else:
        found = inline(part.source, part.media_type, _DEFAULTS[kind])
        source, media_type = {"bytes": found.base64}, found.media_type
    facts = dict(facts_of(FAMILY, part.provider_metadata))
    if owner := facts.pop("bucketOwner", None):
        source["s3Location"]["bucketOwner"] = owner
    block: JSON = {"format": _format(kind, media_type), "source": source, **facts}
    if isinstance(part, DocumentPart):
        block["name"] = names.name(part.filename)
    return {kind: block}


def _format(kind: str, media_type: str) -> str:
    found = FORMATS[kind].get(media_type.partition(";")[0].strip().lower())
    if found is None:
        known = ", ".join(dict.fromkeys(FORMATS[kind].values()))
        raise ParameterInvalid(f"{media_type} is no format of {kind} that the endpoint takes: {known}", field="messages")
    return found


def _type_of_ending(kind: str, address: MediaSource) -> str | None:
    ending = str(address).rpartition(".")[2].lower()
    words: dict[str, Any] = {word: media_type for media_type, word in reversed(FORMATS[kind].items())} | {"jpg": "image/jpeg"}
    return words.get(ending)
