"""Text in, audio bytes out: the exchange and the stream that most speech vendors share."""

from __future__ import annotations

from functools import partial

import msgspec

from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.speech_decode import ReadEvent, read_audio_event, speech_decoder
from modelruntime.codecs.operation import Decoder, Endpoint, Exchange
from modelruntime.codecs.speech.audio_facts import media_type_of, sample_rate_of
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class SpokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request for speech, and what is known of its answer beforehand: where the answer itself says more, that counts."""

    request: HttpRequest
    media_type: str
    sample_rate: int | None = None
    characters: int
    """As many as the vendor will bill, counted here."""
    characters_header: str | None = None
    """The header in which the vendor tells them itself, in lower case."""
    warnings: tuple[CallWarning, ...] = ()


def check_text(call: TTSCall) -> None:
    """Raises `ParameterInvalid` for a text that says nothing."""
    if not call.text.strip():
        raise ParameterInvalid("there is nothing to say: the text is empty", field="text", model=call.model)


def needed_voice(call: TTSCall) -> str:
    """The voice. Raises `ParameterInvalid` for a call without one."""
    if not call.voice:
        raise ParameterInvalid(f"{call.model} needs a voice: name one", field="voice", model=call.model)
    return call.voice


def speech_exchange(spoken: SpokenRequest, endpoint: Endpoint) -> Exchange[SpeechResult]:
    """The whole audio at once."""
    return Exchange(spoken.request, partial(parse_audio, spoken=spoken, endpoint=endpoint))


def parse_audio(response: HttpResponse, spoken: SpokenRequest, endpoint: Endpoint) -> SpeechResult:
    """Raises `InvokeError` for an error, also one with status 200, for no audio and for audio that was cut."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    decoder = speech_decoder(response.head, endpoint)
    audio = b"".join((*decoder.feed(response.body), *decoder.close()))
    content_type = response.head.header("content-type") or ""
    return SpeechResult(
        model=endpoint.model,
        audio=audio,
        media_type=media_type_of(content_type, spoken.media_type),
        sample_rate=sample_rate_of(content_type, audio) or spoken.sample_rate,
        usage=_usage(response.head, spoken),
        warnings=spoken.warnings,
        request_id=response.head.request_id,
    )


def _usage(head: ResponseHead, spoken: SpokenRequest) -> Usage:
    stated = head.header(spoken.characters_header) if spoken.characters_header else None
    if stated is not None and stated.isdecimal():
        return Usage(characters=int(stated))
    return Usage(characters=spoken.characters, estimated=True)


class SpeechStream:
    """Audio bytes as they come. The decoder raises `InvokeError` where a stream of events would end with an error event."""

    def __init__(self, spoken: SpokenRequest, endpoint: Endpoint, read: ReadEvent = read_audio_event) -> None:
        self._spoken = spoken
        self._endpoint = endpoint
        self._read = read

    @property
    def warnings(self) -> tuple[CallWarning, ...]:
        """What could not be said: bytes carry no warnings, so they stand here."""
        return self._spoken.warnings

    def start(self) -> HttpRequest:
        """The request."""
        return self._spoken.request

    def decoder(self, head: ResponseHead) -> Decoder[bytes]:
        """For an answer whose status is 2xx."""
        return speech_decoder(head, self._endpoint, self._read)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._endpoint)
