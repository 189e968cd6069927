"""Media that a chat model made.

Audio: https://platform.openai.com/docs/guides/audio (unverified); `images`:
https://openrouter.ai/docs/features/multimodal/image-generation (read 2026-11-22).
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.media_source import decode_base64, sniff
from modelruntime.codecs.openai.vendor_fields import metadata_of, unknown_fields
from modelruntime.entities.parts import MediaPart

_AUDIO_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "opus": "audio/ogg",
    "pcm16": "audio/pcm",
    "aac": "audio/aac",
}


def parse_audio(audio: object, audio_format: str | None) -> MediaPart | None:
    """Speech as bytes with its transcript; None when there is none. What is no base64 stays text in `provider_metadata`."""
    fields = as_object(audio)
    data, identifier = as_text(fields.get("data")) or "", as_text(fields.get("id"))
    if not data and not identifier:
        return None
    sound = decode_base64(data)
    rest = unknown_fields(fields, ("data", "id", "transcript"))
    if sound is None:
        rest["data"] = data
    media_type = _AUDIO_TYPES.get(audio_format or "") or sniff(sound or b"")
    return MediaPart(sound or b"", media_type, identifier, as_text(fields.get("transcript")), metadata_of(rest))


def parse_images(images: object) -> tuple[MediaPart, ...]:
    """Images as the vendor gives them: mostly `data:` URLs, kept as such."""
    found: list[MediaPart] = []
    for image in as_array(images):
        url = _url(as_object(image))
        if url is not None:
            found.append(MediaPart(url, url[5:].partition(";")[0] if url.startswith("data:") else None))
    return tuple(found)


def _url(image: dict[str, Any]) -> str | None:
    holder = image.get("image_url")
    return as_text(holder) or as_text(as_object(holder).get("url")) or as_text(image.get("url"))
