"""Audio bytes out of a speech answer, as they come.

The body is audio, or server-sent events with audio in them (`stream_format: sse`,
https://platform.openai.com/docs/api-reference/audio/createSpeech, unverified). Some endpoints answer an error as
JSON with status 200, even named as audio: what begins like a JSON object is held back until it is clear.
There is no error among bytes, so `feed` and `close` raise it.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Sequence

import msgspec

from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.openai.errors import error_in_reply, error_in_stream, unreadable_reply
from modelruntime.codecs.operation import Decoder, Endpoint
from modelruntime.codecs.sse import EventTooLong, SSEDecoder
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import InvokeError, StreamIncomplete
from modelruntime.entities.http import HttpResponse, ResponseHead

HELD_BACK = 64 * 2**10
"""Bytes. What begins like JSON and is longer than this is audio after all."""
_NOT_AUDIO = ("application/json", "application/problem", "text/html", "text/plain", "application/xml", "text/xml")
_UNKNOWN_LENGTH = 0x7FFF_0000
"""Streamed WAV files state a length this large, or none."""


ReadEvent = Callable[[JSON], tuple[bytes, bool]]
"""The audio of one event, and whether it is the last. Raises `LookupError`, `TypeError` or `ValueError` for one of another
shape."""


def read_audio_event(fields: JSON) -> tuple[bytes, bool]:
    """`speech.audio.delta` and `speech.audio.done`."""
    audio = a2b_base64(fields["audio"], strict_mode=True) if fields.get("type") == "speech.audio.delta" else b""
    return audio, fields.get("type") == "speech.audio.done"


def speech_decoder(head: ResponseHead, endpoint: Endpoint, read: ReadEvent = read_audio_event) -> Decoder[bytes]:
    """The decoder for an answer with this head."""
    if (head.header("content-type") or "").startswith("text/event-stream"):
        return SpeechEventDecoder(head, endpoint, read)
    return AudioDecoder(head, endpoint)


class AudioDecoder:
    """Passes audio on. Raises `InvokeError` for an error in its place, for no audio at all and for a WAV cut short."""

    def __init__(self, head: ResponseHead, endpoint: Endpoint) -> None:
        self._head = head
        self._endpoint = endpoint
        self._refusal = (head.header("content-type") or "").lower().startswith(_NOT_AUDIO)
        self._held = b""
        self._start = b""
        self._length = 0

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The audio among these bytes."""
        if self._length:
            return self._pass_on(data)
        self._held += data
        if self._refusal or (len(self._held) <= HELD_BACK and _like_json(self._held)):
            return ()
        held, self._held = self._held, b""
        return self._pass_on(held)

    def close(self) -> Sequence[bytes]:
        """What was held back, if it is audio."""
        if self._held:
            if self._refusal or _is_json(self._held):
                raise self._error()
            held, self._held = self._held, b""
            return [*self._pass_on(held), *self.close()]
        if not self._length:
            raise unreadable_reply(HttpResponse(self._head, b""), self._endpoint, "no audio")
        stated = _wav_length(self._start)
        if stated is not None and self._length < stated:
            raise _incomplete(f"the audio ends after {self._length} of {stated} bytes", self._head, self._endpoint)
        return ()

    def _pass_on(self, data: bytes) -> Sequence[bytes]:
        if not data:
            return ()
        if len(self._start) < 12:
            self._start = (self._start + data)[:12]
        self._length += len(data)
        return (data,)

    def _error(self) -> InvokeError:
        response = HttpResponse(self._head, self._held)
        return error_in_reply(response, self._endpoint) or unreadable_reply(response, self._endpoint, "no audio")


class SpeechEventDecoder:
    """Takes the audio out of events. Raises `InvokeError` for an error event, `StreamIncomplete` without the last event.

    Audio in the last event counts where none came before: some vendors repeat the whole there."""

    def __init__(self, head: ResponseHead, endpoint: Endpoint, read: ReadEvent = read_audio_event) -> None:
        self._head = head
        self._endpoint = endpoint
        self._read = read
        self._events = SSEDecoder()
        self._some = False
        self._done = False

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The audio of the events that these bytes complete."""
        if self._done:
            return ()
        try:
            events = self._events.feed(data)
        except EventTooLong as cause:
            raise self._unreadable(b"", "an event without end") from cause
        return [audio for event in events if (audio := self._audio(event.data))]

    def close(self) -> Sequence[bytes]:
        """Nothing more."""
        if not self._done:
            raise _incomplete("the stream of audio ended before its last event", self._head, self._endpoint)
        if not self._some:
            raise self._unreadable(b"", "no audio")
        return ()

    def _audio(self, data: bytes) -> bytes:
        if self._done or data == b"[DONE]":
            return b""
        if error := error_in_stream(data, self._endpoint, self._head):
            raise error
        try:
            audio, self._done = self._read(as_object(msgspec.json.decode(data)))
        except (msgspec.DecodeError, UnicodeDecodeError, Base64Error, KeyError, TypeError, ValueError) as cause:
            raise self._unreadable(data, "an event that cannot be read") from cause
        if self._done and self._some:
            return b""
        self._some = self._some or bool(audio)
        return audio

    def _unreadable(self, data: bytes, why: str) -> InvokeError:
        return unreadable_reply(HttpResponse(self._head, data), self._endpoint, why)


def _like_json(data: bytes) -> bool:
    return data[:1] == b"{" and data[1:].lstrip()[:1] in (b"", b'"')


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _wav_length(start: bytes) -> int | None:
    """Bytes of the whole file as a RIFF header states them; None where it states none."""
    if start[:4] != b"RIFF" or start[8:12] != b"WAVE":
        return None
    stated = int.from_bytes(start[4:8], "little")
    return stated + 8 if 0 < stated < _UNKNOWN_LENGTH else None


def _incomplete(why: str, head: ResponseHead, endpoint: Endpoint) -> StreamIncomplete:
    return StreamIncomplete(
        f"{why}: try again",
        provider=endpoint.provider,
        model=endpoint.model_id or endpoint.model,
        status=head.status,
        request_id=head.request_id,
    )
