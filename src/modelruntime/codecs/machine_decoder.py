"""Framing × machine = decoder.

A *framing* turns bytes into messages, a family's *machine* turns messages into events. What every family owes its callers
stands here once: parts that end whatever happens, one final event, an error in place of a short success.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from modelruntime.codecs.aws_event_stream import EventStreamFraming
from modelruntime.codecs.json_value import as_text, is_object
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.ndjson import NDJSONDecoder
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai.errors import error_in_stream, error_of_words, unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.sse import Event, SSEDecoder
from modelruntime.entities.errors import InvokeError, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead

JSON = dict[str, Any]


class Message(NamedTuple):
    """What a framing yields."""

    name: str
    """The event's name; empty where the framing has none."""
    payload: JSON
    failed: bool = False
    """The framing itself says that this is an error."""


class Framing(Protocol):
    """Bytes → messages. Raises `ValueError` for what is no frame."""

    def feed(self, data: bytes) -> Iterable[Message]:
        """Messages that these bytes complete, those before one that is no frame included."""
        ...

    def rest(self) -> bytes:
        """The body ended: what of it is no message, where an error may stand. Else empty."""
        ...


class Machine(Protocol):
    """Messages → events."""

    parts: OpenParts

    def receive(self, message: Message) -> list[StreamEvent]:
        """Raises `InvokeError` for an error of the vendor's; the last event of a whole answer is a `FinishEvent`."""
        ...

    def close(self) -> list[StreamEvent]:
        """The body ended: the last events, a `FinishEvent` at their end, when the terminal fact was seen; else none."""
        ...


class JsonEvents:
    """Server-sent events whose data are JSON objects; `[DONE]` is skipped."""

    __slots__ = ("_sse",)

    def __init__(self) -> None:
        self._sse = SSEDecoder()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Messages that are now whole."""
        for event in self._sse.feed(data):
            if (message := event_message(event)) is not None:
                yield message

    def rest(self) -> bytes:
        """What stands outside of the events."""
        return self._sse.rest()

    def close(self) -> bool:
        """True when the body ended between two events, False when it was cut inside one."""
        return self._sse.close()


def event_message(event: Event) -> Message | None:
    """The message of a server-sent event; None for `[DONE]`. Raises `ValueError` for data that are no object."""
    return None if event.data.strip() == b"[DONE]" else Message(event.name, _object(event.data))


class JsonLines:
    """A JSON object a line."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines = NDJSONDecoder()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Messages that are now whole."""
        for line in self._lines.feed(data):
            yield Message("", _object(line))

    def rest(self) -> bytes:
        """A last line without an end."""
        return self._lines.rest()


class AwsEvents:
    """AWS event streams. In the event `chunk` the model's own event is hidden in base64."""

    __slots__ = ("_frames",)

    def __init__(self) -> None:
        self._frames = EventStreamFraming()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Messages that are now whole."""
        for frame in self._frames.feed(data):
            yield aws_message(frame.headers, frame.payload)

    def rest(self) -> bytes:
        """Nothing: there is no telling where in bytes an error would stand."""
        return b""


def aws_message(headers: dict[str, str], payload: bytes) -> Message:
    """The message of a frame: an event, or an exception by its name. Raises `ValueError` for a payload that is no object."""
    if headers.get(":message-type") in ("exception", "error"):
        name = headers.get(":exception-type") or headers.get(":error-code") or "unknown"
        body = _object(payload) if payload[:1] == b"{" else {}
        return Message(name, {"message": headers.get(":error-message") or body.get("Message"), **body}, failed=True)
    body = _object(payload) if payload else {}
    name = headers.get(":event-type", "")
    if name == "chunk" and (hidden := as_text(body.get("bytes"))) is not None:
        return Message("", _object(decode_base64(hidden) or b""))
    return Message(name, body)


def _object(data: bytes) -> JSON:
    found = msgspec.json.decode(data)
    if not is_object(found):
        raise ValueError("an event that is no object")
    return found


class MachineDecoder:
    """One streamed answer. See `codecs/operation.Decoder` for the laws of `feed` and `close`."""

    __slots__ = ("_endpoint", "_framing", "_head", "_machine", "_over")

    def __init__(self, framing: Framing, machine: Machine, head: ResponseHead, endpoint: Endpoint) -> None:
        self._framing = framing
        self._machine = machine
        self._head = head
        self._endpoint = endpoint
        self._over = False

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Events that these bytes complete; after the last event always empty."""
        told: list[StreamEvent] = []
        if not self._over:
            self._receive(lambda: self._framing.feed(data), data, told)
        return told

    def read(self, event: Event, out: list[StreamEvent]) -> bool:
        """Appends what one whole server-sent event says; whether it was the last. See `codecs/relay.EventReader`."""
        self._receive(lambda: () if (message := event_message(event)) is None else (message,), event.data, out)
        return self._over

    def _receive(self, messages: Callable[[], Iterable[Message]], data: bytes, told: list[StreamEvent]) -> None:
        try:
            for message in messages():
                self._refuse(message)
                told += self._machine.receive(message)
                if told and isinstance(told[-1], FinishEvent):
                    self._over = True
                    told[-1:] = [*self._machine.parts.end_all(), told[-1]]
                    break
        except InvokeError as error:
            told += self._fail(error)
        except (ValueError, LookupError, TypeError, AttributeError):
            # every shape a vendor's event could wrongly have; the bytes stand in the error's `raw`
            told += self._fail(unreadable_reply(HttpResponse(self._head, data), self._endpoint, "an event of another shape"))

    def close(self) -> Sequence[StreamEvent]:
        """The body ended: the finish, or the error that says why there is none."""
        if self._over:
            return ()
        if (rest := self._framing.rest()) and (error := error_in_stream(rest, self._endpoint, self._head)):
            return self._fail(error)
        if last := self._machine.close():
            self._over = True
            return [*self._machine.parts.end_all(), *last]
        name = self._endpoint.model_id or self._endpoint.model
        return self._fail(
            StreamIncomplete(
                f"{name} ended its stream before its answer was over: it is not whole, ask again",
                provider=self._endpoint.provider,
                model=name,
                status=self._head.status,
                request_id=self._head.request_id,
            )
        )

    def _refuse(self, message: Message) -> None:
        """Raises the error that a message is."""
        if message.failed:
            raise error_of_words((message.name,), as_text(message.payload.get("message")), self._endpoint, self._head)
        if "error" in message.payload and (
            error := error_in_stream(msgspec.json.encode(message.payload), self._endpoint, self._head)
        ):
            raise error

    def _fail(self, error: InvokeError) -> list[StreamEvent]:
        self._over = True
        return [*self._machine.parts.end_all(), ErrorEvent(error)]


class MachineStream:
    """The streaming operation of one request, whose answer a framing and a machine decode."""

    __slots__ = ("_endpoint", "_fail", "_framing", "_machine", "_request")

    def __init__(
        self,
        request: HttpRequest,
        endpoint: Endpoint,
        framing: Callable[[], Framing],
        machine: Callable[[ResponseHead], Machine],
        fail: Callable[[HttpResponse, Endpoint], InvokeError],
    ) -> None:
        self._request = request
        self._endpoint = endpoint
        self._framing = framing
        self._machine = machine
        self._fail = fail

    def start(self) -> HttpRequest:
        """The request to send."""
        return self._request

    def decoder(self, head: ResponseHead) -> MachineDecoder:
        """The decoder for a 2xx answer."""
        return MachineDecoder(self._framing(), self._machine(head), head, self._endpoint)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return self._fail(response, self._endpoint)
