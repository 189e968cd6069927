"""Media inside a request."""

from __future__ import annotations

from binascii import b2a_base64

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, VideoPart

_DEFAULT = {ImagePart: "image/png", AudioPart: "audio/wav", VideoPart: "video/mp4"}
_MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


def media_url(part: ImagePart | AudioPart | VideoPart, model: str) -> str:
    """The part as a URL: its own, or a `data:` URI of its bytes. Raises `ParameterInvalid` for a source that was not
    resolved to either before the codec was asked."""
    if isinstance(part.source, str):
        return part.source
    if isinstance(part.source, bytes):
        return f"data:{_media_type(part, part.source)};base64,{b2a_base64(part.source, newline=False).decode()}"
    raise ParameterInvalid("this endpoint takes media as bytes or by URL only", field="input", model=model)


def _media_type(part: ImagePart | AudioPart | VideoPart, data: bytes) -> str:
    if part.media_type:
        return part.media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for start, name in _MAGIC if data.startswith(start)), _DEFAULT[type(part)])
