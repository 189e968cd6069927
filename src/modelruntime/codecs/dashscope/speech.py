"""Text to speech over HTTP: events with audio in them, whose last says `finish_reason: stop`.

Two endpoints, one shape: Qwen-TTS at the multimodal generation (https://www.alibabacloud.com/help/en/model-studio/qwen-tts-api)
gives samples of 24,000 Hz; CosyVoice and Qwen-Audio-TTS (https://help.aliyun.com/zh/model-studio/cosyvoice-tts-http-api), which a
model names in `paths.speech`, give what `format` asks for. Read 2026-11-28. A whole answer would be a link: audio is
taken from the events there too.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.dashscope.family import GENERATION, parse_usage
from modelruntime.codecs.gemini.audio import wav_header
from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.openai.errors import error_from, error_in_stream, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.sse import EventTooLong, SSEDecoder
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid, StreamIncomplete
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

SAMPLE_RATE = 24_000
"""Of bare samples, where the call names none."""


class Asked(msgspec.Struct, frozen=True):
    """The request, what could not be said, and what the audio will be."""

    rendered: Rendered
    format: str
    """Empty for a model that takes none: it gives bare samples, which are handed out as a WAV file."""
    sample_rate: int


def render_speech(call: TTSCall, endpoint: Endpoint) -> Asked:
    """Everything stands in the input. Raises `ParameterInvalid` for no text, and for no voice where the profile needs one."""
    if not call.text.strip():
        raise ParameterInvalid("there is nothing to say: the text is empty", field="text", model=call.model)
    profile = endpoint.profile
    fields: JSON = {"text": call.text, "response_format": profile.speech_format}
    fields |= {"voice": call.voice} if call.voice is not None else {}
    renamed = msgspec.structs.replace(profile, rename={"response_format": "format", **profile.rename})
    given, warnings = render_body(fields, msgspec.structs.replace(call, extra={}), renamed)
    if profile.speech_voice_required and not given.get("voice"):
        raise ParameterInvalid(f"{call.model} needs a voice: name one", field="voice", model=call.model)
    body: JSON = {"model": endpoint.model, "input": given}
    merge_into(body, call.extra)
    request = json_request(endpoint, endpoint_url(endpoint, "speech", GENERATION), body, "text/event-stream")
    rate = given.get("sample_rate")
    return Asked(
        Rendered(request.with_headers(("x-dashscope-sse", "enable")), warnings),
        as_text(given.get("format")) or "",
        rate if isinstance(rate, int) else SAMPLE_RATE,
    )


class SpeechDecoder:
    """Audio bytes out of the events; samples that nobody asked for as such are a WAV file of unknown length. Raises the error that
    a stream ends with."""

    def __init__(self, head: ResponseHead, endpoint: Endpoint, asked: Asked) -> None:
        self._head = head
        self._endpoint = endpoint
        self._asked = asked
        self._events = SSEDecoder()
        self._begun = False
        self._done = False
        self.usage = Usage()
        self.request_id = head.request_id

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The audio of the events that these bytes complete; after the last event always empty."""
        try:
            events = [] if self._done else self._events.feed(data)
        except EventTooLong as cause:
            raise self._unreadable(b"", "an event without end") from cause
        return [piece for event in events for piece in self._audio(event.data)]

    def close(self) -> Sequence[bytes]:
        """Checks that the answer was whole."""
        if not self._done:
            raise StreamIncomplete(
                "the stream of audio ended before its last event: try again",
                provider=self._endpoint.provider,
                model=self._endpoint.model_id or self._endpoint.model,
                status=self._head.status,
                request_id=self.request_id,
            )
        if not self._begun:
            raise self._unreadable(b"", "no audio")
        return ()

    def _audio(self, data: bytes) -> list[bytes]:
        if self._done:
            return []
        if error := error_in_stream(data, self._endpoint, self._head):
            raise error
        try:
            fields = as_object(msgspec.json.decode(data))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
            raise self._unreadable(data, "an event that cannot be read") from cause
        self.request_id = as_text(fields.get("request_id")) or self.request_id
        if report := as_object(fields.get("usage")):
            self.usage = parse_usage(report)
        output = as_object(fields.get("output"))
        self._done = output.get("finish_reason") == "stop"
        return self._pieces(as_text(as_object(output.get("audio")).get("data")) or "", data)

    def _pieces(self, text: str, event: bytes) -> list[bytes]:
        audio = decode_base64(text)
        if audio is None:
            raise self._unreadable(event, "audio that is no base64")
        if not audio:
            return []
        bare = not self._begun and not self._asked.format and not audio.startswith(b"RIFF")
        self._begun = True
        return [wav_header(self._asked.sample_rate), audio] if bare else [audio]

    def _unreadable(self, data: bytes, why: str) -> InvokeError:
        return unreadable_reply(HttpResponse(self._head, data), self._endpoint, why)


def parse_speech(response: HttpResponse, endpoint: Endpoint, asked: Asked) -> SpeechResult:
    """The audio of a whole stream. Raises `InvokeError` for an error, for none, and for audio that was cut."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    decoder = SpeechDecoder(response.head, endpoint, asked)
    audio = b"".join((*decoder.feed(response.body), *decoder.close()))
    wave = audio.startswith(b"RIFF")
    return SpeechResult(
        model=endpoint.model,
        audio=audio if asked.format else _with_length(audio),
        media_type="audio/wav" if wave else MEDIA_TYPES.get(asked.format, f"audio/{asked.format}"),
        sample_rate=asked.sample_rate if wave or asked.format == "pcm" else None,
        usage=decoder.usage,
        warnings=asked.rendered.warnings,
        request_id=decoder.request_id,
    )


def _with_length(audio: bytes) -> bytes:
    """A WAV file that states how long it is, from one whose length nobody knew."""
    rate = int.from_bytes(audio[24:28], "little")
    return wav_header(rate, len(audio) - 44) + audio[44:] if audio[36:40] == b"data" else audio


class SpeechStream:
    """Audio as it comes."""

    def __init__(self, call: TTSCall, endpoint: Endpoint) -> None:
        self._asked = render_speech(call, endpoint)
        self._endpoint = endpoint

    @property
    def warnings(self) -> tuple[CallWarning, ...]:
        """What could not be said: bytes carry no warnings, so they stand here."""
        return self._asked.rendered.warnings

    def start(self) -> HttpRequest:
        """The request."""
        return self._asked.rendered.request

    def decoder(self, head: ResponseHead) -> SpeechDecoder:
        """For an answer whose status is 2xx."""
        return SpeechDecoder(head, self._endpoint, self._asked)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._endpoint)


class DashScopeSpeech:
    """Qwen-TTS, and CosyVoice where it is served over HTTP."""

    name = "dashscope_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        asked = render_speech(call, endpoint)
        return Exchange(asked.rendered.request, lambda response: parse_speech(response, endpoint, asked))

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(call, endpoint)


CODEC = DashScopeSpeech()
