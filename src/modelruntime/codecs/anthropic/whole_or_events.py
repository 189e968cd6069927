"""An answer of the other kind than was asked for: a whole message in place of a stream, a stream in place of a message."""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.codecs.anthropic.parse_reply import parse_reply
from modelruntime.codecs.anthropic.stream_machine import MessagesMachine
from modelruntime.codecs.gather import gather
from modelruntime.codecs.machine_decoder import JsonEvents, MachineDecoder
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.replay_result import replay_result
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.sse import Event
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult

MAX_REPLY = 64 * 2**20
"""Bytes of a whole message that came where a stream was asked for."""
_EVENT_STREAM = (b"data:", b"event:", b":")
_DOCUMENT = (b"{", b"[", b"<")


def parse_body(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result of a whole message, or of a stream that is complete. Raises `InvokeError` as `parse_reply` does."""
    if 200 <= response.head.status < 300 and response.body.lstrip().startswith(_EVENT_STREAM):
        decoder = event_decoder(response.head, context)
        return gather((*decoder.feed(response.body), *decoder.close()))
    return parse_reply(response, context)


def event_decoder(head: ResponseHead, context: ReplyContext) -> MachineDecoder:
    """The decoder of server-sent events."""
    return MachineDecoder(JsonEvents(), MessagesMachine(head, context), head, context.endpoint)


class WholeOrEvents:
    """Decides by the first letter: events, or one document that is read at its end."""

    __slots__ = ("_context", "_decided", "_events", "_head", "_held", "_over")

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self._head = head
        self._context = context
        self._events = event_decoder(head, context)
        self._decided = False
        self._over = False
        self._held = b""

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """See `codecs/operation.Decoder`."""
        if self._decided:
            return self._events.feed(data)
        if self._over:
            return ()
        self._held += data
        if len(self._held) > MAX_REPLY:
            return self._failed(unreadable_reply(HttpResponse(self._head, b""), self._context.endpoint, "a reply without end"))
        first = self._held[:64].lstrip()[:1]
        if not first or first in _DOCUMENT:
            return ()
        self._decided = True
        held, self._held = self._held, b""
        return self._events.feed(held)

    def read(self, event: Event, out: list[StreamEvent]) -> bool:
        """See `codecs/relay.EventReader`."""
        self._decided = True
        return self._events.read(event, out)

    def close(self) -> Sequence[StreamEvent]:
        """See `codecs/operation.Decoder`."""
        if self._over:
            return ()
        if self._decided or not self._held.strip():
            return self._events.close()
        self._over = True
        try:
            return replay_result(parse_reply(HttpResponse(self._head, self._held), self._context))
        except InvokeError as error:
            return self._failed(error)

    def _failed(self, error: InvokeError) -> Sequence[StreamEvent]:
        self._over = True
        return (ErrorEvent(error),)
