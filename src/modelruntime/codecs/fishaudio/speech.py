"""Text to speech: `POST /v1/tts`, which streams (package `fish-audio-sdk` 1.3.0;
https://github.com/fishaudio/docs/blob/main/.mintlify/skills/fish-audio-api/SKILL.md; read 2026-11-28). Samples of a voice
(`references`) are raw bytes and would need MessagePack; a voice of the library is named by its id."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.speech_result import SpeechResult

_REFUSED = {"references": "samples of a voice cannot be said in JSON; name a voice of the library instead"}
_RATES = {"opus": 48000}
_RATE = 44100
"""Samples a second where the call asks for none (page above)."""


class FishSpeech:
    """Without a voice the vendor chooses one."""

    name = "fishaudio_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speech(call, endpoint), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint), endpoint)


def render_speech(call: TTSCall, endpoint: Endpoint) -> SpokenRequest:
    """The request. `latency` is the credentials' where the call names none. What is billed are bytes of UTF-8, and those count as
    characters. Raises `ParameterInvalid` for no text."""
    check_text(call)
    fields: dict[str, Any] = {"text": call.text, "response_format": endpoint.profile.speech_format}
    if call.voice:
        fields["reference_id"] = call.voice
    if latency := as_text(endpoint.credentials.get("latency")):
        fields["latency"] = latency
    body, warnings = render_body(fields, call, endpoint.profile, _REFUSED)
    asked = as_text(body.pop("response_format", None)) or "mp3"
    body.setdefault("format", asked)
    asked = str(body["format"])
    request = json_request(endpoint, endpoint_url(endpoint, "speech", "/v1/tts"), body, accept="*/*")
    return SpokenRequest(
        request=request.with_headers(("model", endpoint.model)),
        media_type=MEDIA_TYPES.get(asked, f"audio/{asked}"),
        sample_rate=as_count(body.get("sample_rate")) or _RATES.get(asked, _RATE),
        characters=len(call.text.encode()),
        warnings=warnings,
    )


CODEC = FishSpeech()
