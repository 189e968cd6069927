"""Attachments as codecs see them: bytes, a `data:` URL, or a URL that the vendor fetches itself."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.parts import MediaSource

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}


class Inline(msgspec.Struct, frozen=True):
    """Content that travels in the request: its type and its bytes as base64 text."""

    media_type: str
    base64: str

    @property
    def url(self) -> str:
        """The content as a `data:` URL."""
        return f"data:{self.media_type};base64,{self.base64}"


def remote_url(source: MediaSource) -> str | None:
    """The URL that somebody has to fetch, None for content that is here already."""
    return source if isinstance(source, str) and not source.startswith("data:") else None


def inline(source: MediaSource, media_type: str | None, default: str) -> Inline:
    """The content of a source that needs no fetching; the type is the one stated, else seen in the bytes, else `default`.

    Raises `ParameterInvalid` for a URL and for a path: whoever does the I/O resolves them before the codec is asked.
    """
    if isinstance(source, bytes):
        return Inline(media_type or sniff(source) or default, base64.b64encode(source).decode("ascii"))
    if isinstance(source, FileRef):
        raise ParameterInvalid("the endpoint takes no file of the vendor's own here: pass its bytes", field="messages")
    if isinstance(source, Path):
        raise ParameterInvalid(
            f"the file {source.name!r} was not read before the call was encoded: pass its bytes", field="messages"
        )
    if not source.startswith("data:"):
        raise ParameterInvalid("the endpoint takes this attachment only inline: pass its bytes instead of a URL", field="messages")
    head, comma, data = source.partition(",")
    kind, *options = head.removeprefix("data:").split(";")
    if not comma or "base64" not in options:
        raise ParameterInvalid("a data URL must hold base64", field="messages")
    return Inline(media_type or kind or default, data)


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes show, for the common kinds; None when they show none."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    return "video/mp4" if data[4:8] == b"ftyp" else None


def decode_base64(text: str) -> bytes | None:
    """The bytes, or None for what is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
