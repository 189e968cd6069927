"""Text to speech by CosyVoice as AWS's samples deploy it: the answer names where the audio lies
(https://github.com/langgenius/dify-official-plugins, models/sagemaker, read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.media_source import sniff
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Done, Endpoint, OpenElsewhere, Send, SendElsewhere, Step
from modelruntime.codecs.sagemaker.location import located
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_KIND = "audio_model_type"
_WANTED: dict[str, tuple[str, ...]] = {
    "PresetVoice": ("role",),
    "CloneVoice": ("prompt_text", "prompt_audio"),
    "CloneVoice_CrossLingual": ("prompt_audio",),
    "InstructVoice": ("role", "instruct_text"),
}
"""Kind of voice → the fields beside the text. A cross-lingual voice finds the language in the text's own beginning, `<|en|>`."""
_FORM = ("prompt_text", "prompt_audio", "instruct_text")
"""Fields that the form fills."""


class SageMakerSpeech:
    """A text in, an address of its audio out."""

    name = "sagemaker_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> SpokenOperation:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpokenOperation(call, endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpokenStream:
        """Audio as the store hands it out. Raises `ParameterInvalid` for a call that cannot be said."""
        return SpokenStream(call, endpoint)


class SpokenOperation:
    """Speak, then fetch."""

    __slots__ = ("_endpoint", "_named", "_request", "_warnings")

    def __init__(self, call: TTSCall, endpoint: Endpoint) -> None:
        self._request, self._warnings = render_speech(call, endpoint)
        self._endpoint = endpoint
        self._named: HttpResponse | None = None

    def start(self) -> Step[SpeechResult]:
        """Send the text."""
        return Send(self._request)

    def receive(self, response: HttpResponse) -> Step[SpeechResult]:
        """Take the address, then the audio. Raises `InvokeError` for an answer without either."""
        if self._named is None:
            self._named = response
            return SendElsewhere(HttpRequest("GET", audio_address(response, self._endpoint)))
        if not 200 <= response.head.status < 300:
            raise error_from(response, self._endpoint)
        if not response.body:
            raise unreadable_reply(response, self._endpoint, "no audio")
        return Done(
            SpeechResult(
                model=self._endpoint.model,
                audio=response.body,
                media_type=_media_type(response),
                usage=Usage(),
                warnings=self._warnings,
                request_id=self._named.head.request_id,
            )
        )

    def resume(self) -> Step[SpeechResult]:
        """Never called: speech does not wait."""
        raise RuntimeError("speech never waits")


class SpokenStream:
    """Speak, then open what was spoken."""

    __slots__ = ("_endpoint", "_request")

    def __init__(self, call: TTSCall, endpoint: Endpoint) -> None:
        self._request, _ = render_speech(call, endpoint)
        self._endpoint = endpoint

    def start(self) -> Send:
        """Send the text."""
        return Send(self._request)

    def receive(self, response: HttpResponse) -> OpenElsewhere:
        """Open the audio at the address in the answer. Raises `InvokeError` for an answer without one."""
        return OpenElsewhere(HttpRequest("GET", audio_address(response, self._endpoint)))

    def decoder(self, head: ResponseHead) -> AudioDecoder:
        """For audio whose status is 2xx."""
        return AudioDecoder(head, self._endpoint)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for audio that could not be opened."""
        return error_from(response, self._endpoint)


class AudioDecoder:
    """The bytes as they are. Raises `InvokeError` for none at all."""

    __slots__ = ("_begun", "_endpoint", "_head")

    def __init__(self, head: ResponseHead, endpoint: Endpoint) -> None:
        self._head = head
        self._endpoint = endpoint
        self._begun = False

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The same bytes."""
        self._begun = self._begun or bool(data)
        return [data] if data else []

    def close(self) -> Sequence[bytes]:
        """Checks that there was audio."""
        if not self._begun:
            raise unreadable_reply(HttpResponse(self._head, b""), self._endpoint, "no audio")
        return []


def render_speech(call: TTSCall, endpoint: Endpoint) -> tuple[HttpRequest, tuple[CallWarning, ...]]:
    """The request, and what could not be said. Raises `ParameterInvalid` for no text, and for what the kind of voice lacks."""
    if not call.text.strip():
        raise ParameterInvalid("there is nothing to say: the text is empty", field="text", model=call.model)
    kind = endpoint.credentials.get(_KIND) or "PresetVoice"
    if kind not in _WANTED:
        raise ParameterInvalid(f"{_KIND} is one of {', '.join(_WANTED)}", field=_KIND, model=call.model)
    known: dict[str, Any] = {"role": call.voice, **{name: endpoint.credentials.get(name) for name in _FORM}}
    fields: dict[str, Any] = {"tts_text": call.text}
    for name in _WANTED[kind]:
        fields[name] = call.parameters.get(name) or known[name]
        if not fields[name]:
            field = "voice" if name == "role" else name
            raise ParameterInvalid(f"a voice of the kind {kind} needs {field}", field=field, model=call.model)
    body, warnings = render_body(fields, call, endpoint.profile)
    reached = located(endpoint, "speech")
    return json_request(reached, endpoint_url(reached, "speech", ""), body), warnings


def audio_address(response: HttpResponse, endpoint: Endpoint) -> str:
    """`{"s3_presign_url": …}`. Raises `InvokeError` for another answer."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    url = as_text(as_object(body).get("s3_presign_url"))
    if url is None or not url.startswith(("https://", "http://")):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no address of audio")
    return url


def _media_type(response: HttpResponse) -> str:
    """What the store says, unless it says nothing in particular; then what the bytes show."""
    stated = (response.head.header("content-type") or "").partition(";")[0].strip()
    return stated if stated.startswith("audio/") else sniff(response.body) or "audio/wav"


CODEC = SageMakerSpeech()
