"""Media as a URL."""

from __future__ import annotations

from modelruntime.codecs.media_source import inline
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, VideoPart

_DEFAULT = {ImagePart: "image/png", AudioPart: "audio/wav", VideoPart: "video/mp4"}


def media_url(part: ImagePart | AudioPart | VideoPart, model: str) -> str:
    """The part's own URL, or a `data:` URL of its bytes. Raises `ParameterInvalid` for a source that was not resolved to
    either before the codec was asked."""
    if isinstance(part.source, str):
        return part.source
    if isinstance(part.source, bytes):
        return inline(part.source, part.media_type, _DEFAULT[type(part)]).url
    raise ParameterInvalid("this endpoint takes media as bytes or by URL only", field="input", model=model)
