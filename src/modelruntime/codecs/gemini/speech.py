"""Text to speech by generateContent with audio as the answer (https://ai.google.dev/gemini-api/docs/speech-generation, read
2026-11-22). Bare samples are handed out as WAV."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from modelruntime.codecs.gemini.audio import is_pcm, rate_of, wav_header
from modelruntime.codecs.gemini.family import error_of
from modelruntime.codecs.gemini.generate import render_body
from modelruntime.codecs.gemini.parse_reply import parse_reply
from modelruntime.codecs.gemini.stream_machine import GenerateMachine
from modelruntime.codecs.machine_decoder import JsonEvents, MachineDecoder
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall, TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.events import ErrorEvent, MediaEvent
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.messages import UserMessage, parts_of
from modelruntime.entities.parts import MediaPart
from modelruntime.entities.speech_result import SpeechResult


class GeminiSpeech:
    """One voice a call; several speakers go through `extra`."""

    name = "gemini_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = _render(call, endpoint)
        url = endpoint_url(endpoint, "generate", "/models/{model}:generateContent")
        return Exchange(json_request(endpoint, url, body), partial(parse_speech, context=context))

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(call, endpoint)


class SpeechStream:
    """Audio as it comes: a WAV header of unknown length, then the samples."""

    def __init__(self, call: TTSCall, endpoint: Endpoint) -> None:
        body, self._context = _render(call, endpoint)
        url = endpoint_url(endpoint, "generate_stream", "/models/{model}:streamGenerateContent?alt=sse")
        self._request = json_request(endpoint, url, body, "text/event-stream")

    def start(self) -> HttpRequest:
        """The request."""
        return self._request

    def decoder(self, head: ResponseHead) -> SpeechDecoder:
        """For an answer whose status is 2xx."""
        return SpeechDecoder(head, self._context)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_of(response, self._context.endpoint)


class SpeechDecoder:
    """Bytes of audio out of a streamed answer. Raises the `InvokeError` that the stream ends with, and for no audio at all."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self._inner = MachineDecoder(JsonEvents(), GenerateMachine(head, context), head, context.endpoint)
        self._head = head
        self._endpoint = context.endpoint
        self._begun = False

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The audio among these bytes."""
        return self._audio(self._inner.feed(data))

    def close(self) -> Sequence[bytes]:
        """Checks that the answer was whole."""
        found = self._audio(self._inner.close())
        if not self._begun:
            raise unreadable_reply(HttpResponse(self._head, b""), self._endpoint, "no audio")
        return found

    def _audio(self, events: Sequence[object]) -> list[bytes]:
        found: list[bytes] = []
        for event in events:
            if isinstance(event, ErrorEvent):
                raise event.error
            if isinstance(event, MediaEvent) and isinstance(event.part.source, bytes):
                media_type = event.part.media_type or ""
                if not self._begun and is_pcm(media_type):
                    found.append(wav_header(rate_of(media_type)))
                self._begun = True
                found.append(event.part.source)
        return found


def parse_speech(response: HttpResponse, context: ReplyContext) -> SpeechResult:
    """The audio of the first candidate. Raises `InvokeError` for an answer without any."""
    result = parse_reply(response, context)
    pieces = [part for part in parts_of(result.message.content) if isinstance(part, MediaPart) and isinstance(part.source, bytes)]
    if not pieces:
        raise unreadable_reply(response, context.endpoint, "no audio")
    media_type = pieces[0].media_type or "audio/wav"
    samples = b"".join(piece.source for piece in pieces if isinstance(piece.source, bytes))
    bare = is_pcm(media_type)
    return SpeechResult(
        model=result.model,
        audio=wav_header(rate_of(media_type), len(samples)) + samples if bare else samples,
        media_type="audio/wav" if bare else media_type,
        sample_rate=rate_of(media_type) if bare else None,
        usage=result.usage,
        warnings=result.warnings,
        request_id=result.request_id,
    )


def _render(call: TTSCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    if not call.text.strip():
        raise ParameterInvalid("there is nothing to say: the text is empty", field="text", model=call.model)
    said = LLMCall(call.model, (UserMessage(call.text),), parameters=call.parameters, strict=call.strict)
    body, context = render_body(said, endpoint)
    config: JSON = {"responseModalities": ["AUDIO"]}
    if call.voice is not None:
        config["speechConfig"] = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": call.voice}}}
    merge_into(body, {"generationConfig": config})
    merge_into(body, call.extra)
    return body, context


CODEC = GeminiSpeech()
