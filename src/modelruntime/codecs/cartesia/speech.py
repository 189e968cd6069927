"""Text to speech: `POST /tts/bytes`, which streams (package `cartesia` 4.2.0, generated from the vendor's OpenAPI document;
https://docs.cartesia.ai/api-reference/tts/bytes; read 2026-11-28). `/tts/sse` says the same in base64, with times of words, for
which a stream of bytes has no place."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_object, as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, needed_voice, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.speech_result import SpeechResult

_FORMATS: dict[str, dict[str, Any]] = {
    "mp3": {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
    "wav": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100},
    "pcm": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
    "ulaw": {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000},
    "alaw": {"container": "raw", "encoding": "pcm_alaw", "sample_rate": 8000},
}
"""`response_format` → the vendor's `output_format`, all of which it wants said."""


class CartesiaSpeech:
    """One request both ways: the bytes come as they are made."""

    name = "cartesia_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speech(call, endpoint), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint), endpoint)


def render_speech(call: TTSCall, endpoint: Endpoint) -> SpokenRequest:
    """The request. `sample_rate` and `bit_rate` change the format that `response_format` names.

    Raises `ParameterInvalid` for no text, no voice and an unknown format.
    """
    check_text(call)
    voice = {"id": needed_voice(call)}
    fields: dict[str, Any] = {"model_id": endpoint.model, "transcript": call.text, "voice": voice}
    body, warnings = render_body({**fields, "response_format": endpoint.profile.speech_format}, call, endpoint.profile)
    asked = as_text(body.pop("response_format", None)) or "mp3"
    if asked not in _FORMATS:
        raise ParameterInvalid(f"response_format must be one of {', '.join(_FORMATS)}", field="response_format", model=call.model)
    changed = {name: body.pop(name) for name in ("sample_rate", "bit_rate") if name in body}
    form = body["output_format"] = {**_FORMATS[asked], **changed, **as_object(body.get("output_format"))}
    kind = "pcm" if form.get("container") == "raw" else str(form.get("container"))
    raw = form.get("encoding") in ("pcm_mulaw", "pcm_alaw") and kind == "pcm"
    return SpokenRequest(
        request=json_request(endpoint, endpoint_url(endpoint, "speech", "/tts/bytes"), body, accept="*/*"),
        media_type=f"audio/{str(form['encoding'])[4:]}" if raw else MEDIA_TYPES.get(kind, f"audio/{kind}"),
        sample_rate=as_count(form.get("sample_rate")),
        characters=len(call.text),
        warnings=warnings,
    )


CODEC = CartesiaSpeech()
