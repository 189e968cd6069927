"""Text to speech: `POST /v1/speak`, the text as JSON and everything else in the query (package `deepgram-sdk` 7.17.0;
https://developers.deepgram.com/reference/text-to-speech/speak-request; read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.query_text import with_query
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.speech_result import SpeechResult

_FORMATS: dict[str, dict[str, str]] = {
    "mp3": {"encoding": "mp3"},
    "wav": {"container": "wav", "encoding": "linear16"},
    "pcm": {"container": "none", "encoding": "linear16"},
    "opus": {"container": "ogg", "encoding": "opus"},
    "flac": {"encoding": "flac"},
    "aac": {"encoding": "aac"},
}
"""`response_format` → encoding and container. (https://developers.deepgram.com/docs/tts-media-output-settings; unverified)"""
_BARE_RATE = {"linear16": 24000, "mulaw": 8000, "alaw": 8000, "opus": 48000}
"""Samples a second of encodings whose bytes do not say it, where the call does not either (same page; unverified)."""
_CHARACTERS = "dg-char-count"
"""The billed characters (https://developers.deepgram.com/docs/text-to-speech; unverified)."""


class DeepgramSpeak:
    """Every voice is a model of its own to this vendor: a call's voice takes the model's place on the wire."""

    name = "deepgram_speak"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speak(call, endpoint), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speak(call, endpoint), endpoint)


def render_speak(call: TTSCall, endpoint: Endpoint) -> SpokenRequest:
    """The request. Raises `ParameterInvalid` for no text and for a parameter that no query can hold."""
    check_text(call)
    fields: dict[str, Any] = {"model": call.voice or endpoint.model, "response_format": endpoint.profile.speech_format}
    query, warnings = render_body(fields, call, endpoint.profile)
    asked = as_text(query.pop("response_format", None)) or ""
    query = {**({} if "encoding" in query else _FORMATS.get(asked, {"encoding": asked} if asked else {})), **query}
    encoding = as_text(query.get("encoding")) or "mp3"
    container = as_text(query.get("container"))
    kind = "wav" if container == "wav" else "pcm" if encoding == "linear16" else encoding
    url = with_query(endpoint_url(endpoint, "speech", "/v1/speak"), query)
    return SpokenRequest(
        request=json_request(endpoint, url, {"text": call.text}, accept="*/*"),
        media_type=MEDIA_TYPES.get(kind, f"audio/{kind}"),
        sample_rate=as_count(query.get("sample_rate")) or _BARE_RATE.get(encoding),
        characters=len(call.text),
        characters_header=_CHARACTERS,
        warnings=warnings,
    )


CODEC = DeepgramSpeak()
