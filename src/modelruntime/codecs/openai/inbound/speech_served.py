"""Text to speech, served: `POST /v1/audio/speech` (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, mapping_at, refuse

_STRUCTURE = frozenset(("model", "input", "voice", "stream_format"))


class InboundSpeech(msgspec.Struct, frozen=True):
    """A client's request. `voice` None is the model's default."""

    model: str
    text: str
    voice: str | None
    parameters: dict[str, Any]


def parse_speech_request(body: Mapping[str, Any]) -> InboundSpeech:
    """The call. Raises `ParameterInvalid` naming the place that cannot be read."""
    if body.get("stream_format") not in (None, "audio"):
        refuse("stream_format", "must be audio: speech comes as bytes")
    parameters = {name: value for name, value in body.items() if name not in _STRUCTURE and value is not None}
    return InboundSpeech(filled_text_at(body, "model", "body"), filled_text_at(body, "input", "body"), _voice(body), parameters)


def _voice(body: Mapping[str, Any]) -> str | None:
    """A name, or an object with the id of a voice of one's own; empty is the default."""
    voice = body.get("voice")
    if voice is None or voice == "" or voice == "default":
        return None
    if isinstance(voice, str):
        return voice
    if is_list(voice):
        refuse("voice", "must be text")
    return filled_text_at(mapping_at(voice, "voice"), "id", "voice")


MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""`response_format` → media type."""
