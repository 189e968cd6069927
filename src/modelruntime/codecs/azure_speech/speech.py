"""Text to speech: `POST /cognitiveservices/v1` with SSML
(https://learn.microsoft.com/en-us/azure/ai-services/speech-service/rest-text-to-speech and
https://learn.microsoft.com/en-us/azure/ai-services/speech-service/speech-synthesis-markup-voice; unverified but for the address and
the key, read 2026-11-28)."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, needed_voice, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.speech_result import SpeechResult

_FORMATS = {
    "mp3": "audio-24khz-96kbitrate-mono-mp3",
    "wav": "riff-24khz-16bit-mono-pcm",
    "pcm": "raw-24khz-16bit-mono-pcm",
    "opus": "ogg-24khz-16bit-mono-opus",
}
"""`response_format` → the vendor's name of it; its own names may be given too."""
_MEDIA_TYPES = {"audio": "audio/mpeg", "riff": "audio/wav", "raw": "audio/pcm", "ogg": "audio/ogg", "webm": "audio/webm"}
"""First piece of a format's name → media type."""
_RATE = re.compile(r"-(\d+)(k?)hz-")
_PROSODY = {"speed": "rate", "rate": "rate", "pitch": "pitch", "volume": "volume"}
"""Parameter → attribute of `prosody`; a speed is a multiple of the usual one."""
_LOCALE = re.compile(r"[a-z]{2,3}-[A-Za-z]{2,8}")
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""
_DOUBLE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""A Chinese character is billed as two (https://github.com/hail-hq/hail/blob/main/costs/tts.json, read 2026-11-28)."""


class AzureSpeech:
    """The voice is the model."""

    name = "azure_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speech(call, endpoint), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint), endpoint)


def render_speech(call: TTSCall, endpoint: Endpoint) -> SpokenRequest:
    """The request. A parameter that the markup has no place for is dropped with a warning.

    Raises `ParameterInvalid` for no text, for no voice, and under strict for what would be dropped.
    """
    check_text(call)
    voice = needed_voice(call)
    fields, found = render_body({"response_format": endpoint.profile.speech_format}, call, endpoint.profile)
    asked = as_text(fields.pop("response_format", None)) or "mp3"
    form = _FORMATS.get(asked, asked)
    warnings = CallWarnings(call.strict)
    for name in sorted(fields.keys() - _PROSODY.keys() - {"style"}):
        warnings.drop(f"{name} was not sent: the markup has no place for it", name)
    headers = (("content-type", "application/ssml+xml"), ("x-microsoft-outputformat", form), ("accept", "*/*"))
    url = endpoint_url(endpoint, "speech", "/cognitiveservices/v1")
    rate = _RATE.search(form)
    return SpokenRequest(
        request=HttpRequest("POST", url, headers, render_ssml(call.text, voice, fields).encode()).with_headers(*endpoint.headers),
        media_type=_MEDIA_TYPES.get(form.partition("-")[0], "audio/mpeg"),
        sample_rate=int(rate[1]) * (1000 if rate[2] else 1) if rate else None,
        characters=len(call.text) + len(_DOUBLE.findall(call.text)),
        warnings=(*found, *warnings.all()),
    )


def render_ssml(text: str, voice: str, fields: dict[str, Any]) -> str:
    """The document. Its language is the voice's, which every voice's name begins with."""
    said = escape(_UNSPEAKABLE.sub(" ", text))
    prosody = {_PROSODY[name]: str(value) for name, value in fields.items() if name in _PROSODY}
    if prosody:
        said = f"<prosody{_attributes(prosody)}>{said}</prosody>"
    if style := as_text(fields.get("style")):
        said = f"<mstts:express-as{_attributes({'style': style})}>{said}</mstts:express-as>"
    locale = _LOCALE.match(voice)
    spaces = {"xmlns": "http://www.w3.org/2001/10/synthesis", "xmlns:mstts": "https://www.w3.org/2001/mstts"}
    speak = {"version": "1.0", **spaces, "xml:lang": locale[0] if locale else "en-US"}
    return f"<speak{_attributes(speak)}><voice{_attributes({'name': voice})}>{said}</voice></speak>"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


CODEC = AzureSpeech()
