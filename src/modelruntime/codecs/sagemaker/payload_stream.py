"""A container's stream inside AWS's: the frames `PayloadPart` hold pieces of it, cut anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.codecs.aws_event_stream import EventStreamFraming, EventStreamMessage
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.machine_decoder import aws_message
from modelruntime.codecs.openai.errors import error_of_words, unreadable_reply
from modelruntime.codecs.operation import Decoder, Endpoint, StreamingOperation
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead


class PayloadStream:
    """A streaming operation whose answer comes in frames."""

    __slots__ = ("_endpoint", "_inner")

    def __init__(self, inner: StreamingOperation[StreamEvent], endpoint: Endpoint) -> None:
        self._inner = inner
        self._endpoint = endpoint

    def start(self) -> HttpRequest:
        """The container's own request."""
        return self._inner.start()

    def decoder(self, head: ResponseHead) -> PayloadDecoder:
        """The decoder for a 2xx answer."""
        return PayloadDecoder(self._inner.decoder(head), head, self._endpoint)

    def fail(self, response: HttpResponse) -> Exception:
        """The typed error for an answer whose status is not 2xx."""
        return self._inner.fail(response)


class PayloadDecoder:
    """Hands the frames' contents on; an exception among them ends the answer."""

    __slots__ = ("_endpoint", "_frames", "_head", "_inner", "_over")

    def __init__(self, inner: Decoder[StreamEvent], head: ResponseHead, endpoint: Endpoint) -> None:
        self._inner = inner
        self._head = head
        self._endpoint = endpoint
        self._frames = EventStreamFraming()
        self._over = False

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Events that these bytes complete; after the last event always empty."""
        if self._over:
            return ()
        told: list[StreamEvent] = []
        try:
            for frame in self._frames.feed(data):
                told += self._content(frame)
                if told and isinstance(told[-1], FinishEvent | ErrorEvent):
                    self._over = True
                    break
        except InvokeError as error:
            told += self._fail(error)
        except ValueError:
            told += self._fail(unreadable_reply(HttpResponse(self._head, data), self._endpoint, "a frame of another shape"))
        return told

    def close(self) -> Sequence[StreamEvent]:
        """The body ended: what the container's own stream says to that."""
        return () if self._over else self._inner.close()

    def _content(self, frame: EventStreamMessage) -> Sequence[StreamEvent]:
        if frame.headers.get(":message-type", "event") == "event":
            return self._inner.feed(frame.payload)
        message = aws_message(frame.headers, frame.payload)
        words = tuple(word for word in (message.name, as_text(message.payload.get("ErrorCode"))) if word)
        raise error_of_words(words, as_text(message.payload.get("message")), self._endpoint, self._head)

    def _fail(self, error: InvokeError) -> list[StreamEvent]:
        """The error, after the ends of what had begun; none where the answer was over already."""
        self._over = True
        ended: list[StreamEvent] = [event for event in self._inner.close() if not isinstance(event, ErrorEvent)]
        return ended if ended and isinstance(ended[-1], FinishEvent) else [*ended, ErrorEvent(error)]
