"""Text to speech: `POST /v1/text-to-speech/{voice}` and `/stream` (package `elevenlabs` 2.78.0, generated from the vendor's OpenAPI
document; https://elevenlabs.io/docs/api-reference/text-to-speech/convert; read 2026-11-28)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.query_text import with_query
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, needed_voice, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.speech_result import SpeechResult

_QUERY = ("output_format", "enable_logging", "optimize_streaming_latency")
"""Parameters that stand in the query; all others stand in the body."""
_FORMATS = {
    "mp3": "mp3_44100_128",
    "wav": "wav_24000",
    "pcm": "pcm_24000",
    "opus": "opus_48000_128",
    "ulaw": "ulaw_8000",
    "alaw": "alaw_8000",
}
"""`response_format` → the format of every plan: 44.1 kHz of WAV and PCM is for the greater ones."""
_CHARACTERS = "x-character-count"
"""The billed characters (https://elevenlabs.io/docs/api-reference/introduction; the header is unverified)."""


class ElevenLabsSpeech:
    """The voice stands in the path, so there is no speech without one."""

    name = "elevenlabs_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speech(call, endpoint, "speech", "/v1/text-to-speech/{voice}"), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint, "speech_stream", "/v1/text-to-speech/{voice}/stream"), endpoint)


def render_speech(call: TTSCall, endpoint: Endpoint, operation: str, path: str) -> SpokenRequest:
    """The request. Raises `ParameterInvalid` for no text and for no voice."""
    check_text(call)
    voice = needed_voice(call)
    fields: dict[str, Any] = {"text": call.text, "model_id": endpoint.model, "response_format": endpoint.profile.speech_format}
    body, warnings = render_body(fields, call, endpoint.profile)
    asked = as_text(body.pop("response_format", None))
    query: dict[str, Any] = {"output_format": _FORMATS.get(asked, asked) if asked else None}
    query |= {name: body.pop(name) for name in _QUERY if name in body}
    kind, _, rest = (as_text(query["output_format"]) or "mp3").partition("_")
    rate = rest.partition("_")[0]
    url = endpoint_url(endpoint, operation, path).replace("{voice}", quote(voice, safe=""))
    return SpokenRequest(
        request=json_request(endpoint, with_query(url, query), body, accept="*/*"),
        media_type=MEDIA_TYPES.get(kind, "audio/basic" if kind == "ulaw" else f"audio/{kind}"),
        sample_rate=int(rate) if rate.isdecimal() else None,
        characters=len(call.text),
        characters_header=_CHARACTERS,
        warnings=warnings,
    )


CODEC = ElevenLabsSpeech()
