"""A streamed answer of chat or completions, as typed events.

The terminal fact of this family is `finish_reason` (a profile may name `[DONE]` instead). A stream that ends before it is
incomplete, whatever else it sent; after it a missing `[DONE]` or missing usage is a warning. Parts end when the kind of
content changes, and all of them when the finish reason comes; should content follow it, new parts begin.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from modelruntime.codecs.openai.errors import error_from, error_in_stream, error_of_event, unreadable_reply
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.plain_chunk import text_of_chunk
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_chunk import Choice, Chunk, decode_chunk
from modelruntime.codecs.openai.stream_message import StreamMessage
from modelruntime.codecs.replay_result import replay_result
from modelruntime.codecs.sse import Event, EventTooLong, SSEDecoder
from modelruntime.entities.errors import InvokeError, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, StreamEvent, StreamStart
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.warning import CallWarning

MAX_REPLY = 64 * 2**20
"""Bytes of a whole JSON reply that came where a stream was asked for."""

_Events = list[StreamEvent]
_NOTHING = Choice()


class StreamDecoder:
    """One streamed answer. See `codecs/operation.Decoder` for the laws of `feed` and `close`."""

    __slots__ = ("_context", "_finish", "_head", "_message", "_over", "_plain", "_several", "_sse", "_started", "_whole")

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self._head = head
        self._context = context
        self._sse: SSEDecoder | None = None
        self._whole = bytearray()
        self._message = StreamMessage(context)
        self._finish: str | None = None
        self._started = False
        self._over = False
        self._plain = False
        """The last chunk was a plain one, and the next may be."""
        self._several = False

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Events that these bytes complete; after the last event always empty."""
        if self._over or not data:
            return ()
        sse = self._sse
        if sse is None:
            self._whole += data
            if not self._is_event_stream():
                return ()
            sse = self._sse = SSEDecoder()
            data = bytes(self._whole)
            self._whole.clear()
        out: _Events = []
        try:
            for event in sse.feed(data):
                if self.read(event, out):
                    break
        except EventTooLong:
            self._fail(self._unreadable(b"", "an event without end"), out)
        return out

    @property
    def ending(self) -> bool:
        """The finish came; usage and `[DONE]` may follow. See `codecs/operation.DecoderWithTail`."""
        return self._finish is not None

    def read(self, event: Event, out: _Events) -> bool:
        """Appends what one whole server-sent event says; whether it was the last. See `codecs/relay.EventReader`."""
        frame = event.data
        if self._plain and (text := text_of_chunk(frame)) is not None:
            self._message.parts.text(text, out)
        elif event.name == "error":
            self._fail(error_of_event(frame, self._context.endpoint, self._head), out)
        elif frame[:1] == b"{":
            self._chunk(frame, out)
        else:
            self._mark(frame, out)
        return self._over

    def close(self) -> Sequence[StreamEvent]:
        """The body ended: the finish, or the error that says why there is none."""
        if self._over:
            return ()
        out: _Events = []
        if self._sse is None and self._whole.strip():
            self._read_whole(out)
        elif error := self.error_in(self._sse.rest() if self._sse else b""):
            self._fail(error, out)
        elif self._finish is None:
            self._fail(self._incomplete(), out)
        else:
            self._end(out, CallWarning("incomplete", "the stream ended without its [DONE] mark"))
        return out

    def error_in(self, data: bytes) -> InvokeError | None:
        """The error that these bytes are; None when they are none."""
        return error_in_stream(data, self._context.endpoint, self._head) if data else None

    def _is_event_stream(self) -> bool:
        """Decides by its first letter: an event stream, or one whole JSON (or HTML) document, which `close` reads."""
        if len(self._whole) > MAX_REPLY:
            del self._whole[1024:]
        return bytes(self._whole[:64].lstrip()[:1]) not in (b"", b"{", b"[", b"<")

    def _read_whole(self, out: _Events) -> None:
        self._over = True
        try:
            out += replay_result(parse_reply(HttpResponse(self._head, bytes(self._whole)), self._context))
        except InvokeError as error:
            out.append(ErrorEvent(error))

    def _mark(self, frame: bytes, out: _Events) -> None:
        bare = frame.strip()
        if bare == b"[DONE]":
            if self._finish is None and self._context.endpoint.profile.stream_terminal == "finish_reason":
                self._fail(self._incomplete(), out)
            else:
                self._end(out)
        elif bare[:1] == b"{":
            self._chunk(bare, out)
        elif bare:
            self._fail(self._unreadable(frame, "an event that is no JSON"), out)

    def _chunk(self, frame: bytes, out: _Events) -> None:
        try:
            chunk = decode_chunk(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            error = error_in_stream(frame, self._context.endpoint, self._head)
            self._fail(error or self._unreadable(frame, "an event that is no chunk"), out)
            return
        choices = chunk.choices
        if (not self._started or not choices or chunk.error or chunk.usage) and not self._frame(chunk, frame, out):
            return
        if not choices:
            return
        choice = choices[0]
        if choice.index or len(choices) > 1:
            self._several = True
            choice = next((one for one in choices if not one.index), _NOTHING)
        delta = choice.delta
        if delta is not None:
            self._message.add(delta, frame, out)
            self._plain = bool(delta.content) and not self._message.has_own_field
        elif choice.text:
            self._message.parts.text(choice.text, out)
        if choice.finish_reason or choice.logprobs or choice.error:
            self._choice(choice, chunk, frame, out)

    def _frame(self, chunk: Chunk, frame: bytes, out: _Events) -> bool:
        """What a chunk says beside its choices. False when it is an error."""
        if (chunk.error or not chunk.choices) and (error := error_in_stream(frame, self._context.endpoint, self._head)):
            self._fail(error, out)
            return False
        if not self._started or not chunk.choices:
            self._message.note(chunk, frame)
        if chunk.usage:
            self._message.usage = chunk.usage
        if not self._started:
            self._started = True
            message = self._message
            out.append(StreamStart(message.model, self._head.request_id, self._context.warnings, message.response_id))
        return True

    def _choice(self, choice: Choice, chunk: Chunk, frame: bytes, out: _Events) -> None:
        """What a choice says beside its delta."""
        if choice.logprobs:
            self._message.add_logprobs(choice.logprobs)
        if choice.error:
            failed = HttpResponse(ResponseHead(200, self._head.headers), msgspec.json.encode({"error": choice.error}))
            self._fail(error_from(failed, self._context.endpoint), out)
        elif choice.finish_reason:
            self._finish = choice.finish_reason
            self._message.note(chunk, frame)
            self._message.end_parts(out)

    def _end(self, out: _Events, *warnings: CallWarning) -> None:
        self._over = True
        if self._several:
            warnings += (CallWarning("dropped", "the reply holds several choices: only the first is used", "n"),)
        self._message.finish(self._finish, warnings, out)

    def _fail(self, error: InvokeError, out: _Events) -> None:
        self._over = True
        self._message.end_parts(out)
        out.append(ErrorEvent(error))

    def _incomplete(self) -> StreamIncomplete:
        endpoint = self._context.endpoint
        name = endpoint.model_id or endpoint.model
        return StreamIncomplete(
            f"{name} ended its stream before the finish reason: the answer is not whole, ask again",
            provider=endpoint.provider,
            model=name,
            status=self._head.status,
            request_id=self._head.request_id,
        )

    def _unreadable(self, frame: bytes, why: str) -> InvokeError:
        return unreadable_reply(HttpResponse(self._head, frame), self._context.endpoint, why)
