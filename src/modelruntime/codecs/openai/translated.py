"""Chat of a family that says what this one says under other names: its replies and events are translated, then read here.

So a stream of that family keeps the laws of this one, and has its assembly of tool calls, reasoning and usage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.sse import EventTooLong, SSEDecoder
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.raw_reply import RawReply

JSON = dict[str, Any]
Translate = Callable[[JSON], JSON]
"""A reply, or an event of a stream, in this family's words. What it cannot read it gives back as it is."""

_DONE = b"data: [DONE]\n\n"


def parse_translated(response: HttpResponse, context: ReplyContext, translate: Translate) -> LLMResult:
    """The result of a whole reply; `raw` is what the vendor sent. Raises `InvokeError` as `parse_reply` does."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, context.endpoint)
    try:
        result = parse_reply(HttpResponse(response.head, _translated(response.body, translate)), context)
    except InvokeError as error:
        error.raw = response.body
        raise
    return msgspec.structs.replace(result, raw=RawReply(response.body))


class TranslatedStream:
    """The streaming operation: one request, whose answer is server-sent events, with or without a last `[DONE]`.

    `translator` makes the translation of one answer: it may remember what came before."""

    __slots__ = ("_context", "_request", "_translator")

    def __init__(self, request: HttpRequest, context: ReplyContext, translator: Callable[[], Translate]) -> None:
        self._request = request
        self._context = context
        self._translator = translator

    def start(self) -> HttpRequest:
        """The request to send."""
        return self._request

    def decoder(self, head: ResponseHead) -> TranslatedDecoder:
        """The decoder for a 2xx answer."""
        return TranslatedDecoder(StreamDecoder(head, self._context), self._translator())

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._context.endpoint)


class TranslatedDecoder:
    """One streamed answer. See `codecs/operation.Decoder` for the laws of `feed` and `close`."""

    __slots__ = ("_inner", "_over", "_sse", "_translate", "_whole")

    def __init__(self, inner: StreamDecoder, translate: Translate) -> None:
        self._inner = inner
        self._translate = translate
        self._sse: SSEDecoder | None = None
        self._whole = bytearray()
        self._over = False

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Events that these bytes complete; after the last event always empty."""
        if self._over:
            return ()
        if self._sse is None:
            self._whole += data
            if bytes(self._whole[:64].lstrip()[:1]) in (b"", b"{", b"[", b"<"):
                return ()  # one whole document, which `close` reads
            self._sse = SSEDecoder()
            data = bytes(self._whole)
            self._whole.clear()
        told: list[StreamEvent] = []
        try:
            for event in self._sse.feed(data):
                self._pass(event.data, told)
                if self._over:
                    break
        except EventTooLong:
            self._pass(b"an event without end", told)
        return told

    def close(self) -> Sequence[StreamEvent]:
        """The body ended: the finish, or the error that says why there is none."""
        if self._over:
            return ()
        self._over = True
        if self._sse is None and self._whole.strip():
            raw = bytes(self._whole)
            return _with_raw([*self._inner.feed(_translated(raw, self._translate)), *self._inner.close()], raw)
        rest = self._sse.rest() if self._sse else b""
        if rest and self._inner.error_in(_translated(rest, self._translate)):
            told: list[StreamEvent] = []
            self._pass(rest, told)
            return told
        return [*self._inner.feed(_DONE), *self._inner.close()]

    def _pass(self, frame: bytes, told: list[StreamEvent]) -> None:
        found = _with_raw(list(self._inner.feed(b"data: " + _translated(frame, self._translate) + b"\n\n")), frame)
        told += found
        self._over = bool(found) and isinstance(found[-1], ErrorEvent)


def _translated(data: bytes, translate: Translate) -> bytes:
    """JSON in this family's words; what is no JSON object stays, and is called unreadable."""
    try:
        found: Any = msgspec.json.decode(data)
        return msgspec.json.encode(translate(found)) if is_object(found) else data
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return data


def _with_raw(events: list[StreamEvent], raw: bytes) -> list[StreamEvent]:
    """An error shows what the vendor sent, not its translation."""
    if events and isinstance(last := events[-1], ErrorEvent):
        last.error.raw = raw
    return events
