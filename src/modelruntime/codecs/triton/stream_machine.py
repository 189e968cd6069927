"""The stream of `generate_stream`: one event a piece, and the end of the body is the end of the answer.

The protocol has no last event. Of a body that ends between two events the transport knows whether it was cut (its length, or the
last chunk, is missing) and raises then; one that ends inside an event, or without any, is incomplete here.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.codecs.json_value import as_count, as_text
from modelruntime.codecs.machine_decoder import JsonEvents, MachineDecoder, Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.operation import Decoder
from modelruntime.codecs.replay_result import replay_result
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.triton.parse_reply import finish_of, parse_reply, text_of_piece, usage_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.parts import TextPart

_TEXT = "text"


class PiecesMachine:
    """The state of one streamed answer. `framing` tells at its end whether an event was cut."""

    def __init__(self, head: ResponseHead, context: ReplyContext, framing: JsonEvents) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._framing = framing
        self._last: JSON = {}
        self.is_cut = False
        self._written: int | None = None

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one piece."""
        body = message.payload
        told: list[StreamEvent] = []
        if not self._last:
            model = as_text(body.get("model_name")) or self._context.endpoint.model
            told = [StreamStart(model, self._head.request_id, self._context.warnings), *self.parts.start(_TEXT, TextPart(""))]
        text = text_of_piece(body)
        if text is None:
            raise ValueError("an event without a text")
        self._last = body
        if (count := as_count(body.get("num_output_tokens"))) is not None:
            self._written = (self._written or 0) + count
        return told + self.parts.more(_TEXT, text)

    def close(self) -> list[StreamEvent]:
        """The finish, when the body ended between two events."""
        if self.is_cut or not self._last or not self._framing.close():
            return []
        model = as_text(self._last.get("model_name"))
        return [FinishEvent(finish_of(self._last), usage_of(self._last, self._written), model=model)]


class PiecesDecoder(MachineDecoder):
    """The decoder of pieces."""

    __slots__ = ("_pieces",)

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        framing = JsonEvents()
        self._pieces = PiecesMachine(head, context, framing)
        super().__init__(framing, self._pieces, head, context.endpoint)

    def cut(self) -> Sequence[StreamEvent]:
        """The body broke off: what came is not whole."""
        self._pieces.is_cut = True
        return self.close()


class WholeDecoder:
    """The answer of an endpoint that cannot stream, told as a stream when all of it is there."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self._head = head
        self._context = context
        self._body: bytearray | None = bytearray()

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Nothing yet."""
        if self._body is not None:
            self._body += data
        return ()

    def close(self) -> Sequence[StreamEvent]:
        """All events, or the error that the answer is."""
        body, self._body = self._body, None
        if body is None:
            return ()
        try:
            return replay_result(parse_reply(HttpResponse(self._head, bytes(body)), self._context))
        except InvokeError as error:
            return (ErrorEvent(error),)

    def cut(self) -> Sequence[StreamEvent]:
        """The body broke off: nothing can be told of it."""
        self._body = None
        return ()


class PiecesStream:
    """One request whose answer streams; see `codecs/operation.StreamingOperation`."""

    def __init__(self, request: HttpRequest, context: ReplyContext) -> None:
        self._request = request
        self._context = context

    def start(self) -> HttpRequest:
        """The request to send."""
        return self._request

    def decoder(self, head: ResponseHead) -> Decoder[StreamEvent]:
        """The decoder for a 2xx answer."""
        if self._context.endpoint.profile.stream_form == "whole":
            return WholeDecoder(head, self._context)
        return PiecesDecoder(head, self._context)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._context.endpoint)
