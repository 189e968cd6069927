"""Attachments are resolved before a call is rendered: a codec never opens a file or a URL."""

from __future__ import annotations

import mimetypes
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import Content, Message
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, MediaPart, VideoPart
from modelruntime.runtime.effects import Compute, FetchAttachment, Plan
from modelruntime.schema.profile import Profile
from modelruntime.transports.contract import Timeouts

MAX_BYTES = 64 * 2**20
ATTACHMENTS = (ImagePart, AudioPart, VideoPart, DocumentPart, MediaPart)
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)


def resolve_messages(messages: tuple[Message, ...], profile: Profile, timeouts: Timeouts) -> Plan[tuple[Message, ...]]:
    """The same messages with every path read, and every URL that the vendor cannot take fetched."""
    resolved: list[Message] = []
    for message in messages:
        if not _has_attachment(message.content):
            resolved.append(message)
            continue
        parts: list[Any] = list(message.content)
        for at, part in enumerate(parts):
            if isinstance(part, ATTACHMENTS):
                parts[at] = yield from resolve_part(part, profile, timeouts)
        resolved.append(replace(message, content=tuple(parts)))
    return tuple(resolved)


def resolve_part(part: Any, profile: Profile, timeouts: Timeouts) -> Plan[Any]:
    """One part with its bytes at hand, or a URL that the vendor fetches itself."""
    source = part.source
    if isinstance(source, FileRef):
        return part
    if isinstance(source, Path):
        body = yield Compute(partial(read_file, source))
        named = {"filename": part.filename or source.name} if isinstance(part, DocumentPart) else {}
        return replace(part, source=body, media_type=part.media_type or media_type_of(body, source.name), **named)
    if isinstance(source, bytes):
        return part if part.media_type else replace(part, media_type=media_type_of(source, None))
    if not isinstance(source, str):
        raise ParameterInvalid(
            f"an attachment's source is a URL, bytes or a pathlib.Path, not {type(source).__name__}", field="source"
        )
    if source.startswith("data:"):
        return part
    if not source.startswith(("http://", "https://")):
        if "://" in source:
            return part  # a vendor's own scheme, such as a bucket or an uploaded file
        raise ParameterInvalid(
            "an attachment's source is a URL, bytes or a pathlib.Path; a plain file name must be given as a Path", field="source"
        )
    if isinstance(part, ImagePart) and "url" not in profile.image_sources:
        response = yield FetchAttachment(source, timeouts)
        if response.head.status != 200:
            raise ParameterInvalid(f"an attachment could not be fetched: HTTP {response.head.status}", field="source")
        declared = (response.head.header("content-type") or "").split(";")[0].strip() or None
        return replace(part, source=response.body, media_type=part.media_type or declared or media_type_of(response.body, source))
    return part


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises `ParameterInvalid` when it is missing, unreadable or over 64 MiB."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ParameterInvalid(f"{path.name} has {size} bytes; an attachment may have {MAX_BYTES}", field="source")
        return path.read_bytes()
    except OSError as cause:
        raise ParameterInvalid(f"{path.name} cannot be read: {cause.strerror}", field="source") from cause
    except ValueError as cause:
        raise ParameterInvalid("an attachment's path holds a letter that no file name has", field="source") from cause


def media_type_of(body: bytes, name: str | None) -> str | None:
    """By the first bytes, else by the file name's ending, else None."""
    for at, magic, media_type in MAGIC:
        if body[at : at + len(magic)] == magic:
            return media_type
    return mimetypes.guess_type(name)[0] if name else None


def _has_attachment(content: Content) -> bool:
    return not isinstance(content, str) and any(isinstance(part, ATTACHMENTS) for part in content)
