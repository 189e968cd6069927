"""Text to speech of the OpenAI family: JSON in, audio out.

https://platform.openai.com/docs/api-reference/audio/createSpeech (unverified).
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.openai.speech_decode import speech_decoder
from modelruntime.codecs.operation import Decoder, Endpoint, Exchange, Operation, Rendered, StreamingOperation
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""Format → media type, for answers whose header names none."""
_RATE = re.compile(r";\s*rate=(\d+)")


def render_speech(call: TTSCall, endpoint: Endpoint) -> tuple[Rendered, str]:
    """The request, and the audio format it asks for.

    Raises `ParameterInvalid` for no text, and for no voice where the profile needs one.
    """
    if not call.text.strip():
        raise ParameterInvalid("there is nothing to say: the text is empty", field="text", model=call.model)
    profile = endpoint.profile
    fields: dict[str, Any] = {"model": endpoint.model, "input": call.text, "response_format": profile.speech_format}
    if call.voice is not None:
        fields["voice"] = call.voice
    body, warnings = render_body(fields, call, profile)
    if profile.speech_voice_required and not body.get(profile.rename.get("voice", "voice")):
        raise ParameterInvalid(f"{call.model} needs a voice: name one", field="voice", model=call.model)
    request = json_request(endpoint, endpoint_url(endpoint, "speech", "/audio/speech"), body, accept="*/*")
    wire_name = profile.rename.get("response_format", "response_format")
    return Rendered(request, warnings), as_text(body.get(wire_name)) or profile.speech_format


def parse_speech(
    response: HttpResponse, endpoint: Endpoint, call: TTSCall, asked: str, warnings: tuple[CallWarning, ...]
) -> SpeechResult:
    """Raises `InvokeError` for an error, also one with status 200, for no audio and for audio that was cut."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    decoder = speech_decoder(response.head, endpoint)
    audio = b"".join((*decoder.feed(response.body), *decoder.close()))
    content_type = response.head.header("content-type") or ""
    named = content_type.partition(";")[0].strip().lower()
    return SpeechResult(
        model=endpoint.model,
        audio=audio,
        media_type=named if named.startswith("audio/") else MEDIA_TYPES.get(asked, f"audio/{asked}"),
        sample_rate=_sample_rate(content_type, audio),
        usage=Usage(characters=len(call.text), estimated=True),
        warnings=warnings,
        request_id=response.head.request_id,
    )


def _sample_rate(content_type: str, audio: bytes) -> int | None:
    """From the header (`audio/pcm;rate=24000`), else from a WAV file; None where neither says."""
    if found := _RATE.search(content_type):
        return int(found.group(1))
    if audio[:4] == b"RIFF" and audio[8:16] == b"WAVEfmt " and len(audio) >= 28:
        return int.from_bytes(audio[24:28], "little")
    return None


class SpeechStream:
    """Audio bytes as they come. The decoder raises `InvokeError` where a stream of events would end with an error event."""

    def __init__(self, call: TTSCall, endpoint: Endpoint) -> None:
        self._rendered, _ = render_speech(call, endpoint)
        self._endpoint = endpoint

    @property
    def warnings(self) -> tuple[CallWarning, ...]:
        """What could not be said: bytes carry no warnings, so they stand here."""
        return self._rendered.warnings

    def start(self) -> HttpRequest:
        """The request."""
        return self._rendered.request

    def decoder(self, head: ResponseHead) -> Decoder[bytes]:
        """For an answer whose status is 2xx."""
        return speech_decoder(head, self._endpoint)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._endpoint)


class OpenAISpeech:
    """`POST /audio/speech`. Usage is the characters of the text, counted here: the answer is nothing but audio."""

    name = "openai_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Operation[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered, asked = render_speech(call, endpoint)
        parse = partial(parse_speech, endpoint=endpoint, call=call, asked=asked, warnings=rendered.warnings)
        return Exchange(rendered.request, parse)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> StreamingOperation[bytes]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(call, endpoint)


CODEC = OpenAISpeech()
